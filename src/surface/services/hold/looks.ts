// What one call's profile is made of, looked at once: the same directories lie above many of its places.
import { lstatSync, type Stats } from "node:fs";
import { parentPath } from "#base/path.ts";
import { realPath } from "../../foundation/files/path-status.ts";

/** Looks at the disk for one call, each place once. Not to be kept for another one. */
export type Looks = {
  /** What is there, links as links; undefined where nothing is, or nobody may look. */
  status(path: string): Stats | undefined;
  /** The path without links; itself where that cannot be told. */
  real(path: string): string;
};

/** Looks that saw nothing yet. */
export function createLooks(): Looks {
  const seen = new Map<string, Stats | undefined>();
  const straight = new Map<string, boolean>([["/", true]]);
  const status = (path: string): Stats | undefined => {
    if (seen.has(path)) return seen.get(path);
    let found: Stats | undefined;
    try {
      found = lstatSync(path, { throwIfNoEntry: false });
    } catch {
      // Somebody else's directory, or a name that none can have.
    }
    seen.set(path, found);
    return found;
  };
  /** Whether nothing on the way to a place is a link. */
  const isStraight = (path: string): boolean => {
    const known = straight.get(path);
    if (known !== undefined) return known;
    const found = isStraight(parentPath(path)) && status(path)?.isSymbolicLink() === false;
    straight.set(path, found);
    return found;
  };
  return { status, real: (path) => (isStraight(path) ? path : realPath(path)) };
}
