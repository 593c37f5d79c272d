// What one call is judged by lies on the disk once: who looks again during the call sees what was there at the first look.
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { cleanPath, parentPath } from "#base/path.ts";
import { createKnownNames, type KnownNames, type NameKind } from "./known-names.ts";

/** Looks at the disk, each place once. Not to be kept for another call. */
export type Picture = {
  /** What is there, links as links; undefined where nothing is, or nobody may look. */
  status(path: string): Stats | undefined;
  /** Where the links of a path lead; undefined where it leads nowhere. */
  real(path: string): string | undefined;
  /** What was there, where it was looked at already and something was. */
  seen(path: string): Stats | undefined;
  /** Whether something is there, whatever it is. */
  isThere(path: string): boolean;
  /** Whether nothing is there, which is more than that nobody may look. */
  isAbsent(path: string): boolean;
  /** We made it ourselves: it is looked at anew, and what it lies in. */
  noteMade(path: string): void;
  /** What another look at a file said the first time; `kind` tells looks at one file apart. */
  once<Seen>(kind: string, path: string, look: () => Seen): Seen;
};

/** A picture that nobody looked at yet. `names`: what is known from calls before. */
export function createPicture(names?: KnownNames): Picture {
  const seen = new Map<string, Stats | undefined>();
  const reals = new Map<string, string | undefined>();
  const others = new Map<string, unknown>();
  /** Directories that are not there: nothing is in one. */
  const missing = new Set<string>();
  const straight = new Map<string, boolean>([["/", true]]);
  const status = (path: string): Stats | undefined => {
    if (seen.has(path)) return seen.get(path);
    let found: Stats | undefined;
    if (isKnownAbsent(path)) missing.add(path);
    else if (!isInMissing(path))
      try {
        const atMs = Date.now();
        found = lstatSync(path, { throwIfNoEntry: false });
        if (found === undefined) {
          missing.add(path);
          note(path, { kind: "none", atMs });
        }
      } catch {
        // Somebody else's directory, or a name that none can have.
      }
    seen.set(path, found);
    return found;
  };
  const note = (path: string, found: { kind: NameKind; atMs: number }): void => {
    const directory = names === undefined ? undefined : status(parentPath(path));
    if (directory !== undefined) names?.note(path, { ...found, directory });
  };
  /** WHY not of a path with steps back: its directory is another one than its text says. */
  const known = (path: string): NameKind | undefined => {
    if (names?.mayKnow(path) !== true || path !== cleanPath(path)) return undefined;
    const directory = status(parentPath(path));
    return directory?.isDirectory() === true ? names.kindOf(path, directory) : undefined;
  };
  const isKnownAbsent = (path: string): boolean => {
    if (names === undefined || path !== cleanPath(path)) return false;
    for (let at = path; at !== "/" && at !== "."; at = parentPath(at))
      if (known(at) === "none") return true;
    return false;
  };
  const kindAt = (path: string): NameKind => {
    const kind = seen.has(path) ? undefined : known(path);
    if (kind !== undefined) return kind;
    const [isNew, atMs] = [!seen.has(path), Date.now()];
    const now = kindOf(status(path));
    if (isNew && now !== "none" && path === cleanPath(path)) note(path, { kind: now, atMs });
    return now;
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
    const found = isStraight(parentPath(path)) && kindAt(path) === "other";
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
    noteMade(path) {
      seen.delete(parentPath(path));
      for (const one of seen.keys())
        if (one === path || one.startsWith(`${path}/`)) {
          seen.delete(one);
          missing.delete(one);
          straight.delete(one);
          reals.delete(one);
        }
    },
    seen: (path) => seen.get(path),
    isThere: (path) => kindAt(path) !== "none",
    isAbsent: (path) => status(path) === undefined && (missing.has(path) || isInMissing(path)),
    once<Seen>(kind: string, path: string, look: () => Seen): Seen {
      const key = `${kind}\0${path}`;
      if (!others.has(key)) others.set(key, look());
      return others.get(key) as Seen;
    },
  };
}

function kindOf(status: Stats | undefined): NameKind {
  if (status === undefined) return "none";
  return status.isSymbolicLink() ? "link" : "other";
}

/** Where the picture of the call that is under way is found. */
type Storage = {
  run<Result>(picture: { current: Picture | undefined }, work: () => Result): Result;
  getStore(): { current: Picture | undefined } | undefined;
};

let storage: Storage | undefined;
let knownNames: KnownNames | undefined;

/** Lets calls have pictures. WHY handed over: a process that judges one call needs nothing that tells several apart. */
export function keepPictures(kept: Storage): void {
  storage = kept;
  knownNames = createKnownNames();
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
  const picture: { current: Picture | undefined } = {
    current: createPicture(knownNames),
  };
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
  if (kept?.current !== undefined) kept.current = createPicture(knownNames);
}

/** What lies at a path, by the picture of the call that is under way. Throws as `lstatSync` outside of one. */
export function statusAt(path: string): Stats | undefined {
  const picture = pictureOfCall();
  return picture === undefined ? lstatSync(path, { throwIfNoEntry: false }) : picture.status(path);
}

/** What lies behind a path, links followed, in the same way; undefined where nothing does or nobody may look. */
export function statusBehind(path: string): Stats | undefined {
  try {
    const own = statusAt(path);
    return own?.isSymbolicLink() === true ? statSync(path, { throwIfNoEntry: false }) : own;
  } catch {
    return undefined;
  }
}

/** Another look at a file, once for the call that is under way. */
export function lookOnce<Seen>(kind: string, path: string, look: () => Seen): Seen {
  const picture = pictureOfCall();
  return picture === undefined ? look() : picture.once(kind, path, look);
}

/** Whether anything lies at a path, by the picture of the call that is under way. Throws as `lstatSync` where nobody may look. */
export function isEntry(path: string): boolean {
  const picture = pictureOfCall();
  if (picture?.status(path) !== undefined) return true;
  return (
    picture?.isAbsent(path) !== true && lstatSync(path, { throwIfNoEntry: false }) !== undefined
  );
}
