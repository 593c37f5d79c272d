// Which of many directories changed, as the kernel tells it: so that a look costs what changed, and not what is there.
import type { FSWatcher } from "node:fs";
import { baseName } from "#base/path.ts";
import { foldName } from "#base/fold-name.ts";
import { tellsChanges } from "#platform/watch-limits.ts";
import type { WatchQueue } from "./watch-queue.ts";

/** What was told since that was last asked. */
export type ToldChanges = {
  /** Directories that may hold something else, with the names that changed in each, folded; `null` among them is any name. */
  readonly changed: ReadonlyMap<string, ReadonlySet<string | null>>;
  /** False where the kernel may have told of less than there was. */
  readonly isSure: boolean;
};

/** Watched directories, by their paths. */
export type FolderWatch = {
  /**
   * Watches one; false where the system, or our share of it, has no more, or would not tell all. `dev`: its device. `at`: another path
   * that leads to it now.
   */
  add(path: string, now: { readonly dev: number; readonly at?: string }): boolean;
  /** Whether `add` has a chance. */
  mayAdd(dev: number): boolean;
  has(path: string): boolean;
  drop(path: string): void;
  take(): ToldChanges;
  /** Whether anything was told since `take`, what changed within a file too. */
  isChanged(): boolean;
  /** How much was told so far. */
  count(): number;
  close(): void;
};

/** Names of one directory that are kept apart. */
const NAMES_MAX = 64;

/** Watches nothing yet. What is told comes with the next turn of the loop: see `caughtUp` of the queue. */
export function createFolderWatch(queue: WatchQueue): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  const telling = new Map<number, boolean>();
  let changed = new Map<string, Set<string | null>>();
  let losses = queue.losses();
  let count = 0;
  let taken = 0;

  const note = (path: string, name: string | null): void => {
    const names = changed.get(path) ?? new Set();
    changed.set(path, names);
    if (!names.has(null))
      names.add(name === null || names.size >= NAMES_MAX ? null : foldName(name));
  };
  const drop = (path: string): void => {
    const watcher = watchers.get(path);
    if (watcher === undefined) return;
    watchers.delete(path);
    queue.close([watcher]);
  };
  return {
    add(path, { dev, at = path }) {
      if (watchers.has(path)) return true;
      if (!queue.hasRoom()) return false;
      const tells = telling.get(dev) ?? tellsChanges(at);
      telling.set(dev, tells);
      if (!tells) return false;
      const watcher = queue.open(at, (kind, name) => {
        // It was dropped, and another directory may have its name by now.
        if (watchers.get(path) !== watcher) return;
        count += 1;
        note(path, name);
        // WHY: it may be of the directory itself, after which another one has its name; without a name the watch itself failed.
        if (kind === "rename" && (name === null || name === baseName(at))) drop(path);
      });
      if (watcher === undefined) return false;
      watchers.set(path, watcher);
      return true;
    },
    mayAdd: (dev) => queue.hasRoom() && telling.get(dev) !== false,
    has: (path) => watchers.has(path),
    drop,
    take() {
      const now = queue.losses();
      const told = { changed, isSure: now === losses };
      changed = new Map();
      losses = now;
      taken = count;
      return told;
    },
    isChanged: () => count > taken,
    count: () => count,
    close() {
      queue.close([...watchers.values()]);
      watchers.clear();
    },
  };
}
