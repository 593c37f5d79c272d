// A file that was changed some time ago: its next change is then seen by its time.
import { statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Resolves when the last change of a file is older than what counts as fresh. */
export async function aged(file: string): Promise<void> {
  const { ctimeMs } = statSync(file);
  // TIME: the age of the file is the condition, and no call sets the time of its change.
  await pause(Math.max(0, ctimeMs + 130 - Date.now()));
}
