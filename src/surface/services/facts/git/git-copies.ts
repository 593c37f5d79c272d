// Which files git keeps copies of, told from its index: what commands that show content can show. Nothing is ever run.
import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { compileGlob, compileGlobs } from "#base/glob.ts";
import { joinPath } from "#base/path.ts";
import type { GitCopies } from "#guard/facts/facts.ts";
import { openFlags } from "#platform/open-flags.ts";
import { type IndexEntry, type Moment, readIndex, readKnownTrees, typeOf } from "./git-index.ts";
import { createObjectMemory, type ObjectMemory } from "./git-objects.ts";
import { areFiles, type IndexState, shownByCommits } from "./git-shown.ts";
import { errorCode } from "../paths/real-path.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import type { WalkBounds, WalkResult } from "../paths/walk.ts";

/** Bytes of one index: a repository with 400,000 files has about 50 MB. */
const INDEX_BYTES_MAX = 96 * 1024 * 1024;
/** Bytes of a repository's configuration in which its kind of hash is looked up. */
const CONFIG_BYTES_MAX = 256 * 1024;
/** Bytes of one file that is compared with its copy; a larger one counts as changed. */
const CONTENT_BYTES_MAX = 1024 * 1024;
const SECOND_NS = 1_000_000_000n;
/** Bytes of commits and trees that are remembered. */
const OBJECTS_BYTES_MAX = 4 * 1024 * 1024;
/** Repositories remembered, and lists of patterns for each. */
const REPOSITORIES_MAX = 32;
const LISTS_MAX = 32;

/** What was found last in the indexes, good as long as the files are the same ones. */
export type GitIndexes = {
  /** Entries whose absolute path matches one of the patterns, and whether that is all; undefined: it cannot be known. */
  matching(
    copies: Pick<GitCopies, "gitDirectory" | "workTree">,
    patterns: readonly string[],
  ): Promise<Matching | undefined>;
  /** Whether some file of the index has its content under one of these names, which may be abbreviated. */
  holds(copies: Pick<GitCopies, "gitDirectory">, names: readonly string[]): Promise<boolean>;
  readonly objects: ObjectMemory;
};

type Matching = {
  readonly entries: readonly IndexEntry[];
  readonly complete: boolean;
  /** When the index was written: files changed in that moment or later may differ unnoticed. */
  readonly written: bigint;
};

type Remembered = {
  readonly identity: string;
  readonly lists: Map<string, Matching | undefined>;
};

/** A memory of indexes. */
export function createGitIndexes(): GitIndexes {
  const known = new Map<string, Remembered>();
  return {
    objects: createObjectMemory(OBJECTS_BYTES_MAX),
    async matching({ gitDirectory, workTree }, patterns) {
      const path = joinPath(gitDirectory, "index");
      const identity = identityOf(path);
      if (identity === undefined) return undefined;
      let remembered = known.get(path);
      if (remembered?.identity !== identity) {
        if (known.size >= REPOSITORIES_MAX) known.clear();
        remembered = { identity, lists: new Map() };
        known.set(path, remembered);
      }
      const key = JSON.stringify([workTree, patterns]);
      if (remembered.lists.has(key)) return remembered.lists.get(key);
      const found =
        identity === "none" ? NOTHING : await matchingEntries(gitDirectory, workTree, patterns);
      if (remembered.lists.size >= LISTS_MAX) remembered.lists.clear();
      // An index that changed meanwhile has another identity next time.
      remembered.lists.set(key, found);
      return found;
    },
    async holds({ gitDirectory }, names) {
      const read = await readWhole(joinPath(gitDirectory, "index"));
      const entries = read && readIndex(read.bytes, 20, () => true);
      return entries?.some(({ object }) => names.some((name) => object.startsWith(name))) === true;
    },
  };
}

const NOTHING: Matching = { entries: [], complete: true, written: 0n };

