// Which files git could not give back once it has overwritten files that it follows: what is neither committed nor the same there.
import { lstat, readlink } from "node:fs/promises";
import { createHash } from "node:crypto";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { FactQuery, GitAct, LostWork } from "#guard/facts/facts.ts";
import { hasContent, onDisk, readIndexFile } from "./git-copies.ts";
import { type IndexEntry, readIndex, readKnownTrees, typeOf } from "./git-index.ts";
import { type Reading, withHistory } from "./git-shown.ts";
import { type History, resolveCommit } from "./git-revisions.ts";
import { filesBelow } from "./git-trees.ts";
import { errorCode } from "../paths/real-path.ts";
import { listedLoss } from "./listed-loss.ts";

/** Files of an index that are compared; of a repository with more it is not told. */
const FILES_MAX = 20_000;
/** Files that are looked at for one step of the round. */
const FILES_OF_A_STEP = 16;
const OWN_RIGHT = 0o100;

type Overwriting = Extract<GitAct, { kind: "overwrites" }>;
export type LossPlace = Extract<FactQuery, { kind: "loss" }>["repository"];

/** Undefined where it cannot be told. `modulesToo`: working trees of submodules are overwritten as well. */
export async function filesLost(
  place: LossPlace,
  act: Overwriting,
  reading: Reading & { readonly modulesToo: boolean },
): Promise<LostWork | undefined> {
  const { gitDirectory, workTree } = place;
  const isMeant = meaning(workTree, act.paths);
  const index = await indexOf(gitDirectory, isMeant);
  if (index === undefined) return undefined;
  if (reading.modulesToo && index.entries.some((one) => typeOf(one) === "module")) return undefined;
  return withHistory(gitDirectory, reading, async (history) => {
    const kept = await keptBy(history, act, index, isMeant);
    if (kept === undefined) return undefined;
    const disk = new DiskPlaces(workTree);
    const lost = new Set<string>();
    let count = 0;
    const isOver = (): boolean => (count += 1) % FILES_OF_A_STEP === 0 && reading.expired();
    for (const entry of index.entries) {
      if (isOver()) return undefined;
      if (typeOf(entry) === "module") continue;
      if (await isEntryLost(entry, { act, index, kept, disk, lost })) lost.add(entry.name);
    }
    const followed = new Set(index.entries.map(({ name }) => name));
    for (const [name, object] of kept.target ?? []) {
      if (followed.has(name)) continue;
      if (isOver()) return undefined;
      const inTheWay = await disk.unlike(name, object);
      if (inTheWay !== undefined && !followed.has(inTheWay)) lost.add(inTheWay);
    }
    return listedLoss({ files: [...lost] });
  });
}

/** What lies at these paths of a working tree, a directory with a slash behind it. Undefined where one lies elsewhere. */
export async function entriesLost(
  workTree: string,
  paths: readonly string[],
): Promise<LostWork | undefined> {
  if (!paths.every((path) => path !== workTree && isWithin(workTree, path))) return undefined;
  const found: string[] = [];
  for (const path of paths) {
    const status = await lstat(path).catch((error: unknown) => isMissing(error) && "missing");
    if (status === false) return undefined;
    if (status !== "missing")
      found.push(`${path.slice(workTree.length + 1)}${status.isDirectory() ? "/" : ""}`);
  }
  return listedLoss({ files: found });
}

type IndexParts = {
  readonly entries: readonly IndexEntry[];
  readonly trees: ReadonlyMap<string, string>;
  readonly written: bigint;
};

async function indexOf(
  gitDirectory: string,
  isMeant: (name: string) => boolean,
): Promise<IndexParts | undefined> {
  const read = await readIndexFile(gitDirectory);
  if (read === undefined || read.hashBytes !== 20) return undefined;
  let isWhole = true;
  let count = 0;
  const entries = readIndex(read.bytes, read.hashBytes, (name, mode) => {
    if (typeOf({ mode }) === "directory" || name.includes("\ufffd")) isWhole = false;
    const isOne = isMeant(name);
    if (isOne && (count += 1) > FILES_MAX) isWhole = false;
    return isOne && isWhole;
  });
  if (entries === undefined || !isWhole) return undefined;
  return { entries, trees: readKnownTrees(read.bytes, 20), written: read.written };
}

