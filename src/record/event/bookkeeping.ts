// Entries that only say that all is as it was: a person who follows decisions wants the others.
import type { DecodedLeaf } from "../log/leaf.ts";

/**
 * Whether an entry tells nothing beside what other entries tell: a batch of calls that were all judged, and what the client's
 * own telemetry repeats. A batch with a call that nobody judged is none.
 */
export function isBookkeeping({ metadata }: DecodedLeaf): boolean {
  if (metadata["kind"] === "telemetry") return true;
  if (metadata["kind"] !== "batch") return false;
  const areJudged = metadata["malformed"] === 0 && metadata["unjudgedCount"] === 0;
  const notes = ["ended", "findings", "redacted", "scan"];
  return areJudged && notes.every((note) => metadata[note] === undefined);
}
