// What one group of a correlation remembers: what lies within its timespan, and whether the condition was reported already.
import { areMet, type Correlation, HELD_MAX } from "./correlation.ts";
import type { Scalar } from "../detection/fields.ts";

/** Events that a match names. */
const EVIDENCE_MAX = 32;

/** An event that arrives in a group. `inputs` are the numbers of the rules that matched it, ascending. */
export type Moment = {
  readonly timeMs: number;
  readonly index: number;
  readonly inputs: readonly number[];
  readonly values: readonly Scalar[];
};

/** What made a condition true: its value (a count, a sum, an average, a number of rules) and the events, the newest of many. */
export type Evidence = { readonly value: number; readonly events: readonly number[] };

/**
 * The window of one group slides with every event: it holds what is at most the timespan older than the event, both ends included. Events come in the
 * order of their times. `take` gives evidence when the condition holds with the event and has been false since it was last given: false with some
 * event before, or in between, when enough had left the window. An empty window is false, whatever the condition. So a condition that stays true
 * is told once, and one that becomes true only because events left is told with the next event.
 */
export type Window = {
  take(moment: Moment): Evidence | undefined;
  /** Events that were left out because more than a window holds came within one timespan, and the value is not exact any more. */
  readonly leftOut: number;
};

/** A window for a group of the correlation. `event_count` and `value_count` are exact however many events there are; a sum or an average is over the newest 4,096. */
export function openWindow(correlation: Correlation): Window {
  switch (correlation.type) {
    case "event_count":
    case "value_sum":
    case "value_avg":
      return openListing(correlation);
    case "value_count":
      return openDistinct(correlation);
    case "temporal":
      return openTemporal(correlation);
    case "temporal_ordered":
      return openOrdered(correlation);
    default:
      return correlation.type satisfies never;
  }
}

type Held = { readonly timeMs: number; readonly index: number; readonly value: number };

/** Events one by one: their number, or the sum or average of a field. */
function openListing({ type, timespanMs, bounds }: Correlation): Window {
  let held: Held[] = [];
  let first = 0;
  let isTold = false;
  let leftOut = 0;
  const valueNow = (): number => {
    const count = held.length - first;
    if (type === "event_count") return count;
    let sum = 0;
    for (let place = first; place < held.length; place += 1) sum += held[place]?.value ?? 0;
    return type === "value_sum" ? sum : sum / count;
  };
  const isMet = (): boolean => first < held.length && areMet(bounds, valueNow());
  return {
    take({ timeMs, index, values }) {
      const newest = held.at(-1);
      if (newest === undefined || newest.timeMs < timeMs - timespanMs) {
        [held, first, isTold] = [[], 0, false];
      } else {
        while (first < held.length) {
          const leaving = held[first];
          if (leaving === undefined || leaving.timeMs >= timeMs - timespanMs) break;
          while (held[first]?.timeMs === leaving.timeMs) first += 1;
          if (isTold && !isMet()) isTold = false;
        }
      }
      const numbers = values.filter((value) => typeof value === "number");
      if (type !== "event_count" && numbers.length === 0) return undefined;
      held.push({ timeMs, index, value: numbers.reduce((sum, value) => sum + value, 0) });
      if (held.length - first > HELD_MAX) {
        first += 1;
        // A count beyond what is held is above every bound, and is exact again when it falls below.
        if (type !== "event_count") leftOut += 1;
      }
      if (first > HELD_MAX) [held, first] = [held.slice(first), 0];
      if (!isMet()) {
        isTold = false;
        return undefined;
      }
      if (isTold) return undefined;
      isTold = true;
      const events = held.slice(Math.max(first, held.length - EVIDENCE_MAX));
      return { value: valueNow(), events: events.map((one) => one.index) };
    },
    get leftOut() {
      return leftOut;
    },
  };
}

/** Distinct values, each with when it was last seen; in that order. */
function openDistinct({ timespanMs, bounds }: Correlation): Window {
  const seen = new Map<Scalar, { readonly timeMs: number; readonly index: number }>();
  let isTold = false;
  const isMet = (): boolean => seen.size > 0 && areMet(bounds, seen.size);
  return {
    take({ timeMs, index, values }) {
      let leavingMs: number | undefined;
      for (const [value, at] of seen) {
        if (leavingMs !== undefined && at.timeMs !== leavingMs && isTold && !isMet())
          isTold = false;
        if (at.timeMs >= timeMs - timespanMs) break;
        leavingMs = at.timeMs;
        seen.delete(value);
      }
      if (leavingMs !== undefined && isTold && !isMet()) isTold = false;
      if (values.length === 0) return undefined;
      for (const value of values) {
        seen.delete(value);
        seen.set(value, { timeMs, index });
      }
      for (const value of seen.keys()) {
        if (seen.size <= HELD_MAX) break;
        seen.delete(value);
      }
      if (!isMet()) {
        isTold = false;
        return undefined;
      }
      if (isTold) return undefined;
      isTold = true;
      const events = [...new Set([...seen.values()].map((at) => at.index))];
      return { value: seen.size, events: events.slice(-EVIDENCE_MAX) };
    },
    leftOut: 0,
  };
}

/** When each rule matched last: all of them, or as many as the condition says. */
function openTemporal({ timespanMs, bounds, rules }: Correlation): Window {
  const last: ({ readonly timeMs: number; readonly index: number } | undefined)[] = rules.map(
    () => undefined,
  );
  const needed = bounds[0]?.value ?? rules.length;
  let isTold = false;
  return {
    take({ timeMs, index, inputs }) {
      const within = () =>
        last.filter((at) => at !== undefined && at.timeMs >= timeMs - timespanMs);
      if (within().length < needed) isTold = false;
      for (const input of inputs) last[input] = { timeMs, index };
      const now = within();
      if (now.length < needed || isTold) return undefined;
      isTold = true;
      const events = new Set(now.flatMap((at) => at?.index ?? []));
      return { value: now.length, events: [...events].sort((one, other) => one - other) };
    },
    leftOut: 0,
  };
}

type Chain = { readonly firstMs: number; readonly events: readonly number[] };

/**
 * For each rule the chain up to it that begins latest: the whole order lies within the timespan exactly when that of the last rule does. Every
 * step is an event of its own.
 */
function openOrdered({ timespanMs, rules }: Correlation): Window {
  const chains: (Chain | undefined)[] = rules.map(() => undefined);
  let isTold = false;
  return {
    take({ timeMs, index, inputs }) {
      const isMet = (): boolean => (chains.at(-1)?.firstMs ?? -Infinity) >= timeMs - timespanMs;
      if (!isMet()) isTold = false;
      // The last rule first: an event that two rules match must not be both steps.
      for (const input of inputs.toReversed()) {
        const before: Chain | undefined =
          input === 0 ? { firstMs: timeMs, events: [] } : chains[input - 1];
        if (before === undefined || before.firstMs < (chains[input]?.firstMs ?? -Infinity))
          continue;
        chains[input] = { firstMs: before.firstMs, events: [...before.events, index] };
      }
      if (!isMet() || isTold) return undefined;
      isTold = true;
      return { value: rules.length, events: chains.at(-1)?.events ?? [] };
    },
    leftOut: 0,
  };
}
