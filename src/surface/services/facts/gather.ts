// Answers the guard's questions from disk, within bounds. Nothing here throws: what cannot be answered has no answer.
import { lstat } from "node:fs/promises";
import {
  FACT_ENTRIES_MAX,
  FACT_PATHS_MAX,
  FACT_QUERIES_MAX,
  FACT_TEXT_BYTES_MAX,
  LOCK_BYTES_MAX,
  PROGRAM_DIRECTORIES_MAX,
} from "#base/limits.ts";
import type { Skips } from "#guard/vocabulary/effect.ts";
import { readLock } from "#guard/effects/locks/read-lock.ts";
import { joinPath } from "#base/path.ts";
import { type FactAnswer, type FactQuery, type LostWork, queryKey } from "#guard/facts/facts.ts";
import { createGitIndexes, findCopies, type GitIndexes } from "./git/git-copies.ts";
import { readGitFacts } from "./git/git-facts.ts";
import { findLoss } from "./git/git-losses.ts";
import { lastingReferences } from "./git/lost-commits.ts";
import { liesOpen } from "./git/open-in-git.ts";
import { digestOfLock } from "./lock-digest.ts";
import type { NearPaths } from "./paths/near-paths.ts";
import { otherNames } from "./paths/other-names.ts";
import { errorCode, type PathResolver, pathResolver, resolveNow } from "./paths/real-path.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";
import { keepSearched } from "./paths/searched.ts";
import { isOfSession } from "./session-processes.ts";
import { findUnfollowed, findUnkept, keepTracked } from "./git/tracked.ts";
import { expandGlob, findEntries, type KeepEntries, type WalkBounds } from "./paths/walk.ts";

/**
 * Directories and links that one round looks at. WHY counted: what is found must not depend on how busy the machine is. How long that
 * may take, and what comes of a disk that hangs, is for whoever waits for the judgement.
 */
const STEPS_MAX = 20_000;
/** Questions looked up at the same time. */
const PARALLEL_MAX = 8;
/** Questions answered without a thread; more could hold up the calls of others. */
const NOW_MAX = 32;
/** Longest path or pattern looked up; longer ones cannot exist. */
const PATH_CHARS_MAX = 4096;

export type GatherOptions = {
  /** Where the user's git configuration lives. */
  readonly home: string;
  readonly entriesMax?: number;
  readonly pathsMax?: number;
  readonly textBytesMax?: number;
  readonly stepsMax?: number;
  /** Told of every path that was seen on a disk which is near. */
  readonly near?: NearPaths;
  /** Remembers what indexes of git hold; nothing is remembered unless given. */
  readonly indexes?: GitIndexes;
  /** What is proven of the session's sandbox; without it nothing is. Must not throw. */
  readonly containment?: (() => FactAnswer) | undefined;
  /** What held commands are shown in the place of files; without it nobody knows. Must not reject. */
  readonly shown?:
    | ((path: string, words?: readonly string[]) => Promise<FactAnswer | undefined>)
    | undefined;
  /** What the call sees of a hidden file, whose text is not there where it is closed; nothing of any other. Must not reject. */
  readonly viewed?:
    | ((path: string) => Promise<{ readonly text: string | undefined } | undefined>)
    | undefined;
  /** Whether all that answers at a port of the session's own is a database that it made; without it none is. Must not throw. */
  readonly serves?: ((port: number) => boolean) | undefined;
  /** Copies files that would be lost, absolute paths, and gives those of which there is a copy now; without it none are. Must not reject. */
  readonly copies?: ((paths: readonly string[]) => Promise<readonly string[]>) | undefined;
};

/**
 * Answers what can be answered, by `queryKey`. At most `FACT_QUERIES_MAX` questions are looked at. Files are opened
 * only for `text`, `words`, `lock` and git's own configuration, and only when they are regular files.
 */
export async function gatherFacts(
  queries: readonly FactQuery[],
  options: GatherOptions,
): Promise<Map<string, FactAnswer>> {
  const { stepsMax = STEPS_MAX } = options;
  let steps = 0;
  const resolve = pathResolver(options.near);
  const round: Round = {
    home: options.home,
    containment: options.containment,
    shown: options.shown,
    viewed: options.viewed,
    copies: options.copies,
    serves: options.serves,
    indexes: options.indexes ?? createGitIndexes(),
    resolve,
    textBytesMax: options.textBytesMax ?? FACT_TEXT_BYTES_MAX,
    bounds: {
      entriesMax: options.entriesMax ?? FACT_ENTRIES_MAX,
      pathsMax: options.pathsMax ?? FACT_PATHS_MAX,
      expired: (more = 1) => {
        steps += more;
        return steps > stepsMax;
      },
      resolve: (path) => {
        steps += 1;
        return resolve(path);
      },
      listings: new Map(),
    },
  };
  const answers = new Map<string, FactAnswer>();
  const asked = queries.slice(0, FACT_QUERIES_MAX);
  const answer = async (query: FactQuery): Promise<void> => {
    const found = await answerQuery(query, round).catch(() => undefined);
    if (found !== undefined) answers.set(queryKey(query), found);
  };
  const pending = asked.filter((query) => !isWalk(query)).values();
  const work = async (): Promise<void> => {
    for (const query of pending) await answer(query);
  };
  await Promise.all(Array.from({ length: PARALLEL_MAX }, work));
  // WHY one after the other: they share their steps, and which of them finds none left must not be a matter of the disk's pace.
  for (const query of asked.filter(isWalk)) {
    if (round.bounds.expired()) break;
    await answer(query);
  }
  return answers;
}

