// What git tracks, with the state in which each file was when git last read it: one that is still in that state has the bytes that git knows.
import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { askGit, type GitPlace, gitParts } from "./git.ts";

/** A tracked file. `isUnchanged` says of what `lstat` tells of it now whether its bytes are those of the object. */
export type TrackedFile = {
  readonly path: Buffer;
  readonly mode: string;
  readonly object: string;
  readonly stage: string;
  readonly isUnchanged: (status: FileState) => boolean;
};

/** What is asked of a file's state, in nanoseconds. */
export type FileState = {
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly size: bigint;
};

const ENTRY = /^([0-7]{6}) ([0-9a-f]{40}|[0-9a-f]{64}) ([0-3])$/;
/** What `--debug` says of an entry, behind its path. WHY read strictly: git does not promise this form. */
const STATE =
  /^ {2}ctime: (\d+):(\d+)\n {2}mtime: (\d+):(\d+)\n {2}dev: \d+\tino: (\d+)\n {2}uid: (\d+)\tgid: (\d+)\n {2}size: (\d+)\tflags: [0-9a-f]+\n/;
const STATE_BYTES_MAX = 400;
const NANOSECONDS = 1_000_000_000n;
/** Git keeps 32 bits of each number. */
const LOW_BITS = 0xffffffffn;

type Entry = Omit<TrackedFile, "isUnchanged">;

/**
 * The tracked files of a working tree. With `withStates` their states are read from git's index, and believed where the index is younger
 * than the file: one that was written in the same moment may have been written again. WHY not `diff-files` or `status`: for such files
 * they start filters that the repository's configuration names, and they look at each file, known or not.
 */
export async function* trackedFiles(
  place: GitPlace,
  withStates: boolean,
): AsyncGenerator<TrackedFile> {
  let told = 0;
  if (withStates) {
    const entries = withTheirStates(place);
    for (;;) {
      const { value, done } = await entries.next();
      if (done === true && value) return;
      if (done === true) break;
      told += 1;
      yield value;
    }
  }
  let at = 0;
  for await (const part of gitParts(place, ["ls-files", "-z", "--stage"]))
    if (++at > told) yield { ...entryIn(part), isUnchanged: () => false };
}

/** Gives false where git says something that is not known: what was not told by then is to be asked for without states. */
async function* withTheirStates(place: GitPlace): AsyncGenerator<TrackedFile, boolean> {
  const file = await indexFile(place);
  const before = stateOf(file);
  if (before === undefined) return false;
  let entry: Entry | undefined;
  for await (const part of gitParts(place, ["ls-files", "-z", "--stage", "--debug"])) {
    let rest = part;
    if (entry === undefined) {
      // By now git has read the index, and it has to be the one that was looked at.
      const now = stateOf(file);
      if (now?.mtimeNs !== before.mtimeNs || now.ino !== before.ino) return false;
    } else {
      const state = STATE.exec(part.subarray(0, STATE_BYTES_MAX).toString("latin1"));
      if (state === null) return false;
      yield { ...entry, isUnchanged: comparedWith(state, before) };
      rest = part.subarray(state[0].length);
    }
    entry = rest.length === 0 ? undefined : entryIn(rest);
  }
  return entry === undefined;
}

function entryIn(part: Buffer): Entry {
  const tab = part.indexOf(9);
  const entry = ENTRY.exec(part.subarray(0, Math.max(0, tab)).toString("latin1"));
  if (entry === null)
    throw new Failure("git", "git told of a file in a form that is not known; update git");
  const [, mode = "", object = "", stage = ""] = entry;
  return { path: part.subarray(tab + 1), mode, object, stage };
}

async function indexFile(place: GitPlace): Promise<string> {
  const { output } = await askGit(place, ["rev-parse", "--git-path", "index"]);
  return resolve(place.directory, output.replace(/\n$/, ""));
}

function stateOf(path: string): FileState | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** WHY the index has to be younger: it may have been written between two changes of a file in one moment of the clock. */
function comparedWith(told: RegExpExecArray, index: FileState): TrackedFile["isUnchanged"] {
  const [ctime, ctimeNs, mtime, mtimeNs, ino, uid, gid, size] = told.slice(1).map(BigInt) as [
    ...[bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint],
  ];
  const moment = (seconds: bigint, part: bigint): bigint => seconds * NANOSECONDS + part;
  const changed = moment(ctime, ctimeNs);
  const written = moment(mtime, mtimeNs);
  return (now) =>
    written < index.mtimeNs &&
    changed < index.mtimeNs &&
    now.mtimeNs === written &&
    now.ctimeNs === changed &&
    (now.ino & LOW_BITS) === ino &&
    (now.uid & LOW_BITS) === uid &&
    (now.gid & LOW_BITS) === gid &&
    (now.size & LOW_BITS) === size;
}
