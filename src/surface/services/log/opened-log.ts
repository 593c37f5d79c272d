// The log as commands open it: with what waits in the spool.
import { awaitPublication } from "#record/store/log-check.ts";
import { type LogView, viewLog } from "#record/store/log-view.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { takeSpooled } from "./spooled-events.ts";

/** Opens the log of a data directory, the one in force when none is named. A Failure when there is none. */
export async function openView(data: string | undefined): Promise<LogView> {
  const directories = directoriesIn(data ?? dataDirectory());
  const { log, keys } = directories;
  await takeSpooled(directories);
  await tellWaiting(log);
  return viewLog(log, keys, "alone");
}

/** What was recorded a moment ago is seen too; what no writer publishes is not passed over in silence. */
export async function tellWaiting(log: string): Promise<void> {
  const waiting = await awaitPublication(log);
  if (waiting === 0) return;
  process.stderr.write(
    `sallyport: ${waiting} events are on disk and not yet in the tree; \`sallyport daemon --ensure\` takes them in\n`,
  );
}
