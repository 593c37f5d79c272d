// What was done in the dashboard, on record: written as commands write, with or without a daemon that has the log.
import type { Clock } from "#base/clock.ts";
import { dashboardEvent } from "#record/event/dashboard-events.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { openSpoolRecorder } from "../foundation/record/spool-recorder.ts";
import type { DashboardNote } from "./access/dashboard-note.ts";

/** Records it; resolves when it is durable. */
export async function recordNote(
  directories: Directories,
  clock: Clock,
  note: DashboardNote,
): Promise<void> {
  const recorder = await openSpoolRecorder(directories, { clock });
  await recorder.append([dashboardEvent(recorder.stamp(), note)]);
}
