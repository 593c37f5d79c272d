// Whether a session is one that the client itself keeps a transcript of.
import { lstatSync } from "node:fs";
import { basename } from "node:path";
import { userId } from "#platform/user.ts";
import type { HookEvent } from "#guard/events/normalize.ts";

/**
 * Whether the transcript that an event names is there under the session's own id: a plain file of ours. Evidence, not
 * proof: whoever may write there can make one. Never throws.
 */
export function hasTranscript({
  sessionId,
  transcriptPath,
}: Pick<HookEvent, "sessionId" | "transcriptPath">): boolean {
  if (transcriptPath === undefined || basename(transcriptPath) !== `${sessionId}.jsonl`)
    return false;
  try {
    const status = lstatSync(transcriptPath, { throwIfNoEntry: false });
    if (status === undefined || !status.isFile()) return false;
    return status.uid === (userId() ?? status.uid);
  } catch {
    return false;
  }
}
