// What is hidden and kept in one directory, remembered while it does not change, and other names of hidden files.
import { lstatSync, type Stats } from "node:fs";
import { foldName } from "#base/fold-name.ts";
import { baseName, joinPath, parentPath } from "#base/path.ts";
import { type OpenDirectory, openBelow } from "#platform/open-below.ts";
import { PASSED_OVER } from "#guard/hold/passed-over.ts";
import { ENTRIES_MAX, entriesOf, canBeRead, isSettled, statusOf } from "./entries.ts";
import type { FolderWatch, ToldChanges } from "./folder-watch.ts";
import { looksBare, obeysLink } from "./obeyed.ts";
import { type Rules, isHidden, isKept } from "./place-rules.ts";

/** Directories of a project that are looked at. */
export const DIRECTORIES_MAX = 20_000;

/** What is to be known of one directory. */
export type Directory = {
  /** Its times, and what tells it from another one in its place. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly dev: number;
  readonly birthtimeMs: number;
  /** Whether it had not changed for so long when it was read that each later change gives it another time. */
  readonly isSettled: boolean;
  readonly hidden: readonly string[];
  readonly kept: readonly string[];
  readonly below: readonly string[];
  /** Directories of packages and builds in it. */
  readonly passedOver: readonly string[];
  /** Links that a start goes through to what it obeys. */
  readonly startLinks: readonly string[];
  readonly hiddenRuns: readonly string[];
  readonly repository: string | undefined;
  /** Whether git takes it for a repository itself. */
  readonly isBare: boolean;
  /** Whether it has more entries than are looked at. */
  readonly isCut: boolean;
  /** Its entries cannot be looked at, by us as by a call; but its owner may change that at any time. */
  readonly isClosed: boolean;
};

/** What is remembered of the directories of a project. */
export type DirectoryMemory = {
  readonly rules: Rules;
  readonly directories: Map<string, Directory>;
  /** Other names of hidden files, by what tells the file and its last change. */
  names: ReadonlyMap<string, readonly string[]>;
  /** Missing for a finder that asks each directory itself. */
  readonly watch: FolderWatch | undefined;
  /** How often what is remembered, or what is watched, became another. */
  version: number;
};

/** Files whose numbers are looked at for other names of hidden ones. */
const NAMES_MAX = 20_000;

/** Other names in the project of hidden files that have some: what is read by one is read by all. */
export function otherNames(
  linked: ReadonlyMap<string, Stats>,
  directories: readonly string[],
  memory: DirectoryMemory,
): readonly string[] {
  if (linked.size === 0) return [];
  const keyOf = ({ dev, ino, ctimeMs }: Stats): string => `${dev}:${ino}:${ctimeMs}`;
  const keys = new Set([...linked.values()].map(keyOf));
  // A new name, and one that is gone, change the file's own time.
  const isKnown = [...keys].every((key) =>
    memory.names.get(key)?.every((path) => {
      const status = statusOf(path);
      return status !== undefined && keyOf(status) === key;
    }),
  );
  if (isKnown) return [...keys].flatMap((key) => memory.names.get(key) ?? []);
  const names = new Map<string, string[]>([...keys].map((key) => [key, []]));
  let open = [...linked.values()].reduce((sum, { nlink }) => sum + nlink, 0);
  let count = 0;
  const near = [...linked.keys()].map(parentPath);
  for (const directory of new Set([...near, ...directories]))
    for (const entry of entriesOf(directory)) {
      if (!entry.isFile()) continue;
      if (open <= 0 || ++count > NAMES_MAX) return remember();
      const path = joinPath(directory, entry.name);
      const status = statusOf(path);
      const known = status === undefined ? undefined : names.get(keyOf(status));
      if (known === undefined) continue;
      known.push(path);
      open--;
    }
  return remember();

  function remember(): readonly string[] {
    memory.names = names;
    return [...names.values()].flat();
  }
}

