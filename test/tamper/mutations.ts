// Random changes of a log's stored files: what was done, where, and which entry a verifier must name first.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { BUNDLE_BYTES_MAX } from "#record/store/log-reader.ts";
import { TILE_WIDTH, parseTilePath } from "#record/log/layout.ts";
import { pack, PACKED_END, unpack, unpackedPath } from "#record/log/packed.ts";
import type { ReferenceLog } from "./reference-logs.ts";

/** Kinds of change, as the page names them. */
export const MUTATION_KINDS = [
  "flip",
  "drop",
  "swap",
  "truncate",
  "append",
  "replay",
  "packed",
  "proof",
  "stray",
  "rollback-log",
  "rollback-all",
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/** A change that was made; `undo` takes it back. */
export type Mutation = {
  readonly kind: MutationKind;
  readonly path: string;
  /** Whether it is in a packed bundle, or in a plain one beside it. */
  readonly isPacked: boolean;
  /** The first entry that is not what it was; undefined where the change is in no entry and no hash of one. */
  readonly index: number | undefined;
  undo(): Promise<void>;
};

type Random = () => number;

/** How often each kind is drawn: a whole log that is put back is one thing, a changed byte is many. */
const DRAWN: readonly MutationKind[] = [
  ...Array.from({ length: 6 }, () => "flip" as const),
  ...(["drop", "swap", "truncate", "append", "replay"] as const).flatMap((kind) => [
    kind,
    kind,
    kind,
  ]),
  ...(["packed", "packed", "packed", "packed"] as const),
  "proof",
  "stray",
  "rollback-log",
  "rollback-all",
];

/** Makes one random change, or undefined where what was drawn would change nothing that matters (see the page). */
export async function mutate(log: ReferenceLog, random: Random): Promise<Mutation | undefined> {
  const kind = pick(DRAWN, random);
  if (kind === "rollback-log" || kind === "rollback-all") return rollBack(log, kind, random);
  const home = join(log.options.log, "..");
  if (kind === "proof") return log.proofs.length === 0 ? undefined : changeProof(log, random);
  if (kind === "stray") return addStray(home, random);
  const all = (await filesBelow(home)).filter(isCovered);
  const paths = kind === "packed" ? all.filter(isPacked) : all;
  if (paths.length === 0) return undefined;
  const path = pick(paths, random);
  const bytes = await readFile(join(home, path));
  if (kind === "drop" && !isWithoutLoss(path, paths))
    return replace(home, path, kind, bytes, undefined);
  const target = { log, home, path, paths, bytes, random };
  if (kind === "packed" && random() < 0.25) return putBeside(target);
  const changed = await change(kind, target);
  if (changed === undefined || changed.equals(bytes) || isCleanCut(path, bytes, changed))
    return undefined;
  if (isPacked(path) && saysTheSame(bytes, changed)) return undefined;
  if (path === "log/witnessed" && (await isEarlierOne(log, changed))) return undefined;
  return replace(home, path, kind, bytes, changed);
}

/** The log and the keys' head: keys themselves are secrets and not evidence. */
function isCovered(path: string): boolean {
  return path === "keys/log-head" || (path.startsWith("log/") && path !== "log/lock");
}

type Target = {
  readonly log: ReferenceLog;
  readonly home: string;
  readonly path: string;
  readonly paths: readonly string[];
  readonly bytes: Buffer;
  readonly random: Random;
};

async function change(kind: MutationKind, target: Target): Promise<Buffer | undefined> {
  const { bytes, random, path, home, log } = target;
  switch (kind) {
    case "flip": {
      const changed = Buffer.from(bytes);
      const at = below(bytes.length, random);
      changed[at] = (bytes[at] ?? 0) ^ (1 << below(8, random));
      return changed;
    }
    case "truncate":
      return bytes.subarray(0, below(bytes.length, random));
    case "append":
      return Buffer.concat([bytes, Buffer.from([below(256, random), below(256, random), 7])]);
    case "swap":
      return isPacked(path) ? repacked("swap", target) : swapParts(target);
    case "packed":
      return repacked(pick(["flip", "swap", "truncate", "append"] as const, random), target);
    case "replay": {
      // What lay there earlier, or what lies elsewhere.
      const earlier = join(pick(log.states, random), path);
      const other = join(home, pick(target.paths, random));
      return readFile(random() < 0.5 ? earlier : other).catch(() => undefined);
    }
    default:
      return undefined;
  }
}

/** Whether a file is a packed bundle. */
function isPacked(path: string): boolean {
  return path.endsWith(PACKED_END);
}

/** What is packed is changed and packed again, so that the file is whole in itself. */
async function repacked(kind: MutationKind, target: Target): Promise<Buffer | undefined> {
  const changed = await change(kind, { ...target, ...plainOf(target) });
  return changed === undefined ? undefined : pack(changed);
}

/** A bundle as it lies there when it is not packed. */
function plainOf({ path, bytes }: Target): { readonly path: string; readonly bytes: Buffer } {
  const plain = unpack(bytes, BUNDLE_BYTES_MAX);
  if (plain === undefined) throw new Error(`${path} does not unpack`);
  return { path: path.slice(0, -PACKED_END.length), bytes: plain };
}

/** A changed plain bundle beside the packed one, as if a crash had left both. */
async function putBeside(target: Target): Promise<Mutation | undefined> {
  const { path, bytes } = plainOf(target);
  const kind = pick(["flip", "swap", "truncate"] as const, target.random);
  const changed = await change(kind, { ...target, path, bytes });
  if (changed === undefined || changed.equals(bytes)) return undefined;
  const full = join(target.home, path);
  await writeFile(full, changed, { mode: 0o600 });
  const index = await entryAt(target.home, path, bytes, changed);
  return { kind: "packed", path, isPacked: true, index, undo: () => rm(full) };
}

/** Up to seven bits fill the last byte of the packed data and say nothing: the same entries come out of it. */
function saysTheSame(bytes: Buffer, changed: Buffer): boolean {
  const isPadding =
    changed.length === bytes.length && firstDifference(bytes, changed) === bytes.length - 9;
  const [before, after] = [bytes, changed].map((one) => unpack(one, BUNDLE_BYTES_MAX));
  return isPadding && before !== undefined && after?.equals(before) === true;
}

/** Two entries of a bundle, two hashes of a tile, or two stretches of another file change places. */
function swapParts({ path, bytes, random }: Target): Buffer | undefined {
  const parts = partsOf(path, bytes);
  if (parts.length < 2) return undefined;
  const [one, two] = [below(parts.length, random), below(parts.length, random)];
  const swapped = parts.map((part, place) => {
    if (place === one) return parts[two] ?? part;
    return place === two ? (parts[one] ?? part) : part;
  });
  return Buffer.concat(swapped);
}

function partsOf(path: string, bytes: Buffer): readonly Buffer[] {
  const ends = endsOf(path, bytes);
  return ends.map((end, place) => bytes.subarray(place === 0 ? 0 : ends[place - 1], end));
}

/** Where the entries, hashes, frames or lines of a file end. */
function endsOf(path: string, bytes: Buffer): readonly number[] {
  const ends: number[] = [];
  const step = stepOf(path);
  for (let at = 0; at < bytes.length; ends.push(at))
    at = Math.min(bytes.length, at + step(bytes, at));
  return ends;
}

function stepOf(path: string): (bytes: Buffer, at: number) => number {
  if (path.startsWith("log/tile/entries/")) return (bytes, at) => 2 + bytes.readUInt16BE(at);
  if (path.startsWith("log/tile/")) return () => 32;
  if (path.startsWith("log/journal/")) return (bytes, at) => 12 + bytes.readUInt32BE(at);
  return (bytes, at) => bytes.indexOf(0x0a, at) + 1 - at || bytes.length;
}

/** Partial files of earlier sizes, and a journal, are missed by nobody: the page says so. */
function isWithoutLoss(path: string, paths: readonly string[]): boolean {
  if (path.startsWith("log/journal/")) return true;
  const match = /^(.*\.p)\/(\d+)$/.exec(path);
  if (match === null) return false;
  const widths = paths
    .filter((other) => other.startsWith(`${match[1]}/`))
    .map((other) => Number(other.split("/").at(-1)));
  return Number(match[2]) < Math.max(...widths);
}

/** Whole frames at the end of the journal, which no checkpoint covers, can be cut; any number of them can be put there. */
function isCleanCut(path: string, bytes: Buffer, changed: Buffer): boolean {
  if (!path.startsWith("log/journal/")) return false;
  const frames = new Set(partsOf(path, bytes).map((part) => part.toString("hex")));
  let at = 0;
  while (at + 12 <= changed.length) {
    const end = at + 12 + changed.readUInt32BE(at);
    if (!frames.has(changed.subarray(at, end).toString("hex"))) return false;
    at = end;
  }
  return at === changed.length;
}

/** An older cosigned checkpoint in place of the newest takes nothing away: the witness has the newest, the log still holds it. */
async function isEarlierOne({ states }: ReferenceLog, changed: Buffer): Promise<boolean> {
  const earlier = await Promise.all(states.map((state) => readFile(join(state, "log/witnessed"))));
  return earlier.some((text) => text.equals(changed));
}

async function replace(
  home: string,
  path: string,
  kind: MutationKind,
  bytes: Buffer,
  changed: Buffer | undefined,
): Promise<Mutation> {
  const full = join(home, path);
  await rm(full);
  if (changed !== undefined) await writeFile(full, changed, { mode: 0o600 });
  const index = await entryAt(home, path, bytes, changed);
  const undo = (): Promise<void> => writeFile(full, bytes, { mode: 0o600 });
  return { kind, path, isPacked: isPacked(path), index, undo };
}

/** The entry that the first changed byte belongs to. A hash tile that is gone is named by its path. */
async function entryAt(
  home: string,
  path: string,
  was: Buffer,
  is: Buffer | undefined,
): Promise<number | undefined> {
  const tile = parseTilePath(unpackedPath(path.slice("log/".length)));
  if (tile === undefined || (is === undefined && tile.level !== "entries")) return undefined;
  // A packed bundle that does not unpack is read as an empty one.
  const read = (file: Buffer): Buffer =>
    isPacked(path) ? (unpack(file, BUNDLE_BYTES_MAX) ?? Buffer.alloc(0)) : file;
  const bytes = read(was);
  const offset = firstDifference(bytes, is === undefined ? Buffer.alloc(0) : read(is));
  const place = endsOf(path, bytes).findIndex((end) => offset < end);
  const span = tile.level === "entries" ? 1 : TILE_WIDTH ** tile.level;
  const index = (tile.index * TILE_WIDTH + (place < 0 ? tile.width : place)) * span;
  // Bytes behind the last entry of an earlier partial file belong to no entry.
  if (place < 0 && tile.width < TILE_WIDTH) return undefined;
  const isPruned = tile.level === 0 && index < (await prunedBefore(home));
  return isPruned ? undefined : index;
}

async function prunedBefore(home: string): Promise<number> {
  const record = await readFile(join(home, "log/pruned"), "utf8").catch(() => "");
  return Number(record.split("\n")[2] ?? 0);
}

function firstDifference(left: Buffer, right: Buffer): number {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) if (left[at] !== right[at]) return at;
  return shorter;
}