/** Whether a question is answered by walking directories. */
function isWalk({ kind }: FactQuery): boolean {
  return kind === "names" || kind === "glob" || kind === "find";
}

/**
 * The same without waiting, when every question is about a path that is near; else undefined. WHY: a wait for another thread
 * takes many times as long as looking at files whose directories are in memory.
 */
export function answerNow(
  queries: readonly FactQuery[],
  near: NearPaths | undefined,
): ReadonlyMap<string, FactAnswer> | undefined {
  if (near === undefined || queries.length > NOW_MAX) return undefined;
  const answers = new Map<string, FactAnswer>();
  for (const query of queries) {
    if (query.kind !== "path" || !isUsable(query.path)) return undefined;
    const found = resolveNow(query.path, near);
    if (found === "far") return undefined;
    if (found !== undefined) answers.set(queryKey(query), { kind: "path", ...found });
  }
  return answers;
}

type Round = {
  readonly home: string;
  readonly containment: GatherOptions["containment"];
  readonly shown: GatherOptions["shown"];
  readonly viewed: GatherOptions["viewed"];
  readonly copies: GatherOptions["copies"];
  readonly serves: GatherOptions["serves"];
  readonly indexes: GitIndexes;
  readonly resolve: PathResolver;
  readonly textBytesMax: number;
  readonly bounds: WalkBounds;
};

async function answerQuery(query: FactQuery, round: Round): Promise<FactAnswer | undefined> {
  switch (query.kind) {
    case "path": {
      if (!isUsable(query.path)) return undefined;
      const found = await round.resolve(query.path);
      return found && { kind: "path", ...found };
    }
    case "names": {
      if (!isUsable(query.path) || !query.below.every(isUsable)) return undefined;
      const status = await lstat(query.path);
      const { expired } = round.bounds;
      const names = await otherNames(query.path, status, query.below, round.home, expired);
      // WHY no answer: that it has no other name is not known by then.
      return expired() ? undefined : { kind: "names", names };
    }
    case "glob": {
      if (!isUsable(query.pattern)) return undefined;
      return { kind: "glob", ...(await expandGlob(query.pattern, query, round.bounds)) };
    }
    case "find": {
      if (!isUsable(query.root)) return undefined;
      const { root, patterns, skips, copies } = query;
      if (copies !== undefined) {
        if (!isUsable(copies.gitDirectory) || !isUsable(copies.workTree)) return undefined;
        const kept = await findCopies(copies, patterns, round);
        return kept && { kind: "find", ...kept };
      }
      if (skips === "kept") return { kind: "find", ...(await findUnkept(root, patterns, round)) };
      if (skips === "followed")
        return { kind: "find", ...(await findUnfollowed(root, patterns, round)) };
      const keep = await keepOf(root, skips, round);
      return { kind: "find", ...(await findEntries(root, patterns, round.bounds, keep)) };
    }
    case "text":
      return isUsable(query.path) ? readShown(query.path, round) : undefined;
    case "words": {
      if (!isUsable(query.path)) return undefined;
      const read = await readText(query.path, round, round.textBytesMax);
      if (read?.kind !== "text") return undefined;
      return { kind: "words", holds: holdsWord(read, query.words) };
    }
    case "open":
      return isUsable(query.path)
        ? { kind: "open", isOpen: await liesOpen(query.path, round.indexes) }
        : undefined;
    case "shown":
      return isUsable(query.path) ? await round.shown?.(query.path, query.words) : undefined;
    case "lock": {
      if (!isUsable(query.path)) return undefined;
      const read = await readText(query.path, round, LOCK_BYTES_MAX);
      if (read?.kind !== "text") return undefined;
      const text = read.complete ? read.text : undefined;
      const lock = text === undefined ? undefined : readLock(query.format, text);
      return { kind: "lock", lock: lock && { ...lock, digest: digestOfLock(text ?? "") } };
    }
    case "git": {
      if (!isUsable(query.directory)) return undefined;
      const answer = await readGitFacts(query.directory, round.home);
      return answer && { kind: "git", repository: answer.repository };
    }
    case "loss": {
      const { gitDirectory, workTree } = query.repository;
      if (!isUsable(gitDirectory) || !isUsable(workTree)) return undefined;
      const reading = { expired: round.bounds.expired, memory: round.indexes.objects };
      // WHY an answer in any case: what cannot be told now would be asked for in each further round.
      const found = await findLoss(query, { home: round.home, ...reading }).catch(() => undefined);
      const kept = found && (await withCopies(found, workTree, round));
      return { kind: "loss", lost: kept && (await withReferences(kept, query, round)) };
    }
    case "program":
      return findProgram(query.name, query.directories);
    case "process":
      return { kind: "process", isOfSession: isOfSession(query.number, query.root) };
    case "server":
      return { kind: "server", isOfSession: round.serves?.(query.port) === true };
    case "containment":
      return round.containment?.();
    default:
      return query satisfies never;
  }
}

