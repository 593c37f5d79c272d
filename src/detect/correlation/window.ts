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
      return new Listing(correlation);
    case "value_count":
      return new Distinct(correlation);
    case "temporal":
      return new Temporal(correlation);
    case "temporal_ordered":
      return new Ordered(correlation);
    default:
      return correlation.type satisfies never;
  }
}

type Held = { readonly timeMs: number; readonly index: number; readonly value: number };

// WHY classes: a correlation by calls has a window for each call of a day, and functions of its own would be most of what one takes.

/** Events one by one: their number, or the sum or average of a field. */
class Listing implements Window {
  readonly #of: Correlation;
  #held: Held[] = [];
  #first = 0;
  #isTold = false;
  #leftOut = 0;

  constructor(of: Correlation) {
    this.#of = of;
  }

  take({ timeMs, index, values }: Moment): Evidence | undefined {
    const { type, timespanMs } = this.#of;
    const newest = this.#held.at(-1);
    if (newest === undefined || newest.timeMs < timeMs - timespanMs) {
      [this.#held, this.#first, this.#isTold] = [[], 0, false];
    } else {
      while (this.#first < this.#held.length) {
        const leaving = this.#held[this.#first];
        if (leaving === undefined || leaving.timeMs >= timeMs - timespanMs) break;
        while (this.#held[this.#first]?.timeMs === leaving.timeMs) this.#first += 1;
        if (this.#isTold && !this.#isMet()) this.#isTold = false;
      }
    }
    const numbers = values.filter((value) => typeof value === "number");
    if (type !== "event_count" && numbers.length === 0) return undefined;
    this.#held.push({ timeMs, index, value: numbers.reduce((sum, value) => sum + value, 0) });
    if (this.#held.length - this.#first > HELD_MAX) {
      this.#first += 1;
      // A count beyond what is held is above every bound, and is exact again when it falls below.
      if (type !== "event_count") this.#leftOut += 1;
    }
    if (this.#first > HELD_MAX) [this.#held, this.#first] = [this.#held.slice(this.#first), 0];
    if (!this.#isMet()) {
      this.#isTold = false;
      return undefined;
    }
    if (this.#isTold) return undefined;
    this.#isTold = true;
    const events = this.#held.slice(Math.max(this.#first, this.#held.length - EVIDENCE_MAX));
    return { value: this.#value(), events: events.map((one) => one.index) };
  }

  get leftOut(): number {
    return this.#leftOut;
  }

  #value(): number {
    const { type } = this.#of;
    const count = this.#held.length - this.#first;
    if (type === "event_count") return count;
    let sum = 0;
    for (let place = this.#first; place < this.#held.length; place += 1)
      sum += this.#held[place]?.value ?? 0;
    return type === "value_sum" ? sum : sum / count;
  }

  #isMet(): boolean {
    return this.#first < this.#held.length && areMet(this.#of.bounds, this.#value());
  }
}

/** Distinct values, each with when it was last seen; in that order. */
class Distinct implements Window {
  readonly #of: Correlation;
  readonly #seen = new Map<Scalar, { readonly timeMs: number; readonly index: number }>();
  #isTold = false;

  constructor(of: Correlation) {
    this.#of = of;
  }

  take({ timeMs, index, values }: Moment): Evidence | undefined {
    const { timespanMs } = this.#of;
    const seen = this.#seen;
    let leavingMs: number | undefined;
    for (const [value, at] of seen) {
      if (leavingMs !== undefined && at.timeMs !== leavingMs && this.#isTold && !this.#isMet())
        this.#isTold = false;
      if (at.timeMs >= timeMs - timespanMs) break;
      leavingMs = at.timeMs;
      seen.delete(value);
    }
    if (leavingMs !== undefined && this.#isTold && !this.#isMet()) this.#isTold = false;
    if (values.length === 0) return undefined;
    for (const value of values) {
      seen.delete(value);
      seen.set(value, { timeMs, index });
    }
    for (const value of seen.keys()) {
      if (seen.size <= HELD_MAX) break;
      seen.delete(value);
    }
    if (!this.#isMet()) {
      this.#isTold = false;
      return undefined;
    }
    if (this.#isTold) return undefined;
    this.#isTold = true;
    const events = [...new Set([...seen.values()].map((at) => at.index))];
    return { value: seen.size, events: events.slice(-EVIDENCE_MAX) };
  }

  get leftOut(): number {
    return 0;
  }

  #isMet(): boolean {
    return this.#seen.size > 0 && areMet(this.#of.bounds, this.#seen.size);
  }
}

/** When each rule matched last: all of them, or as many as the condition says. */
class Temporal implements Window {
  readonly #of: Correlation;
  readonly #last: ({ readonly timeMs: number; readonly index: number } | undefined)[];
  #isTold = false;

  constructor(of: Correlation) {
    this.#of = of;
    this.#last = of.rules.map(() => undefined);
  }

  take({ timeMs, index, inputs }: Moment): Evidence | undefined {
    const { timespanMs, bounds, rules } = this.#of;
    const needed = bounds[0]?.value ?? rules.length;
    const within = () =>
      this.#last.filter((at) => at !== undefined && at.timeMs >= timeMs - timespanMs);
    if (within().length < needed) this.#isTold = false;
    for (const input of inputs) this.#last[input] = { timeMs, index };
    const now = within();
    if (now.length < needed || this.#isTold) return undefined;
    this.#isTold = true;
    const events = new Set(now.flatMap((at) => at?.index ?? []));
    return { value: now.length, events: [...events].sort((one, other) => one - other) };
  }

  get leftOut(): number {
    return 0;
  }
}

type Chain = { readonly firstMs: number; readonly events: readonly number[] };

/**
 * For each rule the chain up to it that begins latest: the whole order lies within the timespan exactly when that of the last rule does. Every
 * step is an event of its own.
 */
class Ordered implements Window {
  readonly #of: Correlation;
  readonly #chains: (Chain | undefined)[];
  #isTold = false;

  constructor(of: Correlation) {
    this.#of = of;
    this.#chains = of.rules.map(() => undefined);
  }

  take({ timeMs, index, inputs }: Moment): Evidence | undefined {
    const { timespanMs, rules } = this.#of;
    const chains = this.#chains;
    const isMet = (): boolean => (chains.at(-1)?.firstMs ?? -Infinity) >= timeMs - timespanMs;
    if (!isMet()) this.#isTold = false;
    // The last rule first: an event that two rules match must not be both steps.
    for (const input of inputs.toReversed()) {
      const before: Chain | undefined =
        input === 0 ? { firstMs: timeMs, events: [] } : chains[input - 1];
      if (before === undefined || before.firstMs < (chains[input]?.firstMs ?? -Infinity)) continue;
      chains[input] = { firstMs: before.firstMs, events: [...before.events, index] };
    }
    if (!isMet() || this.#isTold) return undefined;
    this.#isTold = true;
    return { value: rules.length, events: chains.at(-1)?.events ?? [] };
  }

  get leftOut(): number {
    return 0;
  }
}
