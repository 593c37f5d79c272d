// What is hidden and kept in one directory, remembered while it does not change, and other names of hidden files.
import type { Stats } from "node:fs";
import { joinPath, parentPath } from "#base/path.ts";
import { PASSED_OVER } from "#guard/hold/passed-over.ts";
import { ENTRIES_MAX, entriesOf, canBeRead, statusOf } from "./entries.ts";
import { type Rules, isHidden, isKept } from "./place-rules.ts";

/** Directories of a project that are looked at. */
export const DIRECTORIES_MAX = 20_000;

type Directory = {
  readonly stamp: string;
  readonly hidden: readonly string[];
  readonly kept: readonly string[];
  readonly below: readonly string[];
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
  const stamp = `${status.mtimeMs}:${status.ctimeMs}:${status.ino}`;
  const known = memory.directories.get(path);
  // WHY not where it changed just now: within one tick of the clock it may change again.
  if (known?.stamp === stamp && nowMs - status.ctimeMs > 50) return known;
  const found = readDirectory(path, stamp, memory.rules);
  if (memory.directories.size > DIRECTORIES_MAX) memory.directories.clear();
  memory.directories.set(path, found);
  return found;
}

/** What git looks for in a directory before it takes it for a repository. */
const BARE = ["HEAD", "objects", "refs"];

function readDirectory(path: string, stamp: string, rules: Rules): Directory {
  const hidden: string[] = [];
  const kept: string[] = [];
  const below: string[] = [];
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
      } else if (!PASSED_OVER.has(name)) {
        below.push(place);
        if (isKept(joinPath(place, "x"), rules)) kept.push(place);
      }
      continue;
    }
    if (isKept(place, rules)) kept.push(place);
  }
  const isCut = entries.length >= ENTRIES_MAX;
  const isBare = BARE.every((name) => entries.some((entry) => entry.name === name));
  return { stamp, hidden, kept, below, hiddenRuns, repository, isBare, isCut, isClosed };
}