/** What is to be known of a directory, looked at again where it changed; undefined where it is none. */
export function directoryAt(
  path: string,
  memory: DirectoryMemory,
  { nowMs }: { readonly nowMs: number },
): Directory | undefined {
  const status = statusOf(path);
  if (status === undefined || !status.isDirectory()) return undefined;
  const known = memory.directories.get(path);
  if (!mayBeWatched(path, status, memory) && known?.isSettled === true && isSame(known, status))
    return known;
  return memory.watch === undefined
    ? remembered(path, memory, { status, nowMs, at: path })
    : watched(path, memory, nowMs);
}

/**
 * What is known of a path before it is looked at: it leads to the directory that it led to, it may lead to another one, or nobody would
 * tell of that.
 */
export type Way = "same" | "open" | "blind";

/** A directory that was come to, and what is known of the ways to those in it. */
export type Reached = {
  readonly directory: Directory;
  readonly wayTo: (below: string) => Way;
  /** Whether it is the directory that was there, and all was told that changed in it. */
  readonly isSure: boolean;
};

/**
 * As `directoryAt`, and what the system told no change of is not looked at. `way` is missing for where a walk begins: that is looked at
 * each time. INVARIANT: all is told that changed before this, and not taken from the watch by anybody else.
 */
export function directoryTold(
  path: string,
  memory: DirectoryMemory,
  {
    way,
    told,
    nowMs,
  }: { readonly way?: Way | undefined; readonly told: ToldChanges; readonly nowMs: number },
): Reached | undefined {
  const { watch } = memory;
  const known = memory.directories.get(path);
  const names = told.changed.get(path);
  const isWatched = watch?.has(path) === true;
  const isTold = told.isSure && isWatched;
  if (way === "same" && isTold && names === undefined && known !== undefined)
    return { directory: known, wayTo: waysIn(path, way), isSure: true };
  const status = freshStatus(path);
  if (status?.isDirectory() !== true) return forget(path, memory);
  if (way === "blind" && isWatched) dropWatch(path, memory);
  const isHere = known !== undefined && isSameInode(known, status);
  const isAsRead =
    isHere && isSame(known, status) && (known.isSettled || (isTold && names === undefined));
  const directory =
    isAsRead && (way === "blind" || !mayBeWatched(path, status, memory))
      ? known
      : way === "blind"
        ? remembered(path, memory, { status, nowMs, at: path })
        : watched(path, memory, nowMs);
  if (directory === undefined) return forget(path, memory);
  if (watch?.has(path) !== true) return { directory, wayTo: () => "blind", isSure: false };
  // WHY not by the directory alone where one above it was another one: what was read below it may lie there.
  const isSure = isTold && isHere && (way === undefined || way === "same");
  return { directory, wayTo: waysIn(path, isSure ? "same" : "open", names), isSure };
}

function waysIn(
  path: string,
  way: Way,
  names?: ReadonlySet<string | null>,
): (below: string) => Way {
  return (below) => {
    // The folder between them is none that is walked through.
    if (parentPath(below) !== path) return "blind";
    return names?.has(null) === true || names?.has(foldName(baseName(below))) === true
      ? "open"
      : way;
  };
}

