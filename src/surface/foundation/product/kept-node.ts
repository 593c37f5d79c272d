// The node that a program is started with, kept where the program is: version managers remove theirs while sessions run.
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isWithin } from "#base/path.ts";

/**
 * Gives a path in `programs` at which the same file is seen, as a second name of it (a hard link: no room is taken, and the
 * file stays when its first name goes). Gives `node` itself where none can be made or started: on another file system, or of
 * somebody else, which no version manager of this person removes.
 */
export function keepNode(programs: string, node: string): string {
  const folder = nodesIn(programs);
  if (isWithin(folder, node)) return node;
  try {
    const own = join(folder, String(statSync(node).ino));
    const path = join(own, "node");
    if (isSameFile(path, node)) return path;
    mkdirSync(own, { recursive: true, mode: 0o700 });
    if (isLinked(node, path)) return path;
    rmSync(own, { recursive: true });
  } catch {
    // It is started where it lies.
  }
  return node;
}

function isLinked(node: string, path: string): boolean {
  const unfinished = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    linkSync(node, unfinished);
  } catch {
    return false;
  }
  // WHY tried: one that looks for its libraries beside itself does not find them here.
  if (spawnSync(unfinished, ["--version"], { env: {}, timeout: 20_000 }).status !== 0) return false;
  renameSync(unfinished, path);
  return true;
}

/** Whether two paths lead to one file that is there. */
export function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}

/** Removes every kept node but those named. */
export function removeOtherNodes(programs: string, kept: readonly string[]): void {
  const folder = nodesIn(programs);
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const own = join(folder, name);
    if (!kept.some((path) => isWithin(own, path))) rmSync(own, { recursive: true, force: true });
  }
}

function nodesIn(programs: string): string {
  return join(programs, "nodes");
}
