// A copy of a directory tree that can be put back as it was: only what a command changed is copied again.
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";

export type Copy = {
  /** Makes the copy equal to its template again, whatever was done to it. */
  restore(): void;
};

/** Copies `template` to `copy`, which must not exist. */
export function copyOf(template: string, copy: string): Copy {
  const marks = new Map<string, string>();
  const templateMarks = readMarks(template);
  const put = (path: string): void => {
    rmSync(join(copy, path), { recursive: true, force: true });
    copyEntry(join(template, path), join(copy, path));
    marks.set(path, markOf(join(copy, path)));
  };
  const restore = (): void => {
    const found = readMarks(copy);
    for (const path of found.keys()) {
      if (!templateMarks.has(path)) rmSync(join(copy, path), { recursive: true, force: true });
    }
    // Parents come before what they hold, and a directory that was put anew is empty.
    const renewed = new Set<string>();
    for (const path of templateMarks.keys()) {
      const mark = marks.get(path);
      const isInRenewed = renewed.has(path.slice(0, path.lastIndexOf("/")));
      if (!isInRenewed && mark !== undefined && found.get(path) === mark) continue;
      put(path);
      renewed.add(path);
    }
  };
  restore();
  return { restore };
}

/** Everything below `root`, parents first, the root itself as the empty path. */
function readMarks(root: string): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  const visit = (path: string): void => {
    const mark = markOf(join(root, path));
    if (mark === "") return;
    marks.set(path, mark);
    if (!mark.startsWith("d")) return;
    try {
      for (const name of readdirSync(join(root, path))) visit(`${path}/${name}`);
    } catch {
      // A directory that a command made unreadable: its mode differs, so it is put back.
    }
  };
  visit("");
  return marks;
}

/** What changes with the entry; of a directory its own mode only, for what it holds has marks of its own. */
function markOf(path: string): string {
  const state = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (state === undefined) return "";
  return state.isDirectory() ? `d${state.mode}` : `f${state.ino}:${state.ctimeNs}`;
}

function copyEntry(from: string, to: string): void {
  const state = lstatSync(from);
  if (state.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
    lutimesSync(to, state.atime, state.mtime);
    return;
  }
  if (state.isDirectory()) mkdirSync(to);
  else copyFileSync(from, to);
  chmodSync(to, state.mode & 0o7777);
  if (state.isFile()) utimesSync(to, state.atime, state.mtime);
}
