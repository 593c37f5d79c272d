// Which commits nothing would lead to any more once references are gone, and what of a stash lies nowhere else.
import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { joinPath } from "#base/path.ts";
import type { GitAct, LostWork } from "#guard/facts/facts.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { hasContent } from "./git-copies.ts";
import {
  type Commit,
  commitsBetween,
  type History,
  peel,
  readCommit,
  readReference,
  resolveCommit,
} from "./git-revisions.ts";
import { type Reading, withHistory } from "./git-shown.ts";
import { differing, objectAt, type TreeFile } from "./git-trees.ts";
import { listedLoss } from "./listed-loss.ts";
import type { LossPlace } from "./lost-files.ts";

/** Commits that are looked for one by one. */
const COMMITS_MAX = 100;
/** References of a repository, and lines of a log from its end, that are looked at. */
const REFERENCES_MAX = 2_000;
const LOG_LINES_MAX = 500;
/** Bytes of packed references, or of a log. */
const LIST_BYTES_MAX = 8 * 1024 * 1024;
/** Changes that were put away, at most. */
const STASHES_MAX = 20;

/** How long ago a commit was written at most, so that git keeps it as long as copies are kept: two weeks are its own least. */
const FRESH_MS = 7 * 24 * 60 * 60 * 1_000;
const NAME = /^[0-9a-f]{40}$/;
const NONE = "0".repeat(40);
/** References that may be asked about. */
const ASKED = /^refs\/(?:heads|tags|remotes)\/[\w./+#,=@-]+$/;

/** Whether the log of where the branch stood is kept, which leads back to each commit. */
export async function isMovementLogged({ gitDirectory }: LossPlace): Promise<boolean> {
  const log = await readRegularFile(joinPath(gitDirectory, "logs/HEAD"), LIST_BYTES_MAX);
  return log !== undefined && log.bytes.length > 0;
}

/** Commits that only these references lead to. Undefined where it cannot be told. */
export async function commitsLost(
  { gitDirectory }: LossPlace,
  { names, isLater }: Extract<GitAct, { kind: "removes-refs" }>,
  reading: Reading,
): Promise<LostWork | undefined> {
  if (names.length === 0 || !names.every((name) => ASKED.test(name) && !name.includes("..")))
    return undefined;
  return withHistory(gitDirectory, reading, async (history) => {
    const tips: Commit[] = [];
    for (const name of names) {
      const object = await readReference(history, name);
      // What is not there is not taken away either.
      if (object === undefined) continue;
      const tip = await peel(history, object);
      if (tip === undefined) return undefined;
      tips.push(tip);
    }
    const gone = new Set(names);
    const kept = await keptNames(history, (name) =>
      gone.has(name) ? false : !isLater || name.startsWith("refs/heads/"),
    );
    if (kept === undefined) return undefined;
    const wanted = tips.filter(({ name }) => !kept.has(name));
    if (wanted.length === 0) return listedLoss({});
    const unwanted: Commit[] = [];
    for (const name of kept) {
      const commit = await peel(history, name);
      if (commit !== undefined) unwanted.push(commit);
    }
    const lost = await commitsBetween(history, { wanted, unwanted }, COMMITS_MAX);
    return lost && listedLoss({ commits: lost.map(({ name }) => name) });
  });
}

/**
 * The files in which these references stand, where git keeps all that they lead to for a week at least; undefined where it may not, or
 * one stands elsewhere. WHY by the commit alone: git clears away nothing that was written within two weeks, nor what such a thing leads to.
 */
export async function lastingReferences(
  { gitDirectory }: LossPlace,
  { names, isLater }: Extract<GitAct, { kind: "removes-refs" }>,
  nowMs: number,
): Promise<readonly string[] | undefined> {
  if (isLater || !names.every((name) => ASKED.test(name) && !name.includes(".."))) return undefined;
  const shared = gitDirectory.replace(/\/worktrees\/[^/]+$/, "");
  const found: string[] = [];
  for (const name of names) {
    const object = (await readWords(joinPath(shared, name))).trim();
    if (!NAME.test(object)) return undefined;
    const place = joinPath(shared, `objects/${object.slice(0, 2)}/${object.slice(2)}`);
    const status = await lstat(place).catch(() => undefined);
    if (status === undefined || nowMs - status.mtimeMs > FRESH_MS) return undefined;
    found.push(joinPath(shared, name));
  }
  return found;
}

/** What is led to otherwise: by references that are `kept`, heads without a branch, and the logs of where the work was. */
async function keptNames(
  history: History,
  isKept: (reference: string) => boolean,
): Promise<ReadonlySet<string> | undefined> {
  const { own, shared } = history;
  const found = new Set<string>();
  for (const directory of new Set([own, shared])) {
    const head = await readWords(joinPath(directory, "HEAD"));
    if (NAME.test(head.trim())) found.add(head.trim());
    const lines = (await readWords(joinPath(directory, "logs/HEAD"))).trimEnd().split("\n");
    for (const line of lines.slice(-LOG_LINES_MAX))
      for (const name of line.split(" ", 2)) if (NAME.test(name) && name !== NONE) found.add(name);
  }
  const references = await allReferences(shared);
  if (references === undefined) return undefined;
  for (const [reference, name] of references) if (isKept(reference)) found.add(name);
  return found;
}

/** All references with the objects that they stand for; undefined where there are too many. */
async function allReferences(shared: string): Promise<ReadonlyMap<string, string> | undefined> {
  const found = new Map<string, string>();
  const packed = await readWords(joinPath(shared, "packed-refs"));
  for (const line of packed.split("\n")) {
    const name = line.slice(0, 40);
    if (NAME.test(name) && line[40] === " ") found.set(line.slice(41), name);
  }
  const pending = ["refs"];
  let entries = 0;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const here = joinPath(shared, at);
    const below = await readdir(here, { withFileTypes: true }).catch((): Dirent[] => []);
    for (const entry of below) {
      if ((entries += 1) > REFERENCES_MAX) return undefined;
      const reference = `${at}/${entry.name}`;
      if (entry.isDirectory()) pending.push(reference);
      const name = entry.isFile() ? (await readWords(joinPath(shared, reference))).trim() : "";
      if (NAME.test(name)) found.set(reference, name);
    }
  }
  return found.size > REFERENCES_MAX ? undefined : found;
}

