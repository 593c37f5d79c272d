// Entries that only say that all is as it was: a person who follows decisions wants the others.
import type { DecodedLeaf } from "../log/leaf.ts";

/** Hooks that the client calls around what is on record in other entries: the end of an answer, a question on the screen. */
const AROUND: ReadonlySet<unknown> = new Set([
  "Stop",
  "SubagentStop",
  "Notification",
  "PermissionRequest",
]);
/** What an entry of such a hook holds where nothing was found and nothing done. */
const PLAIN = new Set("call event kind mode product session sizes submitter tool words".split(" "));

/**
 * Whether an entry tells nothing beside what other entries tell: a batch of calls that were all judged, what the client's
 * own telemetry repeats, and hooks around calls and answers. A batch with a call that nobody judged is none, and so is a
 * hook with a finding.
 */
export function isBookkeeping({ metadata }: DecodedLeaf): boolean {
  if (metadata["kind"] === "telemetry") return true;
  if (metadata["kind"] === "hook")
    return AROUND.has(metadata["event"]) && Object.keys(metadata).every((name) => PLAIN.has(name));
  if (metadata["kind"] !== "batch") return false;
  const areJudged = metadata["malformed"] === 0 && metadata["unjudgedCount"] === 0;
  const notes = ["ended", "findings", "redacted", "scan"];
  return areJudged && notes.every((note) => metadata[note] === undefined);
}