/** A proof file with a changed bit, a missing end, or two of its lines exchanged. */
async function changeProof(log: ReferenceLog, random: Random): Promise<Mutation | undefined> {
  const path = pick(log.proofs, random);
  const bytes = await readFile(path);
  const kind = pick(["flip", "truncate", "swap", "append"] as const, random);
  const target = { log, home: "", path, paths: [path], bytes, random };
  const changed = await change(kind, target);
  if (changed === undefined || changed.equals(bytes)) return undefined;
  await writeFile(path, changed);
  return {
    kind: "proof",
    path,
    isPacked: false,
    index: undefined,
    undo: () => writeFile(path, bytes),
  };
}

async function addStray(home: string, random: Random): Promise<Mutation> {
  const path = pick(
    ["log/tile/0/000x", "log/tile/extra", "log/notes", "log/keys/extra", "log/tile/entries/900"],
    random,
  );
  const full = join(home, path);
  const { mkdir } = await import("node:fs/promises");
  const folder = join(full, "..");
  const isNew = await mkdir(folder, { recursive: true });
  await writeFile(full, "x");
  const undo = async (): Promise<void> => {
    await rm(full);
    if (isNew !== undefined) await rm(isNew, { recursive: true });
  };
  return { kind: "stray", path, isPacked: false, index: undefined, undo };
}

