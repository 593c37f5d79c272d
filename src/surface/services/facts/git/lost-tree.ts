// What goes with a further working tree that git would take away by itself: files that it ignores, and that nothing makes again.
import { readdir } from "node:fs/promises";
import { joinPath } from "#base/path.ts";
import { LINKED_FOLDERS, type LostWork } from "#guard/facts/facts.ts";
import { readIndexFile } from "./git-copies.ts";
import { readHead } from "./git-facts.ts";
import { readIndex, typeOf } from "./git-index.ts";
import { listedLoss } from "./listed-loss.ts";
import type { LossPlace } from "./lost-files.ts";

/** Entries that are looked at; of a tree with more it is not told. */
const ENTRIES_MAX = 20_000;
/** Folders and files that tools make anew. */
const TOOLS_FOLDERS: ReadonlySet<string> = new Set([
  ...LINKED_FOLDERS,
  ...["__pycache__", ".cache", ".next", ".gradle"],
  ...[".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".turbo", ".parcel-cache"],
]);
const MADE_FOLDERS: ReadonlySet<string> = new Set([
  ...TOOLS_FOLDERS,
  ...["build", "dist", "out", "target", "coverage"],
]);
const MADE_FILES = /\.(?:log|py[co]|o|class|tsbuildinfo)$|^\.(?:git|DS_Store|eslintcache)$/;

/**
 * Files below a further working tree that git does not follow, but for what tools make. WHY less of that where it is forced away: git did
 * not look whether it ignores a folder that anybody may call so. WHY only where a branch is checked out: commits
 * without one are led to by the tree's own log, which goes as well. Undefined there, and where it cannot be told.
 */
export async function treeLost(
  { gitDirectory, workTree }: LossPlace,
  { isForced }: { readonly isForced: boolean },
  expired: () => boolean,
): Promise<LostWork | undefined> {
  if ((await readHead(gitDirectory))?.branch === undefined) return undefined;
  const read = await readIndexFile(gitDirectory);
  const followed = new Set<string>();
  let hasModules = false;
  const entries =
    read &&
    readIndex(read.bytes, read.hashBytes, (name, mode) => {
      followed.add(name);
      hasModules ||= typeOf({ mode }) === "module";
      return false;
    });
  if (entries === undefined || hasModules) return undefined;
  const folders = isForced ? TOOLS_FOLDERS : MADE_FOLDERS;
  const lost: string[] = [];
  const pending = [""];
  let seen = 0;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (expired()) return undefined;
    for (const entry of await readdir(joinPath(workTree, at), { withFileTypes: true })) {
      if ((seen += 1) > ENTRIES_MAX) return undefined;
      const name = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) {
        // Another repository, of which nobody knows what it holds.
        if (isForced && entry.name === ".git") return undefined;
        if (!folders.has(entry.name)) pending.push(name);
      } else if (!followed.has(name) && !MADE_FILES.test(entry.name)) lost.push(name);
    }
  }
  return listedLoss({ files: lost });
}
