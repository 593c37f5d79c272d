// Keeping the index at the log: adds what was published since, and tells when the index is of another log.
import { randomBytes } from "node:crypto";
import { sealName } from "../../index/user-name.ts";
import { NONCE_BYTES } from "../../log/subject.ts";
import { hashLeaf } from "../../log/tree.ts";
import type { LogFiles } from "../../log/report.ts";
import type { IndexFile, IndexState } from "./opened-index.ts";
import type { IndexRow } from "./index-row.ts";
import { openedBundles, openEntry, type OpenedEntry, type Opening } from "./indexed-entries.ts";
import { readBundle } from "../log-reader.ts";
import { TILE_WIDTH } from "../../log/layout.ts";

/** Events written at once: one transaction each. */
const BATCH = 4_096;

/** A log to be followed. `size` is what its signed checkpoint covers. */
export type FollowedLog = {
  readonly files: LogFiles;
  /** What opens its entries. */
  readonly opening: Opening;
  /** The name of the key that signs this log. */
  readonly origin: string;
  readonly size: number;
  /** The first entry that was not removed on record. */
  readonly first: number;
};

/**
 * Whether the index was made of this log, as far as it goes: the last entry that it holds still stands there, and it holds
 * none that was removed.
 */
export async function isOfThisLog(state: IndexState, log: FollowedLog): Promise<boolean> {
  if (state.indexed === 0) return true;
  if (state.origin !== log.origin || state.indexed > log.size || state.first !== log.first)
    return false;
  const last = state.indexed - 1;
  const bundle = Math.floor(last / TILE_WIDTH);
  const entry = (await readBundle(log.files, bundle, log.size))[last % TILE_WIDTH];
  return entry !== undefined && hexHash(entry) === state.lastHash;
}

/** Adds entries until the index holds all of `log`, or `isEnded` says so after a batch. Returns where it is then. */
export async function followLog(
  index: IndexFile,
  log: FollowedLog,
  isEnded: () => boolean = () => false,
): Promise<IndexState> {
  let state = index.state();
  if (state.indexed === 0) state = { ...state, indexed: log.first, first: log.first };
  const nameOf = createNameSealer();
  while (state.indexed < log.size && !isEnded()) {
    const end = Math.min(log.size, state.indexed + BATCH);
    const rows: IndexRow[] = [];
    let last: Uint8Array | undefined;
    const range = { size: log.size, from: state.indexed, end };
    for await (const bundle of openedBundles(log.files, log.opening, range)) {
      for (const entry of bundle) rows.push(rowOf(entry, nameOf));
      last = bundle.at(-1)?.bytes ?? last;
    }
    if (last === undefined) break;
    state = { indexed: end, first: log.first, origin: log.origin, lastHash: hexHash(last) };
    index.append(rows, state);
  }
  return state;
}

/** Turns entries into rows, sealing each name once. */
export function createRowMaker(opening: Opening): (place: number, bytes: Uint8Array) => IndexRow {
  const nameOf = createNameSealer();
  return (place, bytes) => rowOf(openEntry(place, bytes, opening), nameOf);
}

type NameSealer = (entry: OpenedEntry) => IndexRow["name"];

function rowOf(entry: OpenedEntry, nameOf: NameSealer): IndexRow {
  return { event: entry.event, subject: entry.owner?.subject.id, name: nameOf(entry) };
}

/** Seals each name once: the index keeps one row for it. */
function createNameSealer(): NameSealer {
  const sealed = new Map<string, Uint8Array>();
  return ({ owner, event }) => {
    const pseudonym = event.word.user;
    if (owner?.user === undefined || pseudonym === undefined) return undefined;
    const { subject, user: name } = owner;
    const known = sealed.get(pseudonym);
    if (known !== undefined) return { pseudonym, sealed: known };
    const made = sealName(subject, { pseudonym, name, nonce: randomBytes(NONCE_BYTES) });
    if (sealed.size >= 1_000) sealed.clear();
    sealed.set(pseudonym, made);
    return { pseudonym, sealed: made };
  };
}

function hexHash(entry: Uint8Array): string {
  return Buffer.from(hashLeaf(entry)).toString("hex");
}