/** Files of which copies are made before the call. */
const COPIED_MAX = 64;

/** What would be lost without the files of which there is a copy now. WHY none of many: each is read while the call waits. */
async function withCopies(lost: LostWork, workTree: string, { copies }: Round): Promise<LostWork> {
  const { files, commits, more } = lost;
  // WHY only where that is all: somebody is asked about the rest anyway.
  if (copies === undefined || files.length === 0 || files.length > COPIED_MAX) return lost;
  if (more > 0 || commits.length > 0) return lost;
  const made = new Set(await copies(files.map((file) => joinPath(workTree, file))));
  const isMade = (file: string): boolean => made.has(joinPath(workTree, file));
  return { ...lost, files: files.filter((file) => !isMade(file)), copied: files.filter(isMade) };
}

/** Nothing is lost of references that go where a copy of each is there now, and git keeps for a while what they lead to. */
async function withReferences(
  lost: LostWork,
  { repository, act }: Extract<FactQuery, { kind: "loss" }>,
  { copies }: Round,
): Promise<LostWork> {
  if (copies === undefined || act.kind !== "removes-refs" || lost.commits.length === 0) return lost;
  const files = await lastingReferences(repository, act, Date.now());
  if (files === undefined || files.length > COPIED_MAX) return lost;
  const made = new Set(await copies(files));
  return files.every((file) => made.has(file))
    ? { files: [], copied: act.names, commits: [], more: 0 }
    : lost;
}

function keepOf(
  root: string,
  skips: Skips | undefined,
  round: Round,
): Promise<KeepEntries> | undefined {
  if (skips === undefined) return undefined;
  return skips === "untracked" ? keepTracked(root, round.home) : keepSearched(root, skips, round);
}

/** WHY: an entry that is no program, or a link to nothing, counts as found: shells differ in what they make of it. */
async function findProgram(
  name: string,
  directories: readonly string[],
): Promise<FactAnswer | undefined> {
  if (directories.length > PROGRAM_DIRECTORIES_MAX || name === "" || name.includes("/")) return;
  for (const directory of directories) {
    const path = `${directory}/${name}`;
    if (!isUsable(path)) return undefined;
    try {
      await lstat(path);
      return { kind: "program", directory };
    } catch (error) {
      const code = errorCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") return undefined;
    }
  }
  return { kind: "program", directory: undefined };
}

function isUsable(path: string): boolean {
  return path.startsWith("/") && path.length <= PATH_CHARS_MAX && !path.includes("\0");
}

/** WHY normalized: a search that ignores case also takes letters of other scripts for those of a word. */
function holdsWord(
  { text, complete }: Extract<FactAnswer, { kind: "text" }>,
  words: readonly string[],
): boolean {
  if (!complete) return true;
  const folded = (text ?? "").normalize("NFKC").toLowerCase();
  return words.some((word) => folded.includes(word));
}

/**
 * A text as the call would see it. WHY never the true values of a hidden file: reasons quote what they lead to, and a verdict that depends on
 * one tells it to whoever asks often enough.
 */
async function readShown(path: string, round: Round): Promise<FactAnswer | undefined> {
  const read = await readText(path, round, round.textBytesMax);
  if (read?.kind !== "text" || read.text === undefined) return read;
  const real = (await round.resolve(path))?.real ?? path;
  const view = await round.viewed?.(real);
  if (view === undefined) return read;
  return { kind: "text", text: view.text, complete: view.text !== undefined && read.complete };
}

async function readText(
  path: string,
  round: Round,
  bytesMax: number,
): Promise<FactAnswer | undefined> {
  const found = await round.resolve(path);
  if (found === undefined) return undefined;
  if (found.type !== "file") return { kind: "text", text: undefined, complete: true };
  const read = await readRegularFile(found.real, bytesMax);
  if (read === undefined) return undefined;
  const text = new TextDecoder().decode(read.bytes);
  // Bytes that are not text were replaced: what the shell would see is not what is handed on.
  const isText = !text.includes("\ufffd") && !text.includes("\0");
  return { kind: "text", text, complete: read.complete && isText };
}
