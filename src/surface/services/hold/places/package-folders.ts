// What git or a start obeys in folders of packages, builds and caches: looked for where something changed since the last look.
import { baseName, joinPath, parentPath } from "#base/path.ts";
import { isStartFolder } from "#guard/effects/paths/place-list.ts";
import { isFilled, PASSED_OVER } from "#guard/hold/passed-over.ts";
import { isThere } from "../../../foundation/files/path-status.ts";
import { ENTRIES_MAX, entriesOf, isSettled, statusOf } from "./entries.ts";
import { createFolderWatch, type FolderWatch } from "./folder-watch.ts";
import type { WatchQueue } from "./watch-queue.ts";
import { looksBare, obeysLink } from "./obeyed.ts";
import { isKept, type Rules } from "./place-rules.ts";

/** What was found. Paths are absolute. */
export type PackagePlaces = {
  readonly repositories: readonly { readonly root: string; readonly gitDirectory: string }[];
  /** Directories that git takes for repositories without a working tree. */
  readonly bare: readonly string[];
  /** Files and links that a start obeys, where somebody may start it. */
  readonly starts: readonly string[];
  /** Not all of it was looked at. */
  readonly isCut: boolean;
};

/** Where there are none. */
export const NO_PACKAGES: PackagePlaces = { repositories: [], bare: [], starts: [], isCut: false };

/**
 * How a folder is looked at: as one that a person works in; as one that a program filled, in which only git comes by, though nobody but
 * a person or an attacker puts start files right into it; and as a folder of start files there.
 */
type Kind = "own" | "filled" | "inside" | "start";

type Folder = {
  readonly kind: Kind;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly dev: number;
  readonly isSettled: boolean;
  readonly below: readonly string[];
};

/** Folders of one project that are looked at. */
const FOLDERS_MAX = 100_000;

/** Finds it in folders with names that are passed over otherwise, and remembers what did not change. */
export type PackageFolders = {
  /** All that is there now below these folders. */
  look(tops: readonly string[]): PackagePlaces;
  /** Looks a part at a time, before it is asked for; `next` is awaited between. Whoever asks before its end looks at the rest. */
  prepare(tops: readonly string[], next: () => Promise<unknown>): Promise<void>;
  /** Whether something changed, as far as that is told. */
  isChanged(): boolean;
  close(): void;
};

/** Folders that are looked at before others are answered. */
const PART = 16;

/** An empty memory. */
export function createPackageFolders(rules: Rules, queue: WatchQueue): PackageFolders {
  return new RememberedFolders(rules, createFolderWatch(queue));
}

class RememberedFolders implements PackageFolders {
  readonly #rules: Rules;
  readonly #watch: FolderWatch;
  readonly #folders = new Map<string, Folder>();
  readonly #unwatched = new Set<string>();
  readonly #repositories = new Map<string, string>();
  readonly #bare = new Set<string>();
  readonly #starts = new Map<string, readonly string[]>();
  readonly #pending = new Map<string, Kind>();
  #tops: ReadonlySet<string> = new Set();
  #isCut = false;

  constructor(rules: Rules, watch: FolderWatch) {
    this.#rules = rules;
    this.#watch = watch;
  }

