// The files below a folder, within bounds, and whether a bound cut them short.
import { join } from "node:path";
import { type Listed, listingAt } from "../../foundation/files/known-listings.ts";
import { statusBehind } from "../../foundation/files/picture.ts";

/** Files of one folder, entries of folders that are looked at, and folders below one another. */
const FILES_MAX = 2_000;
/** WHY so many: links can lead round in ever more ways. */
const ENTRIES_MAX = 10_000;
const DEPTH_MAX = 32;

/** Paths from the folder, sorted by folder. `others`: what is neither file nor folder, as a device or a link that leads nowhere. */
export type FilesBelow = {
  readonly names: readonly string[];
  readonly others: readonly string[];
  readonly isCut: boolean;
};

/** Files and links to such, in subfolders and by links to folders, each folder once. `skips`: folders that are left out, by name. */
export function filesBelow(
  folder: string,
  skips: (name: string) => boolean = () => false,
): FilesBelow {
  const names: string[] = [];
  const others: string[] = [];
  const seen = new Set<string>();
  const queue: [string, number][] = [["", 0]];
  let looked = 0;
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const [below, depth] = at;
    const directory = join(folder, below);
    const place = statusBehind(directory);
    // WHY by number and not by real path: one look instead of one for each folder above.
    const which = place === undefined ? undefined : `${place.dev}:${place.ino}`;
    if (which === undefined || seen.has(which)) continue;
    seen.add(which);
    for (const entry of listingAt(directory, place) ?? []) {
      looked += 1;
      if (looked > ENTRIES_MAX || names.length >= FILES_MAX) return { names, others, isCut: true };
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      const kind = kindOf(entry, directory);
      if (kind === "file") names.push(name);
      if (kind === undefined) others.push(name);
      if (kind !== "folder" || skips(entry.name)) continue;
      if (depth >= DEPTH_MAX) return { names, others, isCut: true };
      queue.push([name, depth + 1]);
    }
  }
  return { names, others, isCut: false };
}

/** Names in a folder, sorted; none where it cannot be read. */
export function entriesOf(directory: string): readonly string[] {
  return (listingAt(directory) ?? []).map(({ name }) => name);
}

function kindOf({ name, kind }: Listed, directory: string): "file" | "folder" | undefined {
  if (kind === "file" || kind === "folder") return kind;
  // WHY also others than links: not every disk tells in a listing what lies there.
  const status = statusBehind(join(directory, name));
  if (status?.isFile() === true) return "file";
  return status?.isDirectory() === true ? "folder" : undefined;
}
