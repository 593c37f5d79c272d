// What lies at a path, and where its links lead; nobody has to be told that a path leads nowhere.
import { lstatSync, realpathSync } from "node:fs";
import { cleanPath } from "#base/path.ts";
import { pictureOfCall } from "./picture.ts";

/** Whether anything lies at a path, a link without a target too. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Where the links of a path lead; the path itself where it leads nowhere. */
export function realPath(path: string): string {
  return realOf(path) ?? path;
}

/** Where the links of a path lead; where it leads nowhere, the path without `.` and `..`. */
export function realPathOrClean(path: string): string {
  return realOf(path) ?? cleanPath(path);
}

/** Where the links of a path lead; undefined where it leads nowhere. */
export function realOf(path: string): string | undefined {
  const picture = pictureOfCall();
  if (picture !== undefined) return picture.real(path);
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
