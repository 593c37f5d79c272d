// Which guarded project a command is about: the one that holds a directory, or all of them.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { openProjectBook } from "./projects.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** The innermost guarded project that holds a directory, or undefined. Throws a Failure when the register is damaged. */
export function guardedProject(
  directories: Directories,
  directory: string,
): ProjectEntry | undefined {
  return openProjectBook(directories.projectsFile).holding(realOrGiven(directory));
}

/** The same; throws a Failure when no guarded project holds the directory. */
export function requireProject(directories: Directories, directory: string): ProjectEntry {
  const found = guardedProject(directories, directory);
  if (found !== undefined) return found;
  throw new Failure(
    "project-unknown",
    `no guarded project holds \`${printable(resolve(directory))}\`; name one, or all with \`--all\``,
  );
}

function realOrGiven(directory: string): string {
  try {
    return realpathSync.native(directory);
  } catch {
    return resolve(directory);
  }
}
