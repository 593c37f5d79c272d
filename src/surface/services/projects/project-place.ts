// Whether a project still is where init found it: moved, deleted, replaced or copied, it is not judged by another place's root.
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { cleanPath, isWithin, parentPath } from "#base/path.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { realPathOrClean } from "../../foundation/files/path-status.ts";
import { pictureOfCall } from "../../foundation/files/picture.ts";
import type { Project } from "./project.ts";
import { errorCode, readPrivateFile } from "../../foundation/files/private-file.ts";

/** Directories looked at upwards of a working directory. */
const PARENTS_MAX = 64;
const SETTINGS = join(".claude", "settings.local.json");

/**
 * Throws a Failure `project-moved`, which says what to do, when the project's directory is gone or a link now, or
 * when the session works in a copy of it that took the hooks along.
 */
export type RequirePlace = (project: Project, cwd: string) => void;

/** A directory, and the entry whose hooks it carries. */
type Copy = { readonly entry: ProjectEntry; readonly directory: string };

/** `entryOf` finds the register's entry that decides for a project; it may throw a Failure. */
export function createPlaceCheck(
  entryOf: (project: Project) => ProjectEntry | undefined,
): RequirePlace {
  return (project, cwd) => {
    const { root } = project;
    const real = realOf(root);
    if (real !== root) {
      const what = `the guarded project \`${root}\` is a link to another directory now`;
      throw moved(`${what}; put the directory back, or run \`sallyport init\` at the real place`);
    }
    if (isWithin(root, cleanPath(cwd))) return;
    const work = realPathOrClean(cwd);
    if (isWithin(root, work)) return;
    const entry = entryOf(project);
    const copy = entry === undefined ? undefined : findCopy([entry], work)?.directory;
    if (copy === undefined) return;
    const what = `\`${copy}\` carries the hooks of \`${root}\``;
    throw moved(`${what}; run \`sallyport init\` in \`${copy}\`, so that it is judged as itself`);
  };
}

function realOf(root: string): string {
  try {
    // WHY again where it leads nowhere: only a look of its own says why.
    return pictureOfCall()?.real(root) ?? realpathSync.native(root);
  } catch (cause) {
    throw unreachable(root, cause);
  }
}

function unreachable(root: string, cause: unknown): Failure {
  const code = errorCode(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    const what = `the guarded project \`${root}\` is not there any more`;
    const then = `run \`sallyport init\` where it is now, and \`sallyport uninstall ${root}\``;
    return moved(`${what}; ${then}`);
  }
  const what = `the guarded project \`${root}\` cannot be reached (${code ?? "error"})`;
  return new Failure("project-moved", `${what}; check its disk and who may enter it`, { cause });
}

function moved(message: string): Failure {
  return new Failure("project-moved", message);
}

/** The directory at or above `work` whose settings carry the hooks of one of `entries`, though it is another place. */
export function findCopy(entries: readonly ProjectEntry[], work: string): Copy | undefined {
  let directory = work;
  for (let count = 0; count < PARENTS_MAX; count++) {
    const entry = whoseHooks(join(directory, SETTINGS), entries);
    if (entry !== undefined) return { entry, directory };
    if (directory === "/") return undefined;
    directory = parentPath(directory);
  }
  return undefined;
}

function whoseHooks(file: string, entries: readonly ProjectEntry[]): ProjectEntry | undefined {
  if (entries.some(({ settingsFile }) => settingsFile === file)) return undefined;
  let text: string | undefined;
  try {
    text = readPrivateFile(file, { secret: false });
  } catch {
    return undefined;
  }
  if (text === undefined) return undefined;
  const [, id] = /"--project",\s*"([0-9a-f]{16})"/.exec(text) ?? [];
  const [, token = ""] = /"Bearer ([A-Za-z0-9_-]{16,256})"/.exec(text) ?? [];
  const digest = createHash("sha256").update(token).digest("hex");
  return entries.find((entry) => entry.id === id || entry.tokenDigest === digest);
}
