// What by its name alone is obeyed where it lies: a link in the place of a folder of start files, and a directory that git takes for a repository.
import type { Dirent } from "node:fs";
import { isStartFolder } from "#guard/effects/paths/place-list.ts";

/** Whether a start goes through an entry to what it obeys, wherever that lies. */
export function obeysLink(entry: Dirent): boolean {
  return entry.isSymbolicLink() && isStartFolder(entry.name);
}

/** What git looks for in a directory before it takes it for a repository. */
const BARE = ["HEAD", "objects", "refs"];

/** Whether git takes a directory with such entries for a repository without a working tree. */
export function looksBare(entries: readonly string[]): boolean {
  return BARE.every((name) => entries.includes(name));
}
