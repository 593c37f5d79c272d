// The walk through the directories of a project: what it came to is kept, so that the next one costs what changed since.
import { dropOldest } from "#base/drop-oldest.ts";
import type { ToldChanges } from "./folder-watch.ts";
import {
  type Directory,
  type DirectoryMemory,
  DIRECTORIES_MAX,
  directoryAt,
  directoryTold,
  type Reached,
  type Way,
} from "./project-directories.ts";

/** What a walk came to. */
export type Walked = {
  /** Directories with something to note, in their order. */
  readonly noted: readonly { readonly path: string; readonly directory: Directory }[];
  /** All that were come to. */
  readonly directories: readonly string[];
  /** At which it ended because there are too many. */
  readonly cutAt: string | undefined;
  isThere(path: string): boolean;
};

type Walk = Walked & {
  /** Where each directory stands among all of them. */
  readonly places: ReadonlyMap<string, number>;
  /** What was at each of them. */
  readonly found: (Directory | undefined)[];
  /** What is looked at each time: where it begins, and what nobody would tell of. */
  readonly looked: readonly { readonly path: string; readonly way: Way | undefined }[];
  /** Of what is remembered. */
  readonly version: number;
};

/** What is remembered of a project and the walks through it. */
export type WalkMemory = DirectoryMemory & {
  /** The last ones, by where they began. */
  readonly walks: Map<string, Walk>;
  /** Changes that were told of directories to which no walk came since. */
  left: ReadonlyMap<string, ReadonlySet<string | null>>;
};

const WALKS_MAX = 4;

/** Where a walk begins: the project, where the client keeps its working trees, and directories beside the project. */
type Begins = {
  readonly projectRoot: string;
  /** WHY these come last: what is too much of them must not keep a call from being held. */
  readonly trees: string;
  readonly beside: readonly string[];
  readonly nowMs: number;
};

/** `news`: what changed since the last walk of this memory; without it each directory is asked. */
export function walkDirectories(memory: WalkMemory, begins: Begins, news?: ToldChanges): Walked {
  const { nowMs } = begins;
  if (news === undefined)
    return walk(begins, (path) => {
      const directory = directoryAt(path, memory, { nowMs });
      return directory && { directory, wayTo: () => "open", isSure: false };
    });
  const told = withLeft(memory, news);
  // WHY kept: a second look would find what the first one has just noted, and take it for known.
  const seen = new Map<string, Reached | undefined>();
  const reach = (path: string, way: Way | undefined): Reached | undefined => {
    if (!seen.has(path)) seen.set(path, directoryTold(path, memory, { way, told, nowMs }));
    return seen.get(path);
  };
  const { walks } = memory;
  const key = [begins.projectRoot, ...begins.beside].join("\0");
  const before = walks.get(key);
  const again = before && walkedAgain(before, { memory, told, reach });
  const now = again ?? walk(begins, reach);
  walks.delete(key);
  if (now === before || isKnownWhole(now, memory))
    walks.set(key, { ...now, version: memory.version });
  dropOldest(walks, WALKS_MAX);
  memory.left = leftOf(now, memory, told);
  return now;
}

type Reach = (path: string, way: Way | undefined) => Reached | undefined;

