// A project that was moved or copied took its hooks along: the register follows it, so that its calls are judged where it is now.
import { createHash } from "node:crypto";
import { lstatSync, rmSync } from "node:fs";
import { isWithin } from "#base/path.ts";
import {
  formatProjectRegister,
  type ProjectEntry,
  type ProjectRegister,
} from "#govern/settings/project-register.ts";
import {
  createPrivateFile,
  errorCode,
  writePrivateFile,
} from "../../foundation/files/private-file.ts";
import { findCopy } from "./project-place.ts";
import { readProjectRegister } from "./project-register-file.ts";

/**
 * Changes the register at `file` where a directory (a real path) lies in a project that carries a known one's hooks. A
 * moved project keeps its id; a copy gets one of its own, so that nothing that a person allowed in one place counts in the
 * other. WHY that is safe: who carries the hooks is judged by their policy in any case. While another process changes the
 * register nothing is done: the next event comes here again. Throws a Failure when the register is damaged.
 */
export function followProject(file: string, directory: string): void {
  if (followed(readProjectRegister(file), directory) === undefined) return;
  const lock = `${file}.lock`;
  if (!createPrivateFile(lock, `${process.pid}\n`)) return;
  try {
    const projects = followed(readProjectRegister(file), directory);
    if (projects !== undefined) writePrivateFile(file, formatProjectRegister(projects));
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The register with the project that holds a directory; undefined where it needs no change. */
function followed(projects: ProjectRegister, directory: string): ProjectRegister | undefined {
  const own = projects.filter(({ scope }) => scope === "project");
  if (own.some(({ root }) => isWithin(root, directory))) return undefined;
  const copy = findCopy(own, directory);
  if (copy === undefined) return undefined;
  const { entry, directory: root } = copy;
  if (isGone(entry.root))
    return projects.map((one) => (one === entry ? placedAt(entry, root) : one));
  const id = createHash("sha256").update(`${entry.id}\0${root}`).digest("hex").slice(0, 16);
  // WHY the policy of the original: of its copy nobody knows who wrote it.
  return [...projects, { ...placedAt(entry, root), id, policy: entry.policy }];
}

/** WHY by this alone: a disk that does not answer, or that the person may not look at, still holds the project. */
function isGone(root: string): boolean {
  try {
    lstatSync(root);
    return false;
  } catch (cause) {
    return ["ENOENT", "ENOTDIR"].includes(errorCode(cause) ?? "");
  }
}

/** An entry with each of its paths below the project at the new place. */
function placedAt(entry: ProjectEntry, root: string): ProjectEntry {
  const placed = (path: string): string =>
    isWithin(entry.root, path) ? `${root}${path.slice(entry.root.length)}` : path;
  const { policy, undo } = entry;
  const { excludeFile } = undo;
  return {
    ...entry,
    root,
    settingsFile: placed(entry.settingsFile),
    policy: "file" in policy ? { ...policy, file: placed(policy.file) } : policy,
    undo: { ...undo, excludeFile: excludeFile === null ? null : placed(excludeFile) },
  };
}