/** WHY not by the picture of the call: what it saw may be older than what is told. */
function freshStatus(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Whether it is not watched although it could be. */
function mayBeWatched(path: string, { dev }: Stats, { watch }: DirectoryMemory): boolean {
  return watch?.has(path) === false && watch.mayAdd(dev);
}

function forget(path: string, memory: DirectoryMemory): undefined {
  if (memory.directories.delete(path)) memory.version += 1;
  dropWatch(path, memory);
}

function dropWatch(path: string, memory: DirectoryMemory): void {
  if (memory.watch?.has(path) !== true) return;
  memory.version += 1;
  memory.watch.drop(path);
}

/**
 * Watches a directory, and reads it after that, so that what comes later is told. WHY opened: whoever moves directories to and fro
 * would have one watched and another one read. One that cannot be watched is read as it is.
 */
function watched(path: string, memory: DirectoryMemory, nowMs: number): Directory | undefined {
  const { watch } = memory;
  const known = memory.directories.get(path);
  memory.version += 1;
  let open: OpenDirectory | undefined;
  try {
    open = openBelow(path, []);
    const at = open.at(".");
    const status = lstatSync(at);
    if (known !== undefined && !isSameInode(known, status)) watch?.drop(path);
    const isNew = watch?.has(path) !== true;
    watch?.add(path, { at, dev: status.dev });
    const isAsRead = isNew && known?.isSettled === true && isSame(known, status);
    return isAsRead ? known : remembered(path, memory, { status, nowMs, at });
  } catch {
    // It is closed, or another one by now.
  } finally {
    open?.close();
  }
  watch?.drop(path);
  const status = freshStatus(path);
  return status?.isDirectory() === true
    ? remembered(path, memory, { status, nowMs, at: path })
    : undefined;
}

/** `at`: another path by which it is read. */
function remembered(
  path: string,
  memory: DirectoryMemory,
  { status, nowMs, at }: { readonly status: Stats; readonly nowMs: number; readonly at: string },
): Directory {
  const { mtimeMs, ctimeMs, ino, dev, birthtimeMs } = status;
  const read = readDirectory(path, memory.rules, at);
  // WHY written out: there are thousands, and an object that is put together of others takes twice the memory.
  const found: Directory = {
    mtimeMs,
    ctimeMs,
    ino,
    dev,
    birthtimeMs,
    isSettled: isSettled(status, nowMs),
    hidden: read.hidden,
    kept: read.kept,
    below: read.below,
    passedOver: read.passedOver,
    startLinks: read.startLinks,
    hiddenRuns: read.hiddenRuns,
    repository: read.repository,
    isBare: read.isBare,
    isCut: read.isCut,
    isClosed: read.isClosed,
  };
  if (memory.directories.size > DIRECTORIES_MAX) {
    memory.directories.clear();
    // WHY: whether it is the same directory that is watched is told by what is remembered of it.
    memory.watch?.close();
  }
  memory.directories.set(path, found);
  memory.version += 1;
  return found;
}

function isSame(known: Directory, status: Stats): boolean {
  return (
    status.ctimeMs === known.ctimeMs &&
    status.mtimeMs === known.mtimeMs &&
    isSameInode(known, status)
  );
}

/** WHY the time of its birth: another one may have its number. */
function isSameInode({ ino, dev, birthtimeMs }: Directory, status: Stats): boolean {
  return status.ino === ino && status.dev === dev && status.birthtimeMs === birthtimeMs;
}

type Read = Omit<Directory, "mtimeMs" | "ctimeMs" | "ino" | "dev" | "birthtimeMs" | "isSettled">;

/** WHY one for all: most directories have nothing to note, and there are thousands. */
const NONE: readonly string[] = [];

function readDirectory(path: string, rules: Rules, at: string): Read {
  const hidden: string[] = [];
  const kept: string[] = [];
  const below: string[] = [];
  const passedOver: string[] = [];
  const startLinks: string[] = [];
  const hiddenRuns: string[] = [];
  let repository: string | undefined;
  const isClosed = !canBeRead(at);
  const entries = isClosed ? [] : entriesOf(at);
  for (const entry of entries) {
    const { name } = entry;
    const place = joinPath(path, name);
    if (name === ".git") {
      repository = place;
      continue;
    }
    if (isHidden(place, rules)) {
      hidden.push(place);
      if (isKept(place, rules)) hiddenRuns.push(place);
      continue;
    }
    if (entry.isDirectory()) {
      if (name === ".claude") {
        kept.push(place);
        below.push(joinPath(place, "worktrees"));
      } else if (PASSED_OVER.has(name)) passedOver.push(place);
      else {
        below.push(place);
        if (isKept(joinPath(place, "x"), rules)) kept.push(place);
      }
      continue;
    }
    if (obeysLink(entry)) startLinks.push(place);
    if (isKept(place, rules)) kept.push(place);
  }
  const isCut = entries.length >= ENTRIES_MAX;
  const isBare = looksBare(entries.map(({ name }) => name));
  const all = { hidden: noted(hidden), kept: noted(kept), below: noted(below) };
  const more = { passedOver: noted(passedOver), startLinks: noted(startLinks) };
  const flags = { repository, isBare, isCut, isClosed };
  return { ...all, ...more, hiddenRuns: noted(hiddenRuns), ...flags };
}

function noted(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? NONE : paths;
}