/** What the commit at hand holds, and what the files become; of neither more than is asked about. */
type Kept = {
  readonly head: ReadonlyMap<string, string> | undefined;
  readonly target: ReadonlyMap<string, string> | undefined;
};

async function keptBy(
  history: History,
  { from, staged }: Overwriting,
  index: IndexParts,
  isMeant: (name: string) => boolean,
): Promise<Kept | undefined> {
  const filesOf = async (
    word: string,
  ): Promise<ReadonlyMap<string, string> | "unknown" | undefined> => {
    const commit = await resolveCommit(history, word);
    return (
      (commit && (await filesBelow(history.objects, commit.tree, index, isMeant))) ?? "unknown"
    );
  };
  const head = staged ? await filesOf("HEAD") : undefined;
  const target =
    from === undefined ? undefined : from === "HEAD" && staged ? head : await filesOf(from);
  return head === "unknown" || target === "unknown" ? undefined : { head, target };
}

async function isEntryLost(
  entry: IndexEntry,
  {
    act,
    index,
    kept: { head, target },
    disk,
    lost,
  }: {
    readonly act: Overwriting;
    readonly index: IndexParts;
    readonly kept: Kept;
    readonly disk: DiskPlaces;
    readonly lost: Set<string>;
  },
): Promise<boolean> {
  const { name, object } = entry;
  const lead = await disk.strangeLead(name);
  if (lead !== undefined) lost.add(lead);
  const isStagedOnly = act.staged && head?.get(name) !== object && target?.get(name) !== object;
  if (isStagedOnly && entry.stage === 0) return true;
  const found = await disk.compare(entry, index.written);
  if (found !== "other") return false;
  const becomes = target?.get(name);
  return becomes === undefined || !(await hasContent(joinPath(disk.root, name), becomes));
}

/** Whether a path from the root lies at or below one of those that are asked about. */
function meaning(workTree: string, paths: readonly string[]): (name: string) => boolean {
  if (paths.length === 0 || paths.some((path) => isWithin(path, workTree))) return () => true;
  return (name) => paths.some((path) => isWithin(path, joinPath(workTree, name)));
}

/** What lies in a working tree, each directory looked at once. */
class DiskPlaces {
  readonly root: string;
  readonly #leads = new Map<string, string | undefined>();

  constructor(root: string) {
    this.root = root;
  }

  async compare(entry: IndexEntry, written: bigint): Promise<"same" | "other" | "missing"> {
    const path = joinPath(this.root, entry.name);
    if (typeOf(entry) === "link") return this.#compareLink(path, entry.object);
    const found = await onDisk(path, entry, written);
    if (found !== "same") return found;
    const status = await lstat(path);
    const hasSameRights = (status.mode & OWN_RIGHT) === (entry.mode & OWN_RIGHT);
    return status.isFile() && hasSameRights ? "same" : "other";
  }

  async #compareLink(path: string, object: string): Promise<"same" | "other" | "missing"> {
    try {
      const words = await readlink(path, { encoding: "buffer" });
      const head = `blob ${words.length}\0`;
      const name = createHash("sha1").update(head).update(words).digest("hex");
      return name === object ? "same" : "other";
    } catch (error) {
      return isMissing(error) ? "missing" : "other";
    }
  }

  /** What lies where a file comes that git does not follow yet, unless it holds the same: itself, or what stands for a directory of it. */
  async unlike(name: string, object: string): Promise<string | undefined> {
    const lead = await this.strangeLead(name);
    if (lead !== undefined) return lead;
    const path = joinPath(this.root, name);
    try {
      await lstat(path);
      return (await hasContent(path, object)) ? undefined : name;
    } catch (error) {
      return isMissing(error) ? undefined : name;
    }
  }

  /** The first of the directories that lead to a path which is something else: a file, or a link. */
  async strangeLead(name: string): Promise<string | undefined> {
    const directory = parentPath(`/${name}`).slice(1);
    if (directory === "") return undefined;
    if (this.#leads.has(directory)) return this.#leads.get(directory);
    const found = (await this.strangeLead(directory)) ?? (await this.#strange(directory));
    this.#leads.set(directory, found);
    return found;
  }

  async #strange(directory: string): Promise<string | undefined> {
    try {
      return (await lstat(joinPath(this.root, directory))).isDirectory() ? undefined : directory;
    } catch (error) {
      return isMissing(error) ? undefined : directory;
    }
  }
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
}
