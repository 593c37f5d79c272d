// The event of an export of a person, written as hooks write: with or without a daemon that has the log.
import { disclosureEvent } from "#record/event/privacy-events.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

/** Records it; resolves when it is durable. */
export async function recordDisclosure(
  directories: Directories,
  counts: { readonly events: number; readonly places: number },
): Promise<void> {
  const recorder = await openSpoolRecorder(directories);
  await recorder.append([disclosureEvent(recorder.stamp(), counts)]);
}
