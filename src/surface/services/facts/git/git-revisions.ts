// Names of commits as git resolves them, and ways through history: as far as it takes to tell what a commit changed.
import { joinPath } from "#base/path.ts";
import type { ObjectReader } from "./git-objects.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";

/** Bytes of a file with references, or of the log of one. */
const REFERENCES_BYTES_MAX = 8 * 1024 * 1024;
const LINKS_MAX = 5;
/** Steps of one name (`HEAD~2^2`). */
const STEPS_MAX = 64;
/** Generations that one step may go back. */
const GENERATIONS_MAX = 2_000;

/** Where references and objects are found. `shared` is the repository's, `own` that of a linked working tree. */
export type History = {
  readonly own: string;
  readonly shared: string;
  readonly objects: ObjectReader;
};

export type Commit = {
  readonly name: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** When it was committed, in seconds. */
  readonly date: number;
};

/** Reads a commit; undefined where the name is not one. */
export async function readCommit(history: History, name: string): Promise<Commit | undefined> {
  const found = await history.objects.read(name);
  if (found?.type !== "commit") return undefined;
  const text = found.body.toString("latin1");
  const head = text.slice(0, text.indexOf("\n\n") + 1);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(head)?.[1];
  if (tree === undefined) return undefined;
  const parents = [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map((found) => found[1] ?? "");
  const date = Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(head)?.[1] ?? 0);
  return { name, tree, parents, date };
}

/**
 * The commit that a word names: a reference, the name of an object, what was there before (`@{1}`), with steps back (`~2`,
 * `^2`). Undefined for every other way of naming one, and where there is none.
 */
export async function resolveCommit(history: History, word: string): Promise<Commit | undefined> {
  const split = /^(.+?)((?:[~^](?:\d+|\{\w*\})?)*)$/.exec(word);
  const [, start = "", tail = ""] = split ?? [];
  let name = await resolveName(history, start);
  if (name === undefined) return undefined;
  let current = await peel(history, name);
  const steps = tail.match(/[~^](?:\d+|\{\w*\})?/g) ?? [];
  if (steps.length > STEPS_MAX) return undefined;
  for (const step of steps) {
    if (current === undefined) return undefined;
    if (/^\^(?:0|\{(?:commit)?\})$/.test(step)) continue;
    if (step.includes("{")) return undefined;
    const count = step.length === 1 ? 1 : Number(step.slice(1));
    if (count > GENERATIONS_MAX) return undefined;
    if (step.startsWith("^")) {
      name = current.parents[count - 1];
      current = name === undefined ? undefined : await readCommit(history, name);
      continue;
    }
    for (let back = 0; back < count && current !== undefined; back++) {
      name = current.parents[0];
      current = name === undefined ? undefined : await readCommit(history, name);
    }
  }
  return current;
}

/** The commit that a name is of, or that a tag of that name stands for. */
export async function peel(history: History, name: string): Promise<Commit | undefined> {
  let at = name;
  for (let links = 0; links < LINKS_MAX; links++) {
    const found = await history.objects.read(at);
    if (found?.type !== "tag") return readCommit(history, at);
    at = /^object ([0-9a-f]{40})$/m.exec(found.body.toString("latin1"))?.[1] ?? "";
  }
  return undefined;
}

