// The files below a folder, for proofs that no byte of them holds a value.
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What the kernel closes to everybody in each overlay: no program can put anything there. */
const KERNELS_OWN = /\/work\/work$/;

/**
 * Paths of all regular files below a folder. Not among them are what lies in closed directories of the kernel's, and empty
 * files that are closed, which stand for hidden ones; any other closed directory is an error, as is a folder that is not there.
 */
export function filesBelow(folder: string): readonly string[] {
  const entriesOf = (directory: string): readonly Dirent[] => {
    try {
      return readdirSync(directory, { withFileTypes: true });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const isGone = code === "ENOENT" && directory !== folder;
      if (isGone || (code === "EACCES" && KERNELS_OWN.test(directory))) return [];
      throw cause;
    }
  };
  const below = (directory: string): readonly string[] =>
    entriesOf(directory).flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return below(path);
      return entry.isFile() && !isClosedAndEmpty(path) ? [path] : [];
    });
  return below(folder);
}

function isClosedAndEmpty(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && (status.mode & 0o777) === 0 && status.size === 0;
}