/** What tells one state of a file from another; `none` when there is no such file. */
function identityOf(path: string): string | undefined {
  try {
    const status = lstatSync(path, { bigint: true });
    return `${status.dev}:${status.ino}:${status.size}:${status.mtimeNs}:${status.ctimeNs}`;
  } catch (error) {
    return errorCode(error) === "ENOENT" ? "none" : undefined;
  }
}

async function matchingEntries(
  gitDirectory: string,
  workTree: string,
  patterns: readonly string[],
): Promise<Matching | undefined> {
  const read = await readIndexFile(gitDirectory);
  if (read === undefined) return undefined;
  const matches = compileGlobs(patterns);
  const prefix = workTree === "/" ? "/" : `${workTree}/`;
  let complete = true;
  const entries = readIndex(read.bytes, read.hashBytes, (name, mode) => {
    // What a sparse directory holds, and names that came out damaged, cannot be told from here.
    if (typeOf({ mode }) === "directory" || name.includes("\ufffd")) complete = false;
    return matches(`${prefix}${name}`);
  });
  return entries && { entries, complete, written: read.written };
}

/** The bytes of a repository's index, and how long names of objects are in it; undefined where one of them cannot be told. */
export async function readIndexFile(gitDirectory: string): Promise<IndexFile | undefined> {
  const hashBytes = await hashBytesOf(gitDirectory);
  const read = await readWhole(joinPath(gitDirectory, "index"));
  return read === undefined || hashBytes === undefined ? undefined : { ...read, hashBytes };
}

type IndexFile = {
  readonly bytes: Buffer;
  readonly written: bigint;
  readonly hashBytes: number;
};

async function readWhole(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly written: bigint } | undefined> {
  const file = await open(path, openFlags.readAny);
  try {
    const status = await file.stat({ bigint: true });
    if (!status.isFile() || status.size > INDEX_BYTES_MAX) return undefined;
    return { bytes: await file.readFile(), written: status.mtimeNs };
  } finally {
    await file.close();
  }
}

/** Bytes of the names of objects; undefined where that cannot be told. */
async function hashBytesOf(gitDirectory: string): Promise<number | undefined> {
  const pointer = await readRegularFile(joinPath(gitDirectory, "commondir"), CONFIG_BYTES_MAX);
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const shared =
    pointer === undefined ? gitDirectory : joinPath(gitDirectory, decode(pointer.bytes).trimEnd());
  const config = await readRegularFile(joinPath(shared, "config"), CONFIG_BYTES_MAX);
  if (config === undefined || !config.complete) return undefined;
  const format = /^[^\S\n\r]*objectformat\s*=\s*"?(\w+)/im
    .exec(decode(config.bytes))?.[1]
    ?.toLowerCase();
  if (format === undefined || format === "sha1") return 20;
  return format === "sha256" ? 32 : undefined;
}

/**
 * Copies that match one of `patterns`, by the paths that the files have in the working tree. Undefined where what git keeps
 * cannot be known.
 */
