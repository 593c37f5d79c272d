// The made-up event that `sallyport export test` sends: it says of itself that it is none.
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { makeEventId } from "#record/log/leaf.ts";
import { randomBytes } from "node:crypto";
import { productVersion } from "../../foundation/product/product.ts";

/** An event of the kind `test`, which no log has. */
export function testEntry(nowMs: number): ExportEntry {
  return {
    kind: "event",
    index: 0,
    id: makeEventId(nowMs, randomBytes(10)),
    timeMs: nowMs,
    metadata: { kind: "test", product: productVersion(), submitter: "cli" },
  };
}
