// file: one JSON document a line, added to a file that another program ships from.
import { printableJson } from "#base/printable.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { mapInSlices } from "../slices.ts";
import type { BatchLimits, Target } from "../target.ts";

/** Lines in `path`. Nothing comes back from a file: what the system took is delivered. */
export function fileTarget(settings: {
  readonly path: string;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
}): Target {
  const { path, form, limits } = settings;
  return {
    destination: `file ${path}`,
    limits,
    async send(batch, { append }) {
      const lines = await mapInSlices(
        batch,
        (entry) => `${printableJson(documentOf(form, entry))}\n`,
      );
      const fault = await append(Buffer.from(lines.join("")));
      return fault === undefined ? { kind: "delivered" } : { kind: "again", reason: fault.reason };
    },
  };
}
