// Where the programs of the system lie.
import { parentPath } from "#base/path.ts";

/** Directories of the system from which a program's plain name is trusted to be that program. */
export const SYSTEM_BINARIES = new Set([
  "/bin",
  "/usr/bin",
  "/sbin",
  "/usr/sbin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/opt/homebrew/bin",
]);

/** Whether a name is one that the shell looks for, or a path of a program of the system. */
export function isOfSystem(name: string): boolean {
  return !name.includes("/") || SYSTEM_BINARIES.has(parentPath(name));
}
