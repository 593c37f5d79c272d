// What lies at a path and what is in a directory, for the look-up of places: nothing where it cannot be looked at.
import { accessSync, constants, readdirSync, type Stats } from "node:fs";
import { statusAt } from "../../../foundation/files/picture.ts";

/** Entries of one directory that are looked at. */
export const ENTRIES_MAX = 20_000;

/** What a directory holds, up to a bound; nothing where it cannot be read. */
export function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true }).slice(0, ENTRIES_MAX);
  } catch {
    return [];
  }
}

/** Whether a directory can be listed and gone through. */
export function canBeRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What lies at a path itself; undefined where nothing does. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statusAt(path);
  } catch {
    return undefined;
  }
}

/** Milliseconds within which something may change twice and have one time: more than a tick of any file system's clock. */
const TICK_MS = 50;

/** Whether each later change of it gives it another time than it has; of what had just changed, a second one may not be seen. */
export function isSettled({ ctimeMs }: Stats, nowMs = Date.now()): boolean {
  return nowMs - ctimeMs > TICK_MS;
}