async function resolveName(history: History, word: string): Promise<string | undefined> {
  const logged = /^(.*)@\{(\d+)\}$/.exec(word);
  if (logged !== null) return readLogged(history, logged[1] || "HEAD", Number(logged[2]));
  if (/^[0-9a-f]{40}$/.test(word)) return word;
  const reference = word === "@" ? "HEAD" : word;
  if (!/^[\w./+#,=@-]+$/.test(reference) || /\.\.|@\{|\/$|^[./-]/.test(reference)) return undefined;
  const found = await findReference(history, reference);
  if (found !== undefined) return found.name;
  if (!/^[0-9a-f]{4,39}$/.test(word)) return undefined;
  const names = await history.objects.complete(word);
  return names.length === 1 ? names[0] : undefined;
}

/** The places in which git looks for a reference, in this order. */
const PLACES = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];

async function findReference(
  history: History,
  word: string,
): Promise<{ readonly reference: string; readonly name: string } | undefined> {
  for (const place of [...PLACES.map((one) => one + word), `refs/remotes/${word}/HEAD`]) {
    // Other files of the repository have names of their own, none of them in capitals.
    if (!place.startsWith("refs/") && !/^[A-Z_]+$/.test(place)) continue;
    const name = await readReference(history, place);
    if (name !== undefined) return { reference: place, name };
  }
  return undefined;
}

/** The commit or tag that a reference stands for, by its full name (`HEAD`, `refs/heads/main`). */
export async function readReference(
  history: Pick<History, "own" | "shared">,
  reference: string,
  linksLeft = LINKS_MAX,
): Promise<string | undefined> {
  for (const directory of new Set([history.own, history.shared])) {
    const text = await readText(joinPath(directory, reference));
    const link = /^ref:\s*(\S+)/.exec(text ?? "")?.[1];
    if (link !== undefined)
      return linksLeft > 0 ? readReference(history, link, linksLeft - 1) : undefined;
    const name = /^([0-9a-f]{40})\b/.exec(text ?? "")?.[1];
    if (name !== undefined) return name;
  }
  const packed = await readText(joinPath(history.shared, "packed-refs"));
  const line = packed?.split("\n").find((one) => one.slice(41) === reference);
  return /^[0-9a-f]{40}(?= )/.exec(line ?? "")?.[0];
}

/** What a reference was some changes ago, by its log. */
async function readLogged(
  history: History,
  word: string,
  back: number,
): Promise<string | undefined> {
  const found = await findReference(history, word);
  if (found === undefined) return undefined;
  if (back === 0) return found.name;
  for (const directory of new Set([history.own, history.shared])) {
    const log = await readText(joinPath(directory, `logs/${found.reference}`));
    const line = log
      ?.trimEnd()
      .split("\n")
      .at(-1 - back);
    const name = /^[0-9a-f]{40} ([0-9a-f]{40}) /.exec(line ?? "")?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

async function readText(path: string): Promise<string | undefined> {
  const read = await readRegularFile(path, REFERENCES_BYTES_MAX);
  return read?.complete === true ? new TextDecoder().decode(read.bytes) : undefined;
}

/**
 * Commits from which all of `wanted` can be reached but none of `unwanted`, themselves included; undefined when there are
 * more than `most`, or one cannot be read.
 */
export async function commitsBetween(
  history: History,
  {
    wanted,
    unwanted,
  }: { readonly wanted: readonly Commit[]; readonly unwanted: readonly Commit[] },
  most: number,
): Promise<readonly Commit[] | undefined> {
  const hidden =
    unwanted.length === 0 ? new Set<string>() : await ancestors(history, unwanted, wanted);
  if (hidden === undefined) return undefined;
  const found = new Map<string, Commit>();
  const pending = [...wanted];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (hidden.has(next.name) || found.has(next.name)) continue;
    if (found.size >= most) return undefined;
    found.set(next.name, next);
    for (const name of next.parents) {
      const parent = await readCommit(history, name);
      if (parent === undefined) return undefined;
      pending.push(parent);
    }
  }
  return [...found.values()];
}

/** Names of commits that `from` can reach, back to a time before which no commit of `until` was reached either. */
async function ancestors(
  history: History,
  from: readonly Commit[],
  until: readonly Commit[],
): Promise<ReadonlySet<string> | undefined> {
  const common = await commonAncestors(history, from, until);
  return common && new Set([...common.hidden, ...common.best.map(({ name }) => name)]);
}

/**
 * Best common ancestors of two groups of commits, perhaps with some more of the common ones; `hidden` are those that the
 * first group reaches alone or in common. Undefined where one cannot be read or the way is too long.
 */
export async function commonAncestors(
  history: History,
  first: readonly Commit[],
  second: readonly Commit[],
): Promise<{ readonly best: readonly Commit[]; readonly hidden: ReadonlySet<string> } | undefined> {
  const FIRST = 1;
  const SECOND = 2;
  const STALE = 4;
  const flags = new Map<string, number>();
  const queue: Commit[] = [];
  const best: Commit[] = [];
  const mark = (commit: Commit, flag: number): void => {
    const known = flags.get(commit.name) ?? 0;
    if ((known & flag) === flag) return;
    flags.set(commit.name, known | flag);
    queue.push(commit);
  };
  for (const commit of first) mark(commit, FIRST);
  for (const commit of second) mark(commit, SECOND);
  for (let steps = 0; queue.some(({ name }) => ((flags.get(name) ?? 0) & STALE) === 0); steps++) {
    if (steps > GENERATIONS_MAX) return undefined;
    // The newest first, so that both sides come to the same place before either goes on.
    queue.sort((one, other) => one.date - other.date);
    const next = queue.pop();
    if (next === undefined) break;
    let flag = flags.get(next.name) ?? 0;
    if ((flag & (FIRST | SECOND)) === (FIRST | SECOND)) {
      if ((flag & STALE) === 0) best.push(next);
      flag |= STALE;
    }
    for (const name of next.parents) {
      const parent = await readCommit(history, name);
      if (parent === undefined) return undefined;
      mark(parent, flag);
    }
    if ((flag & STALE) !== 0) flags.set(next.name, flag);
  }
  const hidden = [...flags].filter(([, flag]) => (flag & FIRST) !== 0).map(([name]) => name);
  return { best, hidden: new Set(hidden) };
}
