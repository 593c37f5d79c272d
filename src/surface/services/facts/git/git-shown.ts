// Which files commits show: what they changed, what differs between two states, and all that they hold.
import { joinPath } from "#base/path.ts";
import type { GitCopies, ShownCopies } from "#guard/facts/facts.ts";
import type { IndexEntry } from "./git-index.ts";
import { type ObjectBounds, openObjects } from "./git-objects.ts";
import {
  type Commit,
  commitsBetween,
  commonAncestors,
  type History,
  readCommit,
  resolveCommit,
} from "./git-revisions.ts";
import { differing, filesBelow, type TreeFile } from "./git-trees.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";

/** Objects read for one question. */
const OBJECTS_MAX = 4_000;
/** Commits whose changes are looked at. */
const COMMITS_MAX = 100;

/** What the index holds of the files that are looked for, and which trees its directories stand for. */
export type IndexState = {
  readonly entries: readonly IndexEntry[];
  readonly trees: ReadonlyMap<string, string>;
  /** Whether a file differs on disk from what the index holds. */
  readonly isChanged: (entry: IndexEntry) => Promise<boolean>;
};

/**
 * Paths from the root, of those that match, of which lines are shown. Undefined where that cannot be told: a name that is not
 * understood, objects that are missing, too many of them.
 */
export async function shownByCommits(
  { gitDirectory, shown }: Pick<GitCopies, "gitDirectory" | "shown">,
  { matches, index, ...reading }: Omit<Asked, "history"> & Reading,
): Promise<ReadonlySet<string> | undefined> {
  return withHistory(gitDirectory, reading, async (history) => {
    switch (shown.kind) {
      case "commits":
        return changedByCommits({ history, matches, index }, shown);
      case "between":
        return differingBetween({ history, matches, index }, shown);
      case "trees":
        return heldBy({ history, matches, index }, shown.words);
      default:
        return undefined;
    }
  });
}

/** Whether one of these names, which may be abbreviated, may be that of a file's content. */
export async function areFiles(
  gitDirectory: string,
  names: readonly string[],
  reading: Reading,
): Promise<boolean> {
  return withHistory(gitDirectory, reading, async ({ objects }) => {
    for (const prefix of names) {
      const all = prefix.length === 40 ? [prefix] : await objects.complete(prefix);
      for (const name of all) if ((await objects.read(name))?.type === "blob") return true;
    }
    return false;
  });
}

/** Opens what a repository keeps for as long as the work takes. */
export async function withHistory<Value>(
  gitDirectory: string,
  reading: Reading,
  work: (history: History) => Promise<Value>,
): Promise<Value> {
  const pointer = await readRegularFile(joinPath(gitDirectory, "commondir"), 4096);
  const common = pointer && new TextDecoder().decode(pointer.bytes).trimEnd();
  const shared = common === undefined ? gitDirectory : joinPath(gitDirectory, common);
  const bounds = { objectsMax: OBJECTS_MAX, ...reading };
  const objects = await openObjects(joinPath(shared, "objects"), bounds);
  try {
    return await work({ own: gitDirectory, shared, objects });
  } finally {
    await objects.close();
  }
}

/** Until when objects are read, and those that were read before. */
export type Reading = Omit<ObjectBounds, "objectsMax">;

type Asked = {
  readonly history: History;
  readonly matches: (path: string) => boolean;
  readonly index: IndexState;
};

async function changedByCommits(
  { history, matches }: Asked,
  { words, most, bySide }: Extract<ShownCopies, { kind: "commits" }>,
): Promise<ReadonlySet<string> | undefined> {
  const wanted: Commit[] = [];
  const unwanted: Commit[] = [];
  for (const word of words) {
    const range = /^(.*?)(\.{2,3})(.*)$/.exec(word);
    const sides =
      range === null ? [word.replace(/^\^/, "")] : [range[1] || "HEAD", range[3] || "HEAD"];
    const commits = await Promise.all(sides.map((side) => resolveCommit(history, side)));
    const [first, second] = commits;
    if (first === undefined || commits.includes(undefined)) return undefined;
    if (second === undefined) (word.startsWith("^") ? unwanted : wanted).push(first);
    else if (range?.[2] === "..") {
      unwanted.push(first);
      wanted.push(second);
    } else {
      const common = await commonAncestors(history, [first], [second]);
      if (common === undefined) return undefined;
      unwanted.push(...common.best);
      wanted.push(first, second);
    }
  }
  const commits =
    unwanted.length > 0
      ? await commitsBetween(history, { wanted, unwanted }, COMMITS_MAX)
      : most === undefined
        ? wanted
        : await newest(history, wanted, most);
  if (commits === undefined) return undefined;
  const found = new Set<string>();
  for (const commit of commits) {
    const changes = await changedBy(history, commit, matches, bySide);
    if (changes === undefined) return undefined;
    for (const path of changes) found.add(path);
  }
  return found;
}

