// Names that were not in a directory, for as long as it can be told that nothing was added to it since: most places that are looked for are not there.
import type { Stats } from "node:fs";
import { baseName, parentPath } from "#base/path.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { tellsChanges } from "#platform/watch-limits.ts";

/** What is remembered from one call to the next. */
export type AbsentNames = {
  /** Whether a name was looked for in this directory and not found, and its directory is worth a look. */
  mayKnow(path: string): boolean;
  /** Whether nothing is there: `directory` is what lies at the path above it now. */
  isAbsent(path: string, directory: Stats): boolean;
  /** Nothing was there at this time, by the clock; `directory` was looked at since. */
  note(path: string, now: { readonly directory: Stats; readonly atMs: number }): void;
};

const DIRECTORIES_MAX = 256;
const NAMES_MAX = 512;
/** A directory that changed this short a time ago may change again without a trace: disks tell times in steps of up to two seconds. */
const SETTLED_MS = 3_000;

/** Knows of none yet. */
export function createAbsentNames(): AbsentNames {
  const known = new Map<string, { readonly mark: string; readonly names: Set<string> }>();
  const telling = new Map<number, boolean>();
  return {
    mayKnow: (path) => known.get(parentPath(path))?.names.has(baseName(path)) === true,
    isAbsent(path, directory) {
      const above = parentPath(path);
      const found = known.get(above);
      if (found === undefined || found.mark === markOf(directory))
        return found?.names.has(baseName(path)) === true;
      known.delete(above);
      return false;
    },
    note(path, { directory, atMs }) {
      const above = parentPath(path);
      // WHY by its time: what was added after the look would have changed it, and to a time that it cannot have twice.
      if (!directory.isDirectory() || atMs - directory.ctimeMs <= SETTLED_MS) return;
      const tells = telling.get(directory.dev) ?? tellsChanges(above);
      telling.set(directory.dev, tells);
      if (!tells) return;
      const mark = markOf(directory);
      const before = known.get(above);
      const names = before?.mark === mark ? before.names : new Set<string>();
      if (names.size < NAMES_MAX) names.add(baseName(path));
      known.delete(above);
      known.set(above, { mark, names });
      dropOldest(known, DIRECTORIES_MAX);
    },
  };
}

/** WHY without the time of what is in it: a name that is added, or moved there, changes that of the directory. */
function markOf({ dev, ino, ctimeMs, mtimeMs }: Stats): string {
  return `${dev}:${ino}:${ctimeMs}:${mtimeMs}`;
}
