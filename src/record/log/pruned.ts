// The record of pruning: entries below an index were removed on purpose, their hashes stay. Signed by the log.
import { assert } from "#base/failure.ts";
import { judgeNote, type KeyHistory } from "./key-history.ts";
import { TILE_WIDTH } from "./layout.ts";
import { type NoteSigner, parseNote, signNote, strictBase64 } from "./note.ts";
import { HASH_BYTES } from "./tree.ts";

const HEADER = "sallyport/pruned@v1";
const COUNT = /^(0|[1-9]\d{0,14})$/;

/** Entries below `before`, a multiple of 256, are gone; `root` is the tree's at that size. */
export type Pruned = {
  readonly before: number;
  readonly root: Uint8Array;
  /** Entries that the log had when they were removed, and when that was, in Unix milliseconds. */
  readonly size: number;
  readonly timeMs: number;
};

/** Writes the record. */
export function formatPruned(
  origin: string,
  { before, root, size, timeMs }: Pruned,
  signers: readonly NoteSigner[],
): string {
  assert(before % TILE_WIDTH === 0 && before <= size, "whole bundles inside the log are removed");
  const lines = [HEADER, origin, before, Buffer.from(root).toString("base64"), size, timeMs];
  return signNote(`${lines.join("\n")}\n`, ...signers);
}

/** Reads the record and judges its signature by the keys of the log. Total; undefined when it does not hold. */
export function readPruned(bytes: Uint8Array, history: KeyHistory): Pruned | undefined {
  const note = parseNote(bytes);
  const pruned = note === undefined ? undefined : parsePruned(note.text);
  if (note === undefined || pruned === undefined || pruned.origin !== history.name)
    return undefined;
  const { size } = pruned;
  return judgeNote(note, history, { size, exact: true }) === "signed" ? pruned : undefined;
}

/** What the record says, whoever signed it: for a reader that only wants to know where entries begin. */
export function peekPruned(bytes: Uint8Array): number {
  const note = parseNote(bytes);
  return (note === undefined ? undefined : parsePruned(note.text))?.before ?? 0;
}

function parsePruned(text: string): (Pruned & { readonly origin: string }) | undefined {
  const [header, origin, before, root, size, timeMs, end, ...more] = text.split("\n");
  const hash = strictBase64(root ?? "");
  if (header !== HEADER || origin === undefined || end !== "" || more.length > 0) return undefined;
  if (hash?.length !== HASH_BYTES) return undefined;
  if (![before, size, timeMs].every((number) => COUNT.test(number ?? ""))) return undefined;
  const pruned = { before: Number(before), size: Number(size), timeMs: Number(timeMs) };
  if (pruned.before % TILE_WIDTH !== 0 || pruned.before > pruned.size) return undefined;
  return { origin, root: hash, ...pruned };
}
