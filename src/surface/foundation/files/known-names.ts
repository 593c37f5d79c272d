// What names of a directory are, for as long as it can be told that nothing was added to it or taken away since: most places that are looked for are not there.
import type { Stats } from "node:fs";
import { baseName, parentPath } from "#base/path.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { tellsChanges } from "#platform/watch-limits.ts";

/** What lies at a name: nothing, a link, or something else. A name keeps it until its directory changes. */
export type NameKind = "none" | "link" | "other";

/** What is remembered from one call to the next. */
export type KnownNames = {
  /** Whether a name was looked for in this directory, so that the directory is worth a look. */
  mayKnow(path: string): boolean;
  /** What lies there; undefined where that has to be looked at. `directory` is what lies at the path above it now. */
  kindOf(path: string, directory: Stats): NameKind | undefined;
  /** What was found there at this time, by the clock; `directory` was looked at since. */
  note(
    path: string,
    now: { readonly kind: NameKind; readonly directory: Stats; readonly atMs: number },
  ): void;
};

const DIRECTORIES_MAX = 256;
const NAMES_MAX = 512;
/** A directory that changed this short a time ago may change again without a trace: disks tell times in steps of up to two seconds. */
const SETTLED_MS = 3_000;

/** Knows of none yet. */
export function createKnownNames(): KnownNames {
  const known = new Map<string, { readonly mark: string; readonly names: Map<string, NameKind> }>();
  const telling = new Map<number, boolean>();
  return {
    mayKnow: (path) => known.get(parentPath(path))?.names.has(baseName(path)) === true,
    kindOf(path, directory) {
      const above = parentPath(path);
      const found = known.get(above);
      if (found === undefined || found.mark === markOf(directory))
        return found?.names.get(baseName(path));
      known.delete(above);
      return undefined;
    },
    note(path, { kind, directory, atMs }) {
      const above = parentPath(path);
      // WHY by its time: what was added or taken away after the look would have changed it, and to a time that it cannot have twice.
      if (!directory.isDirectory() || atMs - directory.ctimeMs <= SETTLED_MS) return;
      const tells = telling.get(directory.dev) ?? tellsChanges(above);
      telling.set(directory.dev, tells);
      if (!tells) return;
      const mark = markOf(directory);
      const before = known.get(above);
      const names = before?.mark === mark ? before.names : new Map<string, NameKind>();
      if (names.size < NAMES_MAX) names.set(baseName(path), kind);
      known.delete(above);
      known.set(above, { mark, names });
      dropOldest(known, DIRECTORIES_MAX);
    },
  };
}

/** WHY without the time of what is in it: a name that is added, taken away or moved there changes that of the directory. */
function markOf({ dev, ino, ctimeMs, mtimeMs }: Stats): string {
  return `${dev}:${ino}:${ctimeMs}:${mtimeMs}`;
}
