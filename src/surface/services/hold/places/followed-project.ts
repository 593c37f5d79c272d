// Changes of a project while processes of a session go on and no call is waited for: told by the system, so that what stands still costs nothing.
import { joinPath } from "#base/path.ts";
import { statusOf } from "./entries.ts";
import { createFolderWatch, type WatchBudget } from "./folder-watch.ts";

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

/** Follows nothing yet. */
export function createFollowedProject(budget: WatchBudget): FollowedProject {
  const watch = createFolderWatch(budget);
  let isWhole = true;
  // WHY a change: nobody told of what came between the last look and this watch.
  let isNew = true;
  let turns = 0;
  return {
    follow({ directories, repositories }) {
      const ofGit = repositories.flatMap((one) => [
        one,
        ...["hooks", "info", "modules"].map((name) => joinPath(one, name)),
      ]);
      isWhole = true;
      const add = (path: string): void => {
        if (watch.has(path)) return;
        if (watch.add(path)) isNew = true;
        else isWhole = false;
      };
      for (const path of directories) add(path);
      for (const path of ofGit) if (statusOf(path)?.isDirectory() === true) add(path);
    },
    takeChange() {
      const isChanged = watch.isChanged() || isNew;
      watch.take();
      isNew = false;
      turns += 1;
      return isChanged || (!isWhole && turns % BLIND_TURNS === 0);
    },
    close: () => watch.close(),
  };
}