export async function findCopies(
  copies: GitCopies,
  patterns: readonly string[],
  { bounds, indexes }: { readonly bounds: WalkBounds; readonly indexes: GitIndexes },
): Promise<WalkResult | undefined> {
  const found = await indexes.matching(copies, patterns);
  const { shown, workTree } = copies;
  const prefix = workTree === "/" ? "/" : `${workTree}/`;
  const isMeant = pathTest(copies);
  const reading = { expired: bounds.expired, memory: indexes.objects };
  // A symlink's copy is the name it leads to; another repository's is the name of a commit.
  const files = found?.entries.filter((entry) => typeOf(entry) === "file") ?? [];
  if (shown.kind === "commits" || shown.kind === "between" || shown.kind === "trees") {
    const isPattern = compileGlobs(patterns);
    const written = found?.written ?? 0n;
    const isOfCommits =
      shown.kind === "commits" || (shown.kind === "between" && typeof shown.to === "object");
    const index: IndexState = {
      entries: files,
      trees: isOfCommits ? new Map() : await knownTrees(copies.gitDirectory),
      isChanged: (entry) => isChanged(`${prefix}${entry.name}`, entry, written),
    };
    const matches = (path: string): boolean => isPattern(`${prefix}${path}`);
    const isEnough = isOfCommits || found?.complete === true;
    const names = isEnough
      ? await shownByCommits(copies, { matches, index, ...reading })
      : undefined;
    if (names !== undefined) {
      const paths = [...names].map((name) => `${prefix}${name}`).filter(isMeant);
      return { paths: paths.sort().slice(0, bounds.pathsMax), links: [], complete: true };
    }
  }
  if (found === undefined) return undefined;
  const paths = new Set<string>();
  for (const entry of files) {
    const path = `${prefix}${entry.name}`;
    if (!isMeant(path)) continue;
    if (paths.size >= bounds.pathsMax || bounds.expired())
      return { paths: [...paths], links: [], complete: false };
    if (shown.kind === "objects" && !shown.names.some((name) => entry.object.startsWith(name)))
      continue;
    if (shown.kind === "unstaged" && !(await isChanged(path, entry, found.written))) continue;
    paths.add(path);
  }
  // A file's content under a name that the index does not know may be of any file that ever was.
  const isStranger =
    shown.kind === "objects" &&
    paths.size === 0 &&
    !(await indexes.holds(copies, shown.names)) &&
    (await areFiles(copies.gitDirectory, shown.names, reading));
  return { paths: [...paths].sort(), links: [], complete: found.complete && !isStranger };
}

/** The trees that git noted for directories of the index; none where they are not to be had. */
async function knownTrees(gitDirectory: string): Promise<ReadonlyMap<string, string>> {
  const read = await readWhole(joinPath(gitDirectory, "index")).catch(() => undefined);
  return read === undefined ? new Map() : readKnownTrees(read.bytes, 20);
}

function pathTest({ only, except }: GitCopies): (path: string) => boolean {
  const wanted = only.map((glob) => compileGlob(glob, { ignoreCase: true }));
  const left = except.map((glob) => compileGlob(glob));
  return (path) =>
    (wanted.length === 0 || wanted.some((test) => test(path))) && !left.some((test) => test(path));
}

/** Whether the file on disk differs from its copy: by what the index noted of it, else by its content. */
async function isChanged(path: string, entry: IndexEntry, written: bigint): Promise<boolean> {
  if (entry.stage !== 0) return true;
  if (entry.isAssumed) return false;
  // What is gone is shown as taken away, line by line.
  return (await onDisk(path, entry, written)) !== "same";
}

/** What lies on the disk in the place of a file of the index that was written at a time: the same content, another one, or nothing. */
export async function onDisk(
  path: string,
  entry: IndexEntry,
  written: bigint,
): Promise<"same" | "other" | "missing"> {
  try {
    const status = await lstat(path, { bigint: true });
    const isAsNoted =
      status.isFile() &&
      Number(status.size & 0xffff_ffffn) === entry.size &&
      isMoment(status.mtimeNs, entry.modified) &&
      isMoment(status.ctimeNs, entry.changed) &&
      status.mtimeNs < written;
    return isAsNoted || (await hasContent(path, entry.object)) ? "same" : "other";
  } catch (error) {
    const isGone = ["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
    return isGone ? "missing" : "other";
  }
}

function isMoment(nanoseconds: bigint, { seconds, nanoseconds: rest }: Moment): boolean {
  return (
    Number((nanoseconds / SECOND_NS) & 0xffff_ffffn) === seconds &&
    (rest === 0 || Number(nanoseconds % SECOND_NS) === rest)
  );
}

/** Whether a file's bytes are those of its copy. Where git changes ends of lines or filters, they are not. */
export async function hasContent(path: string, object: string): Promise<boolean> {
  const read = await readRegularFile(path, CONTENT_BYTES_MAX);
  if (read === undefined || !read.complete) return false;
  return (
    createHash(object.length === 64 ? "sha256" : "sha1")
      .update(`blob ${read.bytes.length}\0`)
      .update(read.bytes)
      .digest("hex") === object
  );
}