/** A small file of git's; nothing where there is none, or where not all of it is read. */
async function readWords(path: string): Promise<string> {
  const read = await readRegularFile(path, LIST_BYTES_MAX);
  return read?.complete === true ? Buffer.from(read.bytes).toString("latin1") : "";
}

/** Files that lie in what is dropped of the stash, and as they are there neither on the disk nor in the commit at hand. */
export async function stashLost(
  { gitDirectory, workTree }: LossPlace,
  { at }: Extract<GitAct, { kind: "drops-stash" }>,
  reading: Reading,
): Promise<LostWork | undefined> {
  return withHistory(gitDirectory, reading, async (history) => {
    const log = (await readWords(joinPath(history.shared, "logs/refs/stash"))).trimEnd();
    const names = log === "" ? [] : log.split("\n").map((line) => line.split(" ", 2)[1] ?? "");
    const dropped = at === "all" ? names : [names.at(-1 - at)];
    if (dropped.length > STASHES_MAX) return undefined;
    const head = await resolveCommit(history, "HEAD");
    const lost = new Set<string>();
    for (const name of dropped) {
      const files = name === undefined ? undefined : await filesOfStash(history, name);
      if (files === undefined) return undefined;
      for (const { path, object } of files) {
        if (lost.has(path) || (await hasContent(joinPath(workTree, path), object))) continue;
        const held = head && (await objectAt(history.objects, head.tree, path));
        if (held !== object) lost.add(path);
      }
    }
    return listedLoss({ files: [...lost] });
  });
}

/** What a stash brings: of files that git followed what was changed or staged, and files that it did not follow. */
async function filesOfStash(
  history: History,
  name: string,
): Promise<readonly TreeFile[] | undefined> {
  const stash = await readCommit(history, name);
  const [base, staged, untracked] = await Promise.all(
    (stash?.parents ?? []).map((parent) => readCommit(history, parent)),
  );
  if (stash === undefined || base === undefined || staged === undefined) return undefined;
  const found: TreeFile[] = [];
  for (const [from, to] of [
    [base.tree, stash.tree],
    [base.tree, staged.tree],
    ...(untracked === undefined ? [] : [[undefined, untracked.tree] as const]),
  ] as const) {
    const files = await differing(history.objects, [from, to], () => true);
    if (files === undefined) return undefined;
    found.push(...files.filter(({ isAfter }) => isAfter));
  }
  return found;
}
