// Counting events by the queries of controls, each query once however many controls ask it, with a bounded sample of what was counted.
import { type FieldReader, readerOf, type Scalar } from "#detect/detection/fields.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { Evidence } from "../control/control.ts";
import type { EvidenceEntry } from "./collector.ts";

/** Values that a count is split by before the rest goes under `more`. */
const GROUPS_MAX = 64;
const GROUP_CHARS_MAX = 128;
/** Of a query the first and the last so many events are named, and as many between. */
const EDGE = 2;

/** An event as a pack names it. */
export type EventReference = { readonly entry: number; readonly timeMs: number };

/** What was counted for one query. */
export type QueryCount = {
  readonly count: number;
  readonly groups: Readonly<Record<string, number>> | undefined;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly sample: readonly EventReference[];
};

/** Counts; a query is told apart by its text. */
export type Counting = {
  add(entry: EvidenceEntry): void;
  of(evidence: Evidence): QueryCount;
};

/** Begins to count all queries of some controls. */
export function startCounts(evidence: readonly Evidence[]): Counting {
  const counters = new Map<string, QueryCounter>();
  for (const one of evidence) {
    const key = keyOf(one);
    if (!counters.has(key)) counters.set(key, new QueryCounter(one));
  }
  const byKind = new Map<string, QueryCounter[]>();
  const ofAll: QueryCounter[] = [];
  for (const counter of counters.values()) {
    const { kinds } = counter.evidence;
    if (kinds === undefined) ofAll.push(counter);
    for (const kind of kinds ?? []) byKind.set(kind, [...(byKind.get(kind) ?? []), counter]);
  }
  return {
    add({ index, timeMs, metadata, isMeant }) {
      if (!isMeant || metadata === undefined) return;
      const kind = metadata["kind"];
      const asking = typeof kind === "string" ? byKind.get(kind) : undefined;
      if (asking !== undefined) for (const one of asking) one.add(index, timeMs, metadata);
      for (const one of ofAll) one.add(index, timeMs, metadata);
    },
    of: (one) => (counters.get(keyOf(one)) ?? new QueryCounter(one)).result(),
  };
}

function keyOf({ query, by }: Evidence): string {
  return JSON.stringify([query, by ?? null]);
}

class QueryCounter {
  readonly evidence: Evidence;
  readonly #read: FieldReader | undefined;
  readonly #groups = new Map<string, number>();
  readonly #first: EventReference[] = [];
  readonly #last: EventReference[] = [];
  #between: (EventReference & { readonly rank: number })[] = [];
  #count = 0;
  #firstMs: number | undefined;
  #lastMs: number | undefined;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.#read = evidence.by === undefined ? undefined : readerOf(evidence.by);
  }

  add(entry: number, timeMs: number, metadata: JsonObject): void {
    if (!this.evidence.matches(metadata)) return;
    this.#count += 1;
    this.#firstMs ??= timeMs;
    this.#lastMs = timeMs;
    if (this.#read !== undefined) this.#split(metadata, this.#read);
    if (this.#first.length < EDGE) this.#first.push({ entry, timeMs });
    else {
      this.#last.push({ entry, timeMs });
      if (this.#last.length > EDGE) this.#last.shift();
    }
    // WHY by the entry's number and not by chance: whoever collects again gets the same sample.
    const rank = Math.imul(entry + 1, 0x9e_37_79_b1) >>> 0;
    const highest = this.#between.at(-1);
    if (highest !== undefined && this.#between.length >= EDGE && rank >= highest.rank) return;
    this.#between = [...this.#between, { entry, timeMs, rank }]
      .sort((left, right) => left.rank - right.rank)
      .slice(0, EDGE);
  }

  result(): QueryCount {
    const between = this.#between.map(({ entry, timeMs }) => ({ entry, timeMs }));
    const sample = new Map(
      [...this.#first, ...between, ...this.#last].map((one) => [one.entry, one] as const),
    );
    return {
      count: this.#count,
      groups: this.evidence.by === undefined ? undefined : sorted(this.#groups),
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      sample: [...sample.values()].sort((left, right) => left.entry - right.entry),
    };
  }

  /** Counts an event once under each of its values, or under `none`. */
  #split(metadata: JsonObject, read: FieldReader): void {
    const seen: Scalar[] = [];
    read(metadata, (value) => {
      if (!seen.includes(value)) seen.push(value);
      return false;
    });
    if (seen.length === 0) this.#countUnder("none");
    for (const value of seen) this.#countUnder(String(value).slice(0, GROUP_CHARS_MAX));
  }

  #countUnder(wanted: string): void {
    const isKnown = this.#groups.has(wanted) || this.#groups.size < GROUPS_MAX;
    const name = isKnown ? wanted : "more";
    this.#groups.set(name, (this.#groups.get(name) ?? 0) + 1);
  }
}

function sorted(groups: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...groups].sort(([left], [right]) => (left < right ? -1 : 1)));
}
