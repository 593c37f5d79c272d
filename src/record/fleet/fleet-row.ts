// What stores for many machines hold of an entry: its flat record, whose data was sealed in it, and where it stands among all logs.
import type { IndexRow } from "../store/index/index-row.ts";

/** One event for a store: the same as for the index of its machine. */
export type FleetRow = IndexRow;

/** Entries of one log that follow one another, as a daemon hands them in. */
export type FleetBatch = {
  /** The name of the key that signs the log. */
  readonly tree: string;
  /** The first entry that was not removed on record. */
  readonly first: number;
  /** Leaf hash of the entry before the first one here, in hex; empty where there is none. */
  readonly previous: string;
  readonly entries: readonly { readonly row: FleetRow; readonly hash: string }[];
};

/** What a store says of a batch. `next` is the place that it wants next. */
export type Appended =
  | { readonly kind: "stored"; readonly next: number; readonly added: number }
  /** The batch begins beyond what is stored: send from `next`. */
  | { readonly kind: "gap"; readonly next: number }
  /** The entries are not those that were stored at these places: the log was rewritten or has two writers. */
  | { readonly kind: "fork"; readonly next: number }
  /** Another machine hands this log in. */
  | { readonly kind: "other-writer"; readonly next: number };

/** Places in one log: 68 billion. With the number of the log above them they stay exact in a double for 131,072 logs. */
const PLACES_BITS = 36;
export const PLACES_MAX = 2 ** PLACES_BITS;
export const TREES_MAX = 2 ** (53 - PLACES_BITS);

/** The place of an entry among all logs of a tenant: that of the log itself for the first of them. */
export function placeAmongTrees(tree: number, index: number): number {
  return tree * PLACES_MAX + index;
}

/** What is known of a log that is handed in. */
export type TreeState = {
  readonly next: number;
  readonly lastHash: string;
  readonly writer: string;
};

/** What is to be done with a batch: the entries of it that are new, or why it is refused. */
export type Continuation =
  | Exclude<Appended, { kind: "stored" }>
  | {
      readonly kind: "new";
      readonly entries: FleetBatch["entries"];
      /** Entries that nobody will send any more, because they were removed before they came here. */
      readonly missed: number;
      readonly next: number;
      readonly lastHash: string;
    };

/**
 * How a batch continues a log. INVARIANT: what is stored of a log is one unbroken run that one machine handed in; the run
 * is joined by leaf hashes, so that a log that was rewritten is noticed at its joint.
 */
export function continueTree(
  state: TreeState | undefined,
  batch: FleetBatch,
  writer: string,
): Continuation {
  const { next, lastHash } = state ?? { next: 0, lastHash: "" };
  if (state !== undefined && state.writer !== writer) return { kind: "other-writer", next };
  const from = batch.entries[0]?.row.event.index ?? next;
  const known = next - from;
  // What lies between was removed on record while the machine was away.
  if (known < 0 && from === batch.first) return taken(batch, batch.entries, -known);
  if (known < 0) return { kind: "gap", next: Math.max(next, batch.first) };
  const joint = known === 0 ? batch.previous : batch.entries[known - 1]?.hash;
  if (next > 0 && joint !== undefined && joint !== lastHash) return { kind: "fork", next };
  const fresh = batch.entries.slice(known);
  if (fresh.length === 0) return { kind: "new", entries: [], missed: 0, next, lastHash };
  return taken(batch, fresh, 0);
}

function taken(batch: FleetBatch, entries: FleetBatch["entries"], missed: number): Continuation {
  const last = entries.at(-1);
  const next = last === undefined ? batch.first : last.row.event.index + 1;
  return { kind: "new", entries, missed, next, lastHash: last?.hash ?? "" };
}