  look(tops: readonly string[]): PackagePlaces {
    this.#begin(tops);
    this.#goOn(Number.POSITIVE_INFINITY);
    return {
      repositories: [...this.#repositories].map(([root, gitDirectory]) => ({ root, gitDirectory })),
      bare: [...this.#bare],
      starts: [...this.#starts.values()].flat(),
      isCut: this.#isCut,
    };
  }

  async prepare(tops: readonly string[], next: () => Promise<unknown>): Promise<void> {
    this.#begin(tops);
    while (this.#pending.size > 0) {
      await next();
      this.#goOn(PART);
    }
  }

  isChanged(): boolean {
    return this.#watch.isChanged();
  }

  close(): void {
    this.#watch.close();
    this.#pending.clear();
  }

  #begin(tops: readonly string[]): void {
    const now = new Set(tops);
    for (const top of this.#tops) if (!now.has(top)) this.#forget(top);
    for (const top of now) if (!this.#folders.has(top)) this.#pending.set(top, "own");
    this.#tops = now;
    const { changed, isSure } = this.#watch.take();
    const again = isSure ? [...changed.keys(), ...this.#unwatched] : this.#folders.keys();
    for (const path of again) {
      const folder = this.#folders.get(path);
      if (folder !== undefined) this.#pending.set(path, folder.kind);
    }
  }

  #goOn(most: number): void {
    let count = 0;
    // What is found meanwhile is walked through as well.
    for (const [path, kind] of this.#pending) {
      if (++count > most) return;
      this.#pending.delete(path);
      this.#visit(path, kind);
    }
  }

  #visit(path: string, kind: Kind): void {
    const status = statusOf(path);
    if (status?.isDirectory() !== true) return this.#forget(path);
    const known = this.#folders.get(path);
    const { mtimeMs, ctimeMs, ino, dev } = status;
    const isSame = known?.ino === ino && known.dev === dev;
    const isFollowed = this.#watch.has(path) || this.#unwatched.has(path);
    const isAsRead = isSame && known.ctimeMs === ctimeMs && known.mtimeMs === mtimeMs;
    if (isAsRead && known.isSettled && isFollowed) return;
    if (known !== undefined && !isSame) this.#forget(path);
    if (known === undefined && this.#folders.size >= FOLDERS_MAX) {
      this.#isCut = true;
      return;
    }
    // WHY before it is read: what comes later is told.
    if (!this.#watch.add(path, { dev })) this.#unwatched.add(path);
    const entries = entriesOf(path);
    if (entries.length >= ENTRIES_MAX) this.#isCut = true;
    const names = entries.map(({ name }) => name);
    const before = isSame ? known.kind : kind;
    const now = kindNow(path, before, names);
    if (now !== before) this.#forgetBelow(path);
    const below: string[] = [];
    const starts: string[] = [];
    this.#repositories.delete(path);
    for (const entry of entries) {
      const { name } = entry;
      const place = joinPath(path, name);
      if (name === ".git") this.#repositories.set(path, place);
      else if (entry.isDirectory()) {
        below.push(place);
        this.#pending.set(place, kindBelow(now, name));
      } else if (now !== "inside" && (isKept(place, this.#rules) || obeysLink(entry)))
        starts.push(place);
    }
    if (looksBare(names)) this.#bare.add(path);
    else this.#bare.delete(path);
    if (starts.length > 0) this.#starts.set(path, starts);
    else this.#starts.delete(path);
    const there = new Set(below);
    for (const one of this.#folders.get(path)?.below ?? []) if (!there.has(one)) this.#forget(one);
    this.#folders.set(path, {
      kind: now,
      mtimeMs,
      ctimeMs,
      ino,
      dev,
      isSettled: isSettled(status),
      below,
    });
  }

  #forget(path: string): void {
    this.#forgetBelow(path);
    this.#folders.delete(path);
    this.#pending.delete(path);
    this.#unwatched.delete(path);
    this.#repositories.delete(path);
    this.#bare.delete(path);
    this.#starts.delete(path);
    this.#watch.drop(path);
  }

  #forgetBelow(path: string): void {
    for (const one of this.#folders.get(path)?.below ?? []) this.#forget(one);
  }
}

/** WHY a folder stays a filled one: an installer takes its marks away while it works. */
function kindNow(path: string, kind: Kind, entries: readonly string[]): Kind {
  const name = baseName(path);
  if (kind !== "own" || !PASSED_OVER.has(name)) return kind;
  const isBeside = (one: string): boolean => isThere(joinPath(parentPath(path), one));
  return isFilled(name, { entries, isBeside }) ? "filled" : "own";
}

function kindBelow(kind: Kind, name: string): Kind {
  if (kind === "filled") return isStartFolder(name) ? "start" : "inside";
  return kind;
}
