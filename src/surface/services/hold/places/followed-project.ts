// Changes of a project while processes of a session go on and no call is waited for: told by the system, so that what stands still costs nothing.
import { joinPath } from "#base/path.ts";
import { statusOf } from "./entries.ts";
import { createFolderWatch, type FolderWatch } from "./folder-watch.ts";
import type { WatchQueue } from "./watch-queue.ts";

/** A project that is followed. */
export type FollowedProject = {
  /** Follows what was found: directories, and the directories of git in which a program can be named. */
  follow(found: {
    readonly directories: readonly string[];
    readonly repositories: readonly string[];
  }): void;
  /** Whether something may have changed since that was last asked. */
  takeChange(): boolean;
  close(): void;
};

/** Of a project that cannot be followed whole, each so many-th time is taken for a change. */
const BLIND_TURNS = 16;

/** Follows nothing yet. `own`: the watch by which the directories of the project are looked at. */
export function createFollowedProject(queue: WatchQueue, own: FolderWatch): FollowedProject {
  const ofGit = createFolderWatch(queue);
  const count = (): number => own.count() + ofGit.count();
  let isWhole = true;
  // WHY a change: nobody told of what came between the last look and this watch.
  let isNew = true;
  let turns = 0;
  let counted = count();
  return {
    follow({ directories, repositories }) {
      isWhole = directories.every((path) => own.has(path));
      const places = repositories.flatMap((one) => [
        one,
        ...["hooks", "info", "modules"].map((name) => joinPath(one, name)),
      ]);
      for (const path of places) {
        const status = statusOf(path);
        if (status?.isDirectory() !== true || ofGit.has(path)) continue;
        if (ofGit.add(path, status)) isNew = true;
        else isWhole = false;
      }
    },
    takeChange() {
      const now = count();
      const isChanged = now !== counted || isNew;
      counted = now;
      isNew = false;
      turns += 1;
      return isChanged || (!isWhole && turns % BLIND_TURNS === 0);
    },
    close: () => ofGit.close(),
  };
}
