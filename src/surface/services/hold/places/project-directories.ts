// What is hidden and kept in one directory, remembered while it does not change, and other names of hidden files.
import type { Stats } from "node:fs";
import { joinPath, parentPath } from "#base/path.ts";
import { PASSED_OVER } from "#guard/hold/passed-over.ts";
import { ENTRIES_MAX, entriesOf, canBeRead, isSettled, statusOf } from "./entries.ts";
import { looksBare, obeysLink } from "./obeyed.ts";
import { type Rules, isHidden, isKept } from "./place-rules.ts";

/** Directories of a project that are looked at. */
export const DIRECTORIES_MAX = 20_000;

type Directory = {
  /** Its times, and what tells it from another one in its place. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly dev: number;
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
  if (known?.isSettled === true && isSame(known, status)) return known;
  const { mtimeMs, ctimeMs, ino, dev } = status;
  const read = readDirectory(path, memory.rules);
  // WHY written out: there are thousands, and an object that is put together of others takes twice the memory.
  const found: Directory = {
    mtimeMs,
    ctimeMs,
    ino,
    dev,
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
  if (memory.directories.size > DIRECTORIES_MAX) memory.directories.clear();
  memory.directories.set(path, found);
  return found;
}

function isSame({ mtimeMs, ctimeMs, ino, dev }: Directory, status: Stats): boolean {
  return (
    status.ctimeMs === ctimeMs &&
    status.mtimeMs === mtimeMs &&
    status.ino === ino &&
    status.dev === dev
  );
}

type Read = Omit<Directory, "mtimeMs" | "ctimeMs" | "ino" | "dev" | "isSettled">;

/** WHY one for all: most directories have nothing to note, and there are thousands. */
const NONE: readonly string[] = [];

function readDirectory(path: string, rules: Rules): Read {
  const hidden: string[] = [];
  const kept: string[] = [];
  const below: string[] = [];
  const passedOver: string[] = [];
  const startLinks: string[] = [];
  const hiddenRuns: string[] = [];
  let repository: string | undefined;
  const isClosed = !canBeRead(path);
  const entries = isClosed ? [] : entriesOf(path);
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
