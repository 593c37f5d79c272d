// A stream of events held against a set of detections: what each event is, and what several of them are together.
import type { JsonObject } from "#record/log/leaf.ts";
import type { RuleMeta } from "../detection/detection.ts";
import type { FieldReader, Scalar } from "../detection/fields.ts";
import { openOrder } from "./arrival-order.ts";
import type { CorrelationNode, Feed, GroupReader, Ruleset } from "./ruleset.ts";
import { type Moment, openWindow, type Window } from "./window.ts";

/** An event of the log. `fields` are its clear metadata, with sealed fields where a key opened them. */
export type StreamEvent = {
  readonly index: number;
  readonly id: string;
  readonly timeMs: number;
  readonly fields: JsonObject;
  /** Sealed fields are there, so rules with `requires: key` can be asked. */
  readonly isOpened: boolean;
};

/** What was found. `events` are indexes of the log, ascending; `timeMs` is that of the event with which it became true. */
export type Found =
  | {
      readonly kind: "event";
      readonly rule: RuleMeta;
      readonly index: number;
      readonly id: string;
      readonly timeMs: number;
    }
  | {
      readonly kind: "correlation";
      readonly rule: RuleMeta;
      readonly group: Readonly<Record<string, Scalar>>;
      readonly value: number;
      readonly events: readonly number[];
      readonly index: number;
      readonly id: string;
      readonly timeMs: number;
    };

/** What a stream could not look at. */
export type StreamStatus = {
  /** Events that came too late to be correlated. */
  readonly late: number;
  /** How often time began anew, because the clock had been wrong. */
  readonly restarts: number;
  /** Groups that were given up because there were too many at once. */
  readonly groupsDropped: number;
  /** Events beyond what a sum or an average is over. */
  readonly leftOut: number;
  /** Groups of one event beyond the bound. */
  readonly groupsOmitted: number;
};

export type StreamOptions = {
  readonly latenessMs?: number;
  readonly waitingMax?: number;
  readonly lateRunMax?: number;
  /** Groups of one correlation that are remembered at once. */
  readonly groupsMax?: number;
};

/** A stream: events go in one by one, in the order of the log. The same events give the same matches. */
export type DetectionStream = {
  /** Takes an event. What is found may be about earlier ones: correlations wait until nothing can come before an event any more. */
  take(event: StreamEvent): readonly Found[];
  /** Nothing comes any more. */
  end(): readonly Found[];
  status(): StreamStatus;
};

const LATENESS_MS = 10 * 60_000;
const WAITING_MAX = 65_536;
const LATE_RUN_MAX = 64;
const GROUPS_MAX = 10_000;
/** Groups that one event is in, where a field of the group has several values. */
const GROUPS_PER_EVENT_MAX = 64;
const NOTHING: readonly Found[] = [];
const NO_VALUES: readonly Scalar[] = [];

/** One match on its way into a correlation. */
type Signal = {
  readonly feed: Feed;
  readonly groups: readonly Group[];
  readonly values: readonly Scalar[];
};
/** Values of the group's fields, and the same as one text. */
type Group = { readonly values: readonly Scalar[]; readonly key: string };
type GroupMemo = (readonly Group[] | undefined)[];
type Arrival = {
  readonly timeMs: number;
  readonly order: number;
  readonly index: number;
  readonly id: string;
  readonly signals: readonly Signal[];
};
type GroupState = { readonly group: Group; readonly window: Window; lastMs: number };

/**
 * Opens a stream. Events may come late by `latenessMs` (10 minutes); one that comes later is left out of correlations and counted. A correlation
 * remembers `groupsMax` groups (10,000): of more, the one whose last event is oldest is given up and counted.
 */
