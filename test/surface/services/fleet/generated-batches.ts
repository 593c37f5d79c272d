// Made-up events as daemons hand them in: batches of one log, joined by their hashes.
import { createRowMaker } from "#record/store/index/index-follow.ts";
import { hashLeaf } from "#record/log/tree.ts";
import type { FleetBatch } from "#record/fleet/fleet-row.ts";
import { generatedLeaves, generatedSubject } from "../../../record/generated-index.ts";
import type { GeneratedTeam } from "../../../record/generated-events.ts";

/** Batches of a log called `tree`. */
export function* generatedBatches(
  team: Pick<GeneratedTeam, "seed" | "count" | "users">,
  { tree = "generated/one", size = 2_000 }: { readonly tree?: string; readonly size?: number } = {},
): Generator<FleetBatch> {
  const rowOf = createRowMaker({
    subjects: () => generatedSubject,
    texts: undefined,
    standIn: undefined,
  });
  let place = 0;
  let previous = "";
  let entries: { row: ReturnType<typeof rowOf>; hash: string }[] = [];
  const batch = (): FleetBatch => ({ tree, first: 0, previous, entries });
  for (const bytes of generatedLeaves(team)) {
    entries.push({
      row: rowOf(place++, bytes),
      hash: Buffer.from(hashLeaf(bytes)).toString("hex"),
    });
    if (entries.length < size) continue;
    yield batch();
    previous = entries.at(-1)?.hash ?? "";
    entries = [];
  }
  if (entries.length > 0) yield batch();
}
