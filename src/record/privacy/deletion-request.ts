// What other systems were sent of a person who was erased here: a request for each of them, open until it is done or somebody attests it.
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax));

/** Ranges of entries that one request names; past this the last one covers the rest, which says more than left and never less. */
const RANGES_MAX = 1_000;

export const deletionRequestSchema = v.strictObject({
  /** Of the erasure; its certificate and event have it too. */
  erasure: text(128),
  /** The target's name, or `collector`. With the erasure and the destination it tells requests apart. */
  target: text(128),
  /** The target's kind, such as `elastic`; `unknown` for one that is not set up any more. */
  to: text(64),
  /** Where it went, without the person's name. */
  destination: text(4_096),
  /** Which personal fields left and how, such as `user=pseudonym`; empty for a collector. */
  fields: text(4_096),
  entries: count,
  /** Indices in the log, such as `0-3,7`. */
  ranges: text(40_000),
  firstMs: count,
  lastMs: count,
  /** False where it is not known that all of them arrived. */
  isCertain: v.boolean(),
  /** Ids of the destroyed keys, for a collector. */
  subjects: v.pipe(v.array(text(64)), v.maxLength(1_000)),
  askedMs: count,
  state: v.picklist(["outstanding", "done", "attested"]),
  settledMs: v.nullable(count),
  /** What was done, or what somebody attests. */
  note: text(300),
});
/** One request. It names nobody. */
export type DeletionRequest = v.InferOutput<typeof deletionRequestSchema>;

/** Whether two are of the same erasure, target and destination. */
export function isSameRequest(one: DeletionRequest, other: DeletionRequest): boolean {
  return (
    one.erasure === other.erasure &&
    one.target === other.target &&
    one.destination === other.destination &&
    one.fields === other.fields
  );
}

/** Adds requests to those that are known. One that is known keeps its place, and what was done about it stays done. */
export function withRequests(
  known: readonly DeletionRequest[],
  more: readonly DeletionRequest[],
): readonly DeletionRequest[] {
  const fresh = more.filter((one) => !known.some((other) => isSameRequest(one, other)));
  const kept = known.map((one) => {
    const again = more.find((other) => isSameRequest(one, other));
    return again === undefined || one.state !== "outstanding" ? one : again;
  });
  return [...kept, ...fresh];
}

/** Indices in rising order as ranges: `0-3,7`. */
export function rangesOf(positions: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const place of positions) {
    const open = ranges.at(-1);
    if (open !== undefined && (place <= open.last + 1 || ranges.length === RANGES_MAX))
      open.last = place;
    else ranges.push({ first: place, last: place });
  }
  return ranges
    .map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
    .join();
}

/** The ranges of a request; undefined where there were more than are told apart, and the last one may cover what is not meant. */
export function rangesIn(
  text: string,
): readonly { readonly first: number; readonly last: number }[] | undefined {
  const ranges = text.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return range === "" ? [] : [{ first, last }];
  });
  return ranges.length < RANGES_MAX ? ranges : undefined;
}

/** How entries leave a target: by an interface of its own, or not. */
export type DeletionWay = { readonly hasInterface: boolean; readonly how: string };

const NO_WAY: DeletionWay = {
  hasInterface: false,
  how: "it is not known what stands behind it: ask whoever runs it, and attest what was done",
};

/** By kind of target, from the vendors' documentation as of 2026-11; entries are named by the ids of their events. */
const WAYS: Readonly<Record<string, DeletionWay>> = {
  collector: {
    hasInterface: true,
    how: "the daemon asks the collector until it has done it",
  },
  datadog: {
    hasInterface: false,
    how: "Datadog deletes no single logs: they leave with the retention of their index, or through its support",
  },
  elastic: {
    hasInterface: true,
    how: "`POST INDEX/_delete_by_query` with an `ids` query over the events' ids, then `_forcemerge` with `only_expunge_deletes`",
  },
  file: {
    hasInterface: true,
    how: "the erasure takes the person out of the file itself; ask whoever ships it on for the copies",
  },
  http: NO_WAY,
  "kafka-rest": {
    hasInterface: false,
    how: "a topic drops records by its retention, or all below an offset with `kafka-delete-records`; what consumed it has copies",
  },
  loki: {
    hasInterface: true,
    how: "`POST /loki/api/v1/delete` with a query over the events' ids, where the compactor has deletion switched on",
  },
  nats: {
    hasInterface: true,
    how: "`nats stream rmm STREAM SEQUENCE` overwrites one message; what consumed the stream has copies",
  },
  otlp: { ...NO_WAY, how: "an OTLP endpoint deletes nothing: use what the store behind it has" },
  s3: {
    hasInterface: true,
    how: "the erasure writes the objects anew without the entries, or deletes them, with their older versions; `privacy requests --carry-out` tries again",
  },
  sentinel: {
    hasInterface: true,
    how: "the Delete Data or Purge operation of the Log Analytics workspace, filtered by the events' ids",
  },
  "splunk-hec": {
    hasInterface: true,
    how: "a search over the events' ids piped to `delete`, which hides them; their bytes leave with the index's buckets",
  },
  syslog: { ...NO_WAY, how: "syslog deletes nothing: use what the store behind the receiver has" },
};

/** How entries leave a target of this kind. */
export function deletionWay(to: string): DeletionWay {
  return Object.hasOwn(WAYS, to) ? (WAYS[to] ?? NO_WAY) : NO_WAY;
}

/** Kinds of which a way is known. */
export const DELETION_KINDS: readonly string[] = Object.keys(WAYS);
