// Hidden files that git tracks.
import { isWithin, joinPath } from "#base/path.ts";
import { escapeGlob } from "#base/glob.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import type { GitIndexes } from "../../facts/git/git-copies.ts";
import type { FoundPlaces } from "./found-places.ts";

/**
 * Hidden files that git tracks are closed: of one that shows something else git would commit that (measured), and of a closed
 * one it refuses to.
 */
export async function closedWhereTracked(
  at: FoundPlaces,
  indexes: GitIndexes,
): Promise<FoundPlaces> {
  const tracked = new Set<string>();
  for (const { root, gitDirectory } of at.repositories) {
    const patterns = at.hiddenFiles
      .filter(({ path, as }) => as !== "closed" && isWithin(root, path))
      .map(({ path }) => escapeGlob(path));
    if (patterns.length === 0) continue;
    const copies = { gitDirectory: realPath(gitDirectory), workTree: root };
    const found = await indexes.matching(copies, patterns);
    for (const { name } of found?.entries ?? []) tracked.add(joinPath(root, name));
  }
  if (tracked.size === 0) return at;
  const hiddenFiles = at.hiddenFiles.map((file) =>
    tracked.has(file.path) ? { ...file, as: "closed" as const } : file,
  );
  return { ...at, hiddenFiles };
}
