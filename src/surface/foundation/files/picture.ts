// What one call is judged by lies on the disk once: who looks again during the call sees what was there at the first look.
import { lstatSync, realpathSync, type Stats } from "node:fs";
import { cleanPath, parentPath } from "#base/path.ts";

/** Looks at the disk, each place once. Not to be kept for another call. */
export type Picture = {
  /** What is there, links as links; undefined where nothing is, or nobody may look. */
  status(path: string): Stats | undefined;
  /** Where the links of a path lead; undefined where it leads nowhere. */
  real(path: string): string | undefined;
  /** What another look at a file said the first time; `kind` tells looks at one file apart. */
  once<Seen>(kind: string, path: string, look: () => Seen): Seen;
};

/** A picture that nobody looked at yet. */
export function createPicture(): Picture {
  const seen = new Map<string, Stats | undefined>();
  const reals = new Map<string, string | undefined>();
  const others = new Map<string, unknown>();
  /** Directories that are not there: nothing is in one. */
  const missing = new Set<string>();
  const straight = new Map<string, boolean>([["/", true]]);
  const status = (path: string): Stats | undefined => {
    if (seen.has(path)) return seen.get(path);
    let found: Stats | undefined;
    if (!isInMissing(path))
      try {
        found = lstatSync(path, { throwIfNoEntry: false });
        if (found === undefined) missing.add(path);
      } catch {
        // Somebody else's directory, or a name that none can have.
      }
    seen.set(path, found);
    return found;
  };
  const isInMissing = (path: string): boolean => {
    if (missing.size === 0) return false;
    for (let at = parentPath(path); at !== "/" && at !== "."; at = parentPath(at)) {
      if (missing.has(at)) return true;
      if (seen.has(at)) return false;
    }
    return false;
  };
  /** Whether nothing on the way to a place is a link. */
  const isStraight = (path: string): boolean => {
    const known = straight.get(path);
    if (known !== undefined) return known;
    const found = isStraight(parentPath(path)) && status(path)?.isSymbolicLink() === false;
    straight.set(path, found);
    return found;
  };
  const real = (path: string): string | undefined => {
    const isClean = path.startsWith("/") && cleanPath(path) === path;
    if (isClean && isStraight(path)) return path;
    if (isClean && (missing.has(path) || isInMissing(path))) return undefined;
    if (reals.has(path)) return reals.get(path);
    let found: string | undefined;
    try {
      found = realpathSync.native(path);
    } catch {
      // It leads nowhere.
    }
    reals.set(path, found);
    return found;
  };
  return {
    status,
    real,
    once<Seen>(kind: string, path: string, look: () => Seen): Seen {
      const key = `${kind}\0${path}`;
      if (!others.has(key)) others.set(key, look());
      return others.get(key) as Seen;
    },
  };
}

/** Where the picture of the call that is under way is found. */
type Storage = {
  run<Result>(picture: { current: Picture | undefined }, work: () => Result): Result;
  getStore(): { current: Picture | undefined } | undefined;
};

let storage: Storage | undefined;

/** Lets calls have pictures. WHY handed over: a process that judges one call needs nothing that tells several apart. */
export function keepPictures(kept: Storage): void {
  storage = kept;
}

/** The picture of the call that is under way; undefined outside of one. */
export function pictureOfCall(): Picture | undefined {
  return storage?.getStore()?.current;
}

/** Does work with a picture of its own, which ends with the work or before: whatever goes on sees the disk as it is. */
export async function inPicture<Result>(
  work: (end: () => void) => Promise<Result>,
): Promise<Result> {
  if (storage === undefined) return await work(() => undefined);
  const picture: { current: Picture | undefined } = { current: createPicture() };
  const end = (): void => {
    picture.current = undefined;
  };
  try {
    return await storage.run(picture, () => work(end));
  } finally {
    end();
  }
}

/** From here on the call that is under way sees the disk as it is now: what it saw before may have changed since. */
export function renewPicture(): void {
  const kept = storage?.getStore();
  if (kept?.current !== undefined) kept.current = createPicture();
}

/** What lies at a path, by the picture of the call that is under way. Throws as `lstatSync` outside of one. */
export function statusAt(path: string): Stats | undefined {
  const picture = pictureOfCall();
  return picture === undefined ? lstatSync(path, { throwIfNoEntry: false }) : picture.status(path);
}

/** Another look at a file, once for the call that is under way. */
export function lookOnce<Seen>(kind: string, path: string, look: () => Seen): Seen {
  const picture = pictureOfCall();
  return picture === undefined ? look() : picture.once(kind, path, look);
}
