// Which of many directories changed, as the kernel tells it: so that a look costs what changed, and not what is there.
import { watch, type FSWatcher } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { baseName } from "#base/path.ts";
import { watchLimit } from "#platform/watch-limits.ts";

/** Directories that changed since that was last asked. `isSure`: false where the kernel may have dropped some. */
export type ChangedFolders = { readonly changed: ReadonlySet<string>; readonly isSure: boolean };

/** Watched directories, by their paths. */
export type FolderWatch = {
  /** Watches one; false where the system, or our share of it, has no more. */
  add(path: string): boolean;
  has(path: string): boolean;
  drop(path: string): void;
  take(): ChangedFolders;
  /** Whether `take` would give anything. */
  isChanged(): boolean;
  close(): void;
};

/** WHY a share: the person's editor watches as well, and fails without a word where nothing is left. */
const SHARE = 4;
/** Each costs the daemon and the kernel some 2 KB. */
const WATCHED_MAX = 32_768;

/** How many directories more may be watched by all who share it. */
export type WatchBudget = { left: number };

/** Our share of what the system lets a user watch. */
export function watchBudget(): WatchBudget {
  return { left: Math.min(WATCHED_MAX, watchLimit("max_user_watches") / SHARE) };
}

/** Watches nothing yet. What is told comes with the next turn of the loop: see `caughtUp`. */
export function createFolderWatch(budget: WatchBudget): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  // WHY: the kernel drops events past its bound without telling us; before it does, it gives us at least that many.
  const eventsMax = watchLimit("max_queued_events") / 2;
  let changed = new Set<string>();
  let events = 0;

  const drop = (path: string): void => {
    watchers.get(path)?.close();
    if (watchers.delete(path)) budget.left += 1;
  };
  return {
    add(path) {
      if (watchers.has(path)) return true;
      if (budget.left < 1) return false;
      try {
        const watcher = watch(path, { persistent: false }, (kind, name) => {
          events += 1;
          changed.add(path);
          // WHY: it may be of the directory itself, after which another one has its name.
          if (kind === "rename" && name === baseName(path)) drop(path);
        });
        watcher.on("error", () => {
          changed.add(path);
          drop(path);
        });
        watchers.set(path, watcher);
        budget.left -= 1;
        return true;
      } catch {
        return false;
      }
    },
    has: (path) => watchers.has(path),
    drop,
    take() {
      const taken = { changed, isSure: events < eventsMax };
      changed = new Set();
      events = 0;
      return taken;
    },
    isChanged: () => changed.size > 0,
    close() {
      for (const path of watchers.keys()) drop(path);
    },
  };
}

/** Resolves when all is told that changed before. WHY twice: only the second turn begins after this one, and reads all that waits. */
export async function caughtUp(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
