// How each hidden file shows itself: as it is where it lies open in git's objects anyway, as a view, or not at all.
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import { escapeGlob } from "#base/glob.ts";
import { isWithin, joinPath } from "#base/path.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { type GitIndexes, hasContent } from "../../facts/git/git-copies.ts";
import { openObjects } from "../../facts/git/git-objects.ts";
import type { Views } from "./views.ts";
import type { FoundPlaces } from "./found-places.ts";
import { statusOf } from "./entries.ts";

/** What is used to tell: git's indexes, views, and what was found of tracked files before. */
export type ShownBy = {
  readonly indexes: GitIndexes;
  readonly views: Views;
  readonly memory: Map<string, boolean>;
};

type Tracked = { readonly object: string; readonly gitDirectory: string };

const MEMORY_MAX = 4_096;
/** Objects that are read for one: itself, and what it is told as the difference from. */
const OBJECTS_MAX = 64;
/** Characters of a `.git` file that are read. */
const POINTER_MAX = 4_096;

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
      const from = file.as === "closed" ? undefined : by.views.of(file.path);
      hiddenFiles.push(from === undefined ? file : { ...file, from });
    } else if (await isServed(file.path, copy, by)) {
      if (at.hiddenRuns.includes(file.path)) kept.add(file.path);
    } else hiddenFiles.push({ path: file.path, as: "closed" });
  }
  return { ...at, hiddenFiles, kept: [...kept] };
}

async function trackedIn(
  at: FoundPlaces,
  indexes: GitIndexes,
): Promise<ReadonlyMap<string, Tracked>> {
  const tracked = new Map<string, Tracked>();
  for (const { root, gitDirectory } of at.repositories) {
    const patterns = at.hiddenFiles
      .filter(({ path }) => isWithin(root, path))
      .map(({ path }) => escapeGlob(path));
    if (patterns.length === 0) continue;
    const own = indexDirectory(root, gitDirectory);
    const found = await indexes.matching({ gitDirectory: own, workTree: root }, patterns);
    for (const { name, object } of found?.entries ?? [])
      tracked.set(joinPath(root, name), { object, gitDirectory: own });
  }
  return tracked;
}

/** Where git keeps the index: of a worktree and a submodule beside the repository that they belong to. */
function indexDirectory(root: string, gitDirectory: string): string {
  try {
    if (lstatSync(gitDirectory).isFile()) {
      const text = readFileSync(gitDirectory, "utf8").slice(0, POINTER_MAX);
      const to = /^gitdir: (.+)$/m.exec(text)?.[1];
      if (to !== undefined) return realPath(joinPath(root, to.trim()));
    }
  } catch {
    // It is as its name says, or no repository.
  }
  return realPath(gitDirectory);
}

async function isServed(
  path: string,
  { object, gitDirectory }: Tracked,
  { views, memory }: ShownBy,
): Promise<boolean> {
  const status = statusOf(path);
  if (status?.isFile() !== true) return false;
  const state = `${object} ${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs} ${path}`;
  const before = memory.get(state);
  if (before !== undefined) return before;
  const is =
    (await hasContent(path, object)) || views.isOpen(path, await linesOf(gitDirectory, object));
  memory.set(state, is);
  dropOldest(memory, MEMORY_MAX);
  return is;
}

/** The lines of what git has; none where it cannot be read. */
async function linesOf(gitDirectory: string, object: string): Promise<ReadonlySet<string>> {
  const common = join(gitDirectory, "commondir");
  const shared = existsSync(common)
    ? realPath(joinPath(gitDirectory, readFileSync(common, "utf8").slice(0, POINTER_MAX).trim()))
    : gitDirectory;
  const objects = await openObjects(joinPath(shared, "objects"), {
    ...{ objectsMax: OBJECTS_MAX, expired: () => false },
  });
  try {
    const found = await objects.read(object);
    return new Set(found?.type === "blob" ? found.body.toString("utf8").split(/\r\n|\n|\r/) : []);
  } catch {
    return new Set();
  } finally {
    await objects.close();
  }
}
