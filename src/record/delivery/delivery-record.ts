// The durable record of a target: up to where its delivery is, and what of the log went where and when (decision 0032).
import type { DeadEntry } from "./outcome.ts";

/** The version of the form below. */
export const DELIVERY_RECORD_VERSION = 1;
/** Spans that are kept apart; past this the oldest two become one, which says more than left and never less. */
export const SPANS_MAX = 4_000;
const DAY_MS = 86_400_000;

/**
 * Entries `first` to below `end` of the log, of which `count` left for `destination` between two times. `fields` says which
 * personal fields left and how: `user=pseudonym`.
 */
export type DeliverySpan = {
  readonly destination: string;
  readonly fields: string;
  readonly first: number;
  readonly end: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
};

/** `origin` names the log. `sending` is what may have left although nobody heard so: a crash, a cut connection. */
export type DeliveryRecord = {
  readonly version: typeof DELIVERY_RECORD_VERSION;
  readonly origin: string;
  readonly next: number;
  readonly delivered: number;
  readonly dead: number;
  /** Entries that were gone from the log before they could be sent. */
  readonly missed: number;
  readonly deliveredMs: number | undefined;
  readonly sending: DeliverySpan | undefined;
  readonly spans: readonly DeliverySpan[];
};

/** Where a batch goes. */
export type Destination = Pick<DeliverySpan, "destination" | "fields">;

/** The record of a target that nothing went to yet. */
export function emptyRecord(origin: string, next: number): DeliveryRecord {
  return {
    version: DELIVERY_RECORD_VERSION,
    origin,
    next,
    delivered: 0,
    dead: 0,
    missed: 0,
    deliveredMs: undefined,
    sending: undefined,
    spans: [],
  };
}

/** What is written before a batch leaves: from then on it may be anywhere. */
export function withSending(
  record: DeliveryRecord,
  to: Destination,
  batch: { readonly first: number; readonly end: number; readonly nowMs: number },
): DeliveryRecord {
  const { first, end, nowMs } = batch;
  const before = record.sending;
  const spans = before === undefined ? record.spans : joined(record.spans, before);
  const sending = { ...to, first, end, count: 0, firstMs: nowMs, lastMs: nowMs };
  return { ...record, spans, sending };
}

/** Whether `withSending` for this batch would add nothing to what the record says already. */
export function isSending(
  { sending }: DeliveryRecord,
  to: Destination,
  batch: { readonly first: number; readonly end: number },
): boolean {
  return (
    sending !== undefined &&
    sending.destination === to.destination &&
    sending.fields === to.fields &&
    sending.first <= batch.first &&
    sending.end >= batch.end
  );
}

/** What is written after a batch: how far the delivery is, and what was taken. */
export function withDelivered(
  record: DeliveryRecord,
  batch: {
    readonly next: number;
    readonly delivered: readonly number[];
    readonly dead: readonly DeadEntry[];
    readonly nowMs: number;
  },
): DeliveryRecord {
  const { next, delivered, dead, nowMs } = batch;
  const { sending } = record;
  const counted =
    sending === undefined
      ? undefined
      : { ...sending, count: sending.count + delivered.length, lastMs: nowMs };
  const isDone = counted !== undefined && next >= counted.end;
  return {
    ...record,
    next,
    delivered: record.delivered + delivered.length,
    dead: record.dead + dead.length,
    deliveredMs: delivered.length > 0 ? nowMs : record.deliveredMs,
    sending: isDone ? undefined : counted,
    spans: isDone ? joined(record.spans, counted) : record.spans,
  };
}

/** Adds a span to the last one where it goes on from there on the same day. */
function joined(spans: readonly DeliverySpan[], span: DeliverySpan): readonly DeliverySpan[] {
  const last = spans.at(-1);
  const isNext =
    last !== undefined &&
    last.destination === span.destination &&
    last.fields === span.fields &&
    span.first <= last.end &&
    span.first >= last.first &&
    Math.floor(last.firstMs / DAY_MS) === Math.floor(span.firstMs / DAY_MS);
  const grown = isNext ? [...spans.slice(0, -1), around(last, span)] : [...spans, span];
  if (grown.length <= SPANS_MAX) return grown;
  const [first, second, ...rest] = grown;
  if (first === undefined || second === undefined) return grown;
  const both = around(first, second);
  const isSame = first.destination === second.destination && first.fields === second.fields;
  return isSame
    ? [both, ...rest]
    : [
        {
          ...both,
          destination: `${first.destination} ${second.destination}`,
          fields: `${first.fields} ${second.fields}`,
        },
        ...rest,
      ];
}

function around(one: DeliverySpan, other: DeliverySpan): DeliverySpan {
  return {
    ...one,
    first: Math.min(one.first, other.first),
    end: Math.max(one.end, other.end),
    count: one.count + other.count,
    firstMs: Math.min(one.firstMs, other.firstMs),
    lastMs: Math.max(one.lastMs, other.lastMs),
  };
}

/** What of some entries went to one destination, or may have. */
export type Delivery = {
  readonly target: string;
  readonly destination: string;
  readonly fields: string;
  /** How many of the entries that were asked about lie in what went there. */
  readonly entries: number;
  readonly first: number;
  readonly last: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** False where it is not known that all of them arrived. */
  readonly isCertain: boolean;
};

/**
 * Where entries of the log went, by their indices in rising order: for an erasure that has to follow them. Over-approximates:
 * an entry among the dead letters of a target is counted as gone there.
 */
export function deliveriesOf(
  records: readonly { readonly target: string; readonly record: DeliveryRecord }[],
  positions: readonly number[],
): readonly Delivery[] {
  const found = new Map<string, Delivery>();
  for (const { target, record } of records) {
    const { sending } = record;
    for (const span of sending === undefined ? record.spans : [...record.spans, sending]) {
      const begin = lowerBound(positions, span.first);
      const end = lowerBound(positions, span.end);
      if (begin >= end) continue;
      const id = JSON.stringify([target, span.destination, span.fields]);
      const known = found.get(id);
      const { destination, fields } = span;
      const first = positions[begin] ?? span.first;
      const last = positions[end - 1] ?? span.end - 1;
      found.set(id, {
        target,
        destination,
        fields,
        entries: (known?.entries ?? 0) + end - begin,
        first: Math.min(known?.first ?? first, first),
        last: Math.max(known?.last ?? last, last),
        firstMs: Math.min(known?.firstMs ?? span.firstMs, span.firstMs),
        lastMs: Math.max(known?.lastMs ?? span.lastMs, span.lastMs),
        isCertain: (known?.isCertain ?? true) && span !== sending,
      });
    }
  }
  return [...found.values()];
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
