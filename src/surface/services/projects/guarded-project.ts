// How a directory is guarded: the entry of the register that decides there, and the project as its calls are judged.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { homeDirectory } from "#platform/user.ts";
import { openProjectBook } from "./projects.ts";
import type { Project } from "./project.ts";
import { decidingEntry, projectIn } from "./session-project.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** What decides in a directory. The project has a root of its own in a worktree, and wherever all of a person's projects are guarded. */
export type Guarding = { readonly entry: ProjectEntry; readonly project: Project };

/** How a directory is guarded; undefined where it is not. Throws a Failure when the register is damaged. */
export function guardingOf(directories: Directories, directory: string): Guarding | undefined {
  const book = openProjectBook(directories.projectsFile);
  const real = realOrGiven(directory);
  const entry = decidingEntry(book, undefined, real);
  return entry === undefined
    ? undefined
    : { entry, project: projectIn(book, real, homeDirectory()) };
}

/** The same; throws a Failure when the directory is not guarded. */
export function requireGuarding(directories: Directories, directory: string): Guarding {
  const found = guardingOf(directories, directory);
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
