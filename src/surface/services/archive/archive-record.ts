// The record of what was archived and removed: an event of the log, through the spool, for the log itself has one writer.
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { archiveEvent, retentionEvent } from "#record/event/retention-events.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

/** Puts on record what became of an archive; durable when it resolves. */
export function recordArchive(
  directories: Directories,
  input: Parameters<typeof archiveEvent>[1],
): Promise<void> {
  return record(directories, (stamp) => archiveEvent(stamp, input));
}

/** Puts on record what a person ordered about retention, or what it did; durable when it resolves. */
export function recordRetention(
  directories: Directories,
  input: Parameters<typeof retentionEvent>[1],
): Promise<void> {
  return record(directories, (stamp) => retentionEvent(stamp, input));
}

async function record(
  directories: Directories,
  make: (stamp: EventStamp) => AuditEvent,
): Promise<void> {
  const recorder = await openSpoolRecorder(directories);
  await recorder.append([make(recorder.stamp())]);
}
