// How a directory is guarded: the entry of the register that decides there, and the project as its calls are judged.
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { homeDirectory } from "#platform/user.ts";
import { isThere, realPathOrClean } from "../../foundation/files/path-status.ts";
import { openProjectBook } from "./projects.ts";
import type { Project } from "./project.ts";
import { deciderAndProject, followWhereOpen } from "./session-project.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** What decides in a directory. The project has a root of its own in a worktree, and wherever all of a person's projects are guarded. */
export type Guarding = { readonly entry: ProjectEntry; readonly project: Project };

/** How a directory is guarded; undefined where it is not. Throws a Failure when the register is damaged. */
export function guardingOf(directories: Directories, directory: string): Guarding | undefined {
  const book = openProjectBook(directories.projectsFile);
  const real = realPathOrClean(resolve(directory));
  followWhereOpen(book, real);
  const { entry, project } = deciderAndProject(book, real, homeDirectory());
  // WHY there: a name that was mistyped must not mean all projects of the person.
  const isMeant = entry?.scope === "project" || isThere(real);
  return entry !== undefined && isMeant ? { entry, project } : undefined;
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
