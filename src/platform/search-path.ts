// Whether a program is on a search path.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

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