/** The walk as it would be now; undefined where it may come to other directories than before. */
function walkedAgain(
  before: Walk,
  {
    memory,
    told,
    reach,
  }: { readonly memory: DirectoryMemory; readonly told: ToldChanges; readonly reach: Reach },
): Walk | undefined {
  const { places, found, looked } = before;
  if (!told.isSure || before.version !== memory.version) return undefined;
  // WHY in their order: what is below a directory is not looked at before that is known to be the one that was there.
  const changed = [...told.changed.keys()]
    .filter((path) => places.has(path))
    .toSorted((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  let isOther = false;
  for (const { path, way } of [
    ...looked,
    ...changed.map((path) => ({ path, way: "same" as const })),
  ]) {
    const at = places.get(path) ?? -1;
    const reached = reach(path, way);
    const old = found[at];
    if (reached?.directory === old && (old === undefined || told.changed.get(path) === undefined)) {
      if (reached?.isSure === false) return undefined;
      continue;
    }
    if (old === undefined || reached?.isSure !== true || !leadsToSame(reached, old))
      return undefined;
    found[at] = reached.directory;
    isOther = true;
  }
  return isOther ? { ...before, noted: notedOf(before.directories, found) } : before;
}

/** Whether the same directories are in it, and are those that were there. */
function leadsToSame({ directory: { below }, wayTo }: Reached, old: Directory): boolean {
  if (below.length !== old.below.length) return false;
  return below.every((path, at) => path === old.below[at] && wayTo(path) !== "open");
}

function walk({ projectRoot, trees, beside }: Begins, reach: Reach): Walk {
  const pending = [projectRoot];
  /** What is known of the way to each of them. */
  const ways: (Way | undefined)[] = [undefined];
  const found: (Directory | undefined)[] = [];
  const places = new Map<string, number>();
  const looked: { path: string; way: Way | undefined }[] = [];
  const later = [[trees], [...beside]];
  let cutAt: string | undefined;
  for (
    let at = 0;
    at < pending.length || later.some((more) => pending.push(...more.splice(0)) > at);
    at++
  ) {
    const path = pending[at] ?? projectRoot;
    if (at >= DIRECTORIES_MAX) {
      cutAt = path;
      break;
    }
    const way = ways[at];
    const reached = reach(path, way);
    places.set(path, at);
    found[at] = reached?.directory;
    if (way === undefined || way === "blind") looked.push({ path, way });
    for (const below of reached?.directory.below ?? [])
      if (below !== trees) {
        pending.push(below);
        ways[pending.length - 1] = reached?.wayTo(below);
      }
  }
  const directories = pending.slice(0, DIRECTORIES_MAX);
  const noted = notedOf(directories, found);
  const isThere = (path: string): boolean => found[places.get(path) ?? -1] !== undefined;
  return { noted, directories, cutAt, isThere, places, found, looked, version: -1 };
}

/** Whether a change of any of them would be told, and of those that are not there be seen. */
function isKnownWhole(
  { cutAt, directories, found, looked, places }: Walk,
  { watch, directories: remembered }: DirectoryMemory,
): boolean {
  // A directory that was come to on two ways.
  if (cutAt !== undefined || places.size !== directories.length) return false;
  const isLooked = new Set(looked.map(({ path }) => path));
  return directories.every((path, at) => {
    const directory = found[at];
    if (directory === undefined) return isLooked.has(path);
    return remembered.get(path) === directory && watch?.has(path) === true;
  });
}

/** What was told, with what was told before of directories to which no walk came. */
function withLeft({ left }: WalkMemory, told: ToldChanges): ToldChanges {
  if (left.size === 0) return told;
  const changed = new Map<string, ReadonlySet<string | null>>(told.changed);
  for (const [path, names] of left)
    changed.set(path, new Set([...names, ...(changed.get(path) ?? [])]));
  return { ...told, changed };
}

/** WHY: who looks at less, as at a project without the directories beside it, takes what was told of the rest along. */
function leftOf(
  { places }: Walk,
  { directories, watch }: DirectoryMemory,
  told: ToldChanges,
): ReadonlyMap<string, ReadonlySet<string | null>> {
  const left = new Map<string, ReadonlySet<string | null>>();
  for (const [path, names] of told.changed)
    if (!places.has(path) && watch?.has(path) === true) left.set(path, names);
  if (!told.isSure)
    for (const path of directories.keys()) if (!places.has(path)) left.set(path, new Set([null]));
  return left;
}

/** Whether anything of it counts but the directories in it. */
function isNoted(directory: Directory): boolean {
  const { hidden, kept, passedOver, startLinks, hiddenRuns } = directory;
  const { repository, isBare, isCut, isClosed } = directory;
  if (isBare || isCut || isClosed || repository !== undefined) return true;
  return [hidden, kept, passedOver, startLinks, hiddenRuns].some(({ length }) => length > 0);
}

function notedOf(directories: readonly string[], found: readonly (Directory | undefined)[]) {
  return directories.flatMap((path, at) => {
    const directory = found[at];
    return directory === undefined || !isNoted(directory) ? [] : [{ path, directory }];
  });
}