export function openStream(ruleset: Ruleset, options: StreamOptions = {}): DetectionStream {
  const order = openOrder<Arrival>({
    latenessMs: options.latenessMs ?? LATENESS_MS,
    waitingMax: options.waitingMax ?? WAITING_MAX,
    lateRunMax: options.lateRunMax ?? LATE_RUN_MAX,
  });
  const groupsMax = options.groupsMax ?? GROUPS_MAX;
  const states = ruleset.correlations.map(() => new Map<string, GroupState>());
  const counts = { restarts: 0, groupsDropped: 0, leftOut: 0, groupsOmitted: 0 };
  let taken = 0;

  const groupsFor = (
    { place, readers }: GroupReader,
    fields: JsonObject,
    memo: GroupMemo,
  ): readonly Group[] => {
    const before = memo[place];
    if (before !== undefined) return before;
    const groups = groupsOf(readers, fields);
    if (groups.length > GROUPS_PER_EVENT_MAX)
      counts.groupsOmitted += groups.length - GROUPS_PER_EVENT_MAX;
    const kept = groups
      .slice(0, GROUPS_PER_EVENT_MAX)
      .map((values) => ({ values, key: keyOf(values) }));
    memo[place] = kept;
    return kept;
  };
  const signalOf = (feed: Feed, fields: JsonObject, memo: GroupMemo): Signal | undefined => {
    const groups = groupsFor(feed.groupReader, fields, memo);
    if (groups.length === 0) return undefined;
    const values =
      feed.valueReader === undefined ? NO_VALUES : valuesWith(feed.valueReader, fields);
    return { feed, groups, values };
  };

  const stateOf = (node: CorrelationNode, group: Group, nowMs: number): GroupState => {
    const groups = states[node.place] ?? new Map<string, GroupState>();
    // What lies longer ago than the timespan is as if it had never been.
    for (const [key, state] of groups) {
      if (state.lastMs >= nowMs - node.correlation.timespanMs) break;
      groups.delete(key);
    }
    const { key } = group;
    const state = groups.get(key) ?? { group, window: openWindow(node.correlation), lastMs: nowMs };
    state.lastMs = nowMs;
    groups.delete(key);
    groups.set(key, state);
    for (const oldest of groups.keys()) {
      if (groups.size <= groupsMax) break;
      groups.delete(oldest);
      counts.groupsDropped += 1;
    }
    return state;
  };

  const correlate = (arrival: Arrival, found: Found[]): void => {
    const waiting: Signal[][] = [];
    for (const signal of arrival.signals) (waiting[signal.feed.into.place] ??= []).push(signal);
    // Correlations stand behind what feeds them, so one pass in their order is enough.
    for (let place = 0; place < ruleset.correlations.length; place += 1) {
      const signals = waiting[place];
      const node = ruleset.correlations[place];
      if (signals === undefined || node === undefined) continue;
      for (const { group, moment } of momentsOf(signals, arrival)) {
        const { window } = stateOf(node, group, arrival.timeMs);
        const before = window.leftOut;
        const evidence = window.take(moment);
        counts.leftOut += window.leftOut - before;
        if (evidence === undefined) continue;
        if (node.reported !== undefined) {
          const names = node.correlation.groupBy.map(
            (name, at) => [name, group.values[at] ?? ""] as const,
          );
          const { timeMs, index, id } = arrival;
          const events = [...new Set(evidence.events)].sort((one, other) => one - other);
          found.push({
            kind: "correlation",
            rule: node.reported,
            group: Object.fromEntries(names),
            value: evidence.value,
            events,
            index,
            id,
            timeMs,
          });
        }
        for (const feed of node.feeds)
          (waiting[feed.into.place] ??= []).push(innerSignal(feed, node, group));
      }
    }
  };

  const correlateAll = (released: ReturnType<typeof order.push>): readonly Found[] => {
    if (released.length === 0) return NOTHING;
    const found: Found[] = [];
    for (const { items, isRestart } of released) {
      if (isRestart) {
        counts.restarts += 1;
        for (const groups of states) groups.clear();
      }
      for (const arrival of items) correlate(arrival, found);
    }
    return found;
  };

  return {
    take({ index, id, timeMs, fields, isOpened }) {
      const kind = fields["kind"];
      const nodes = typeof kind === "string" ? ruleset.byKind.get(kind) : undefined;
      if (nodes === undefined) return NOTHING;
      let found: Found[] | undefined;
      let signals: Signal[] | undefined;
      const memo: GroupMemo = [];
      for (const { test, reported, feeds } of nodes) {
        if ((test.requiresKey && !isOpened) || !test.matches(fields)) continue;
        if (reported !== undefined)
          (found ??= []).push({ kind: "event", rule: reported, index, id, timeMs });
        for (const feed of feeds) {
          const signal = signalOf(feed, fields, memo);
          if (signal !== undefined) (signals ??= []).push(signal);
        }
      }
      if (signals === undefined) return found ?? NOTHING;
      const later = correlateAll(order.push({ timeMs, order: taken++, index, id, signals }));
      return found === undefined ? later : [...found, ...later];
    },
    end: () => correlateAll(order.end()),
    status: () => ({ late: order.late, ...counts }),
  };
}

/** One moment for each group that the signals of an event are about: an event that two rules match counts once. */
function momentsOf(
  signals: readonly Signal[],
  { timeMs, index }: Arrival,
): readonly { readonly group: Group; readonly moment: Moment }[] {
  const [only] = signals;
  if (signals.length === 1 && only !== undefined) {
    const moment = { timeMs, index, inputs: [only.feed.input], values: only.values };
    return only.groups.map((group) => ({ group, moment }));
  }
  const groups = new Map<string, { group: Group; inputs: Set<number>; values: Set<Scalar> }>();
  for (const { feed, groups: own, values } of signals)
    for (const group of own) {
      const known = groups.get(group.key) ?? { group, inputs: new Set(), values: new Set() };
      known.inputs.add(feed.input);
      for (const value of values) known.values.add(value);
      groups.set(group.key, known);
    }
  return [...groups.values()].map(({ group, inputs, values }) => ({
    group,
    moment: {
      timeMs,
      index,
      inputs: [...inputs].sort((one, other) => one - other),
      values: [...values],
    },
  }));
}

/** The match of a correlation on its way into the one above it: its fields are those that it is grouped by. */
function innerSignal(feed: Feed, from: CorrelationNode, group: Group): Signal {
  const at = (name: string): Scalar => group.values[from.correlation.groupBy.indexOf(name)] ?? "";
  const { field } = feed.into.correlation;
  const values = feed.groupFields.map(at);
  return {
    feed,
    groups: [{ values, key: keyOf(values) }],
    values: field === undefined ? NO_VALUES : [at(field)],
  };
}

/** A text that stands for the values: two groups have the same only where all values are the same, and of the same kind. */
function keyOf(values: readonly Scalar[]): string {
  const [only] = values;
  return values.length === 1 && typeof only === "string" ? `"${only}` : JSON.stringify(values);
}

/** Every combination of values of the fields; none where the event lacks one of them. */
function groupsOf(readers: readonly FieldReader[], fields: JsonObject): readonly Scalar[][] {
  let groups: Scalar[][] = [[]];
  for (const reader of readers) {
    const values = valuesWith(reader, fields);
    if (values.length === 0) return [];
    groups = groups
      .slice(0, GROUPS_PER_EVENT_MAX)
      .flatMap((group) => values.map((value) => [...group, value]));
  }
  return groups;
}

function valuesWith(reader: FieldReader, fields: JsonObject): readonly Scalar[] {
  const values: Scalar[] = [];
  reader(fields, (value) => {
    if (!values.includes(value)) values.push(value);
    return false;
  });
  return values;
}
