// How each hidden file shows itself: as it is where it lies open in git's objects anyway, as a view, or not at all.
import { dropOldest } from "#base/drop-oldest.ts";
import { isWithin, joinPath } from "#base/path.ts";
import type { HiddenFile } from "#guard/hold/profile.ts";
import { hasView } from "#guard/hold/views/view.ts";
import type { GitIndexes } from "../../facts/git/git-copies.ts";
import { type GitCopy, isOpen, trackedCopies } from "../../facts/git/open-in-git.ts";
import { entriesOf, isSettled, statusOf } from "./entries.ts";
import type { FoundPlaces } from "./found-places.ts";
import type { Views } from "./views.ts";

/** What is used to tell: git's indexes, views, and what was found of tracked files before. */
export type ShownBy = {
  readonly indexes: GitIndexes;
  readonly views: Views;
  readonly memory: Map<string, boolean>;
  /** A file with the same in it as one that the session of the call made; undefined for any other. */
  readonly made?: (path: string) => string | undefined;
};

const MEMORY_MAX = 4_096;

/**
 * What git tracks and nobody changed is served: everybody who has the repository has it, and a call reads it out of git's objects.
 * So is a change that adds no value which would be hidden. Another changed one is closed: of one that shows something else git would
 * commit that (measured), and of a closed one it refuses to. Of the rest a view is shown, where one can be made.
 */
export async function asShown(at: FoundPlaces, by: ShownBy): Promise<FoundPlaces> {
  const tracked = await trackedIn(at, by.indexes);
  const kept = new Set(at.kept);
  const hiddenFiles: FoundPlaces["hiddenFiles"][number][] = [];
  for (const file of at.hiddenFiles) {
    const copy = tracked.get(file.path);
    if (copy === undefined) {
      // WHY a copy, and not the file: who fills in a value later does so beside what runs then.
      const same = by.made?.(file.path);
      const from = same ?? (await by.views.of(file.path));
      const isMade = same === undefined ? {} : ({ isMade: true } as const);
      hiddenFiles.push(from === undefined ? file : { ...file, from, ...isMade });
    } else if (await isServed(file.path, copy, by.memory)) {
      if (at.hiddenRuns.includes(file.path)) kept.add(file.path);
    } else hiddenFiles.push({ path: file.path, as: "closed" });
  }
  hiddenFiles.push(...(await viewsWithin(at, by.views)));
  return { ...at, hiddenFiles, kept: [...kept] };
}

/** Files of one directory of which views are made. */
const VIEWS_WITHIN_MAX = 32;

/** What a program finds of a directory that is hidden as a whole, such as `~/.aws`: files right in it that have a view. */
async function viewsWithin(
  { hiddenDirectories, emptyDirectories, shown }: FoundPlaces,
  views: Views,
): Promise<readonly HiddenFile[]> {
  const found: HiddenFile[] = [];
  for (const directory of [...hiddenDirectories, ...emptyDirectories]) {
    const paths = entriesOf(directory)
      .filter((entry) => entry.isFile())
      .map(({ name }) => joinPath(directory, name))
      .filter((path) => hasView(path) && !shown.includes(path));
    for (const path of paths.slice(0, VIEWS_WITHIN_MAX)) {
      const from = await views.of(path);
      if (from !== undefined) found.push({ path, as: "closed", from });
    }
  }
  return found;
}

async function trackedIn(
  { repositories, hiddenFiles }: FoundPlaces,
  indexes: GitIndexes,
): Promise<ReadonlyMap<string, GitCopy>> {
  const tracked = new Map<string, GitCopy>();
  for (const { root } of repositories) {
    const paths = hiddenFiles.map(({ path }) => path).filter((path) => isWithin(root, path));
    if (paths.length === 0) continue;
    for (const [path, copy] of await trackedCopies(root, paths, indexes)) tracked.set(path, copy);
  }
  return tracked;
}

async function isServed(
  path: string,
  copy: GitCopy,
  memory: Map<string, boolean>,
): Promise<boolean> {
  const status = statusOf(path);
  if (status === undefined) return false;
  const { ino, size, mtimeMs, ctimeMs } = status;
  const state = `${copy.object} ${ino} ${size} ${mtimeMs} ${ctimeMs} ${path}`;
  const before = memory.get(state);
  if (before !== undefined) return before;
  const isKnown = isSettled(status);
  const is = await isOpen(path, copy);
  if (!isKnown) return is;
  memory.set(state, is);
  dropOldest(memory, MEMORY_MAX);
  return is;
}
