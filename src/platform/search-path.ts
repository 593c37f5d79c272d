// Whether a program is on a search path.
import { accessSync, constants, lstatSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Whether a folder of `path`, as in `PATH`, holds a program of this name that may be executed. */
export function isOnPath(program: string, path: string | undefined): boolean {
  return (path ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

/**
 * Whether starting a program by this name may find one. False only when no folder of `path` has an entry of the name: then
 * nobody needs to start a process to learn it.
 */
export function mayBeOnPath(program: string, path: string | undefined): boolean {
  const folders = (path ?? "").split(delimiter);
  // WHY: names have endings there, and a folder by a relative name is another one for each process.
  if (process.platform === "win32" || !folders.every((folder) => isAbsolute(folder))) return true;
  return folders.some((folder) => {
    try {
      return lstatSync(join(folder, program), { throwIfNoEntry: false }) !== undefined;
    } catch {
      return true;
    }
  });
}
