// The files below a folder, within bounds, and whether a bound cut them short.
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Files of one folder, entries of folders that are looked at, and folders below one another. */
const FILES_MAX = 2_000;
/** WHY so many: links can lead round in ever more ways. */
const ENTRIES_MAX = 10_000;
const DEPTH_MAX = 32;

/** Paths from the folder, sorted by folder. */
export type FilesBelow = { readonly names: readonly string[]; readonly isCut: boolean };

/** Files and links to such, in subfolders and by links to folders, each folder once. `skips`: folders that are left out, by name. */
export function filesBelow(
  folder: string,
  skips: (name: string) => boolean = () => false,
): FilesBelow {
  const names: string[] = [];
  const seen = new Set<string>();
  const queue: [string, number][] = [[folder, 0]];
  let looked = 0;
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const [directory, depth] = at;
    const real = realOf(directory);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    for (const name of entriesOf(directory)) {
      looked += 1;
      if (looked > ENTRIES_MAX || names.length >= FILES_MAX) return { names, isCut: true };
      const path = join(directory, name);
      const kind = kindOf(path);
      if (kind === "file") names.push(relative(folder, path));
      if (kind !== "folder" || skips(name)) continue;
      if (depth >= DEPTH_MAX) return { names, isCut: true };
      queue.push([path, depth + 1]);
    }
  }
  return { names, isCut: false };
}

/** Names in a folder, sorted; none where it cannot be read. */
export function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return [];
  }
}

function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    return status?.isFile() === true
      ? "file"
      : status?.isDirectory() === true
        ? "folder"
        : undefined;
  } catch {
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