/** The newest commits from some of them back. */
async function newest(
  history: History,
  from: readonly Commit[],
  most: number,
): Promise<readonly Commit[] | undefined> {
  if (most > COMMITS_MAX) return undefined;
  const queue = [...from];
  const found = new Map<string, Commit>();
  while (found.size < most) {
    queue.sort((one, other) => one.date - other.date);
    const next = queue.pop();
    if (next === undefined) break;
    if (found.has(next.name)) continue;
    found.set(next.name, next);
    for (const name of next.parents) {
      const parent = await readCommit(history, name);
      if (parent === undefined) return undefined;
      queue.push(parent);
    }
  }
  return [...found.values()];
}

/** Of a merge only what differs from every side is shown, unless it is asked for side by side. */
async function changedBy(
  history: History,
  commit: Commit,
  matches: (path: string) => boolean,
  bySide: boolean,
): Promise<ReadonlySet<string> | undefined> {
  const sides: ReadonlySet<string>[] = [];
  for (const name of commit.parents.length === 0 ? [undefined] : commit.parents) {
    const parent = name === undefined ? undefined : await readCommit(history, name);
    if (name !== undefined && parent === undefined) return undefined;
    const files = await differing(history.objects, [parent?.tree, commit.tree], matches);
    if (files === undefined) return undefined;
    sides.push(pathsOf(files));
  }
  const [first = new Set<string>(), ...others] = sides;
  const all = bySide
    ? sides.flatMap((side) => [...side])
    : [...first].filter((path) => others.every((side) => side.has(path)));
  return new Set(all);
}

async function differingBetween(
  { history, matches, index }: Asked,
  { from, to, fromBase }: Extract<ShownCopies, { kind: "between" }>,
): Promise<ReadonlySet<string> | undefined> {
  const start = await resolveCommit(history, from);
  const end = typeof to === "object" ? await resolveCommit(history, to.commit) : undefined;
  if (start === undefined || (typeof to === "object" && end === undefined)) return undefined;
  let starts: readonly Commit[] = [start];
  if (fromBase) {
    const other = end ?? (await resolveCommit(history, "HEAD"));
    const common = other && (await commonAncestors(history, [start], [other]));
    if (common === undefined || common.best.length === 0) return undefined;
    starts = common.best;
  }
  const found = new Set<string>();
  for (const one of starts) {
    const paths =
      end === undefined
        ? await unlikeIndex({ history, matches, index }, one, to === "disk")
        : await differing(history.objects, [one.tree, end.tree], matches).then(
            (files) => files && pathsOf(files),
          );
    if (paths === undefined) return undefined;
    for (const path of paths) found.add(path);
  }
  return found;
}

/** Files of which a commit holds something else than the index, or than the disk. */
async function unlikeIndex(
  asked: Asked,
  commit: Commit,
  onDisk: boolean,
): Promise<ReadonlySet<string> | undefined> {
  const held = await filesOf(asked, commit.tree);
  if (held === undefined) return undefined;
  const { entries, isChanged } = asked.index;
  const found = new Set<string>();
  const indexed = new Set(entries.map(({ name }) => name));
  for (const path of held.keys()) if (!indexed.has(path)) found.add(path);
  for (const entry of entries) {
    const isSame = entry.stage === 0 && held.get(entry.name) === entry.object;
    if (!isSame || (onDisk && (await isChanged(entry)))) found.add(entry.name);
  }
  return found;
}

async function heldBy(
  asked: Asked,
  words: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const found = new Set<string>();
  for (const word of words) {
    const commit = await resolveCommit(asked.history, word);
    const held = commit && (await filesOf(asked, commit.tree));
    if (held === undefined) return undefined;
    for (const path of held.keys()) found.add(path);
  }
  return found;
}

/** Files of a tree that match, with the names of their contents. */
function filesOf(
  { history, matches, index }: Asked,
  root: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  return filesBelow(history.objects, root, index, (path, mode) => isFile(mode) && matches(path));
}

/** A symlink's content is the name it leads to; that of another repository is the name of a commit. */
function isFile(mode: number): boolean {
  return (mode & 0o170000) === 0o100000;
}

function pathsOf(files: readonly TreeFile[]): ReadonlySet<string> {
  return new Set(files.filter(({ mode }) => isFile(mode)).map(({ path }) => path));
}
