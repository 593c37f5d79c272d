// What of a folder of the system goes into a copy that a session sees: files that everybody may read.
import { lstatSync } from "node:fs";
import { ADMINISTRATOR, userId } from "#platform/user.ts";

/** Whether a path goes along. WHY not all: keys and shadow files of the system have no business in a view. */
export function canRead(path: string): boolean {
  try {
    const status = lstatSync(path);
    if (status.isSymbolicLink()) return true;
    if (!status.isFile() && !status.isDirectory()) return false;
    if (userId() === ADMINISTRATOR) return true;
    return (status.mode & (status.isDirectory() ? 0o005 : 0o004)) !== 0;
  } catch {
    return false;
  }
}