/** The log, or log and key store together, as they were at an earlier time, valid in themselves. */
async function rollBack(
  log: ReferenceLog,
  kind: "rollback-log" | "rollback-all",
  random: Random,
): Promise<Mutation> {
  const home = join(log.options.log, "..");
  const parts = kind === "rollback-all" ? ["log", "keys"] : ["log"];
  // The last state differs from now by its journal only.
  const state = pick(log.states.slice(0, -1), random);
  const kept = `${home}-now`;
  for (const part of parts) {
    await cp(join(home, part), join(kept, part), { recursive: true });
    await rm(join(home, part), { recursive: true });
    await cp(join(state, part), join(home, part), { recursive: true });
  }
  const undo = async (): Promise<void> => {
    for (const part of parts) {
      await rm(join(home, part), { recursive: true });
      await cp(join(kept, part), join(home, part), { recursive: true });
    }
    await rm(kept, { recursive: true });
  };
  return { kind, path: parts.join(" and "), isPacked: false, index: undefined, undo };
}

async function filesBelow(home: string): Promise<readonly string[]> {
  const items = await readdir(home, { recursive: true, withFileTypes: true });
  return items
    .filter((item) => item.isFile())
    .map((item) => relative(home, join(item.parentPath, item.name)))
    .sort();
}

function below(count: number, random: Random): number {
  return Math.floor(random() * count);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[below(items.length, random)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
