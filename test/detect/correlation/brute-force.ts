// Correlations worked out from the whole list of events, slowly and without any state: what the windows are held against.
import { areMet, type Correlation } from "#detect/correlation/correlation.ts";
import type { Scalar } from "#detect/detection/fields.ts";

/** An event that some rules of a correlation matched. */
export type PlainEvent = {
  readonly timeMs: number;
  readonly index: number;
  readonly inputs: readonly number[];
  readonly group: string;
  readonly values: readonly Scalar[];
};

/** Where a correlation is told: the group, and the event with which it became true. */
export type Told = { readonly group: string; readonly index: number; readonly value: number };

/** Looks at every instant at which anything changes: an event leaves the window, or one arrives. */
export function tellAll(correlation: Correlation, events: readonly PlainEvent[]): Told[] {
  const told: Told[] = [];
  const sorted = events.toSorted(
    (one, other) => one.timeMs - other.timeMs || one.index - other.index,
  );
  for (const group of new Set(sorted.map((one) => one.group))) {
    const own = sorted.filter((one) => one.group === group && counts(correlation, one));
    let isTold = false;
    for (const [place, event] of own.entries()) {
      const leaving = own
        .slice(0, place)
        .map(({ timeMs }) => timeMs + correlation.timespanMs + 1)
        .filter((instant) => instant <= event.timeMs && instant > (own[place - 1]?.timeMs ?? 0))
        .sort((one, other) => one - other);
      for (const instant of leaving)
        if (valueAt(correlation, own.slice(0, place), instant) === undefined) isTold = false;
      const value = valueAt(correlation, own.slice(0, place + 1), event.timeMs);
      if (value === undefined) isTold = false;
      else if (!isTold) {
        isTold = true;
        told.push({ group, index: event.index, value });
      }
    }
  }
  return told.toSorted(
    (one, other) => one.index - other.index || (one.group < other.group ? -1 : 1),
  );
}

function counts({ type, field }: Correlation, { values }: PlainEvent): boolean {
  if (field === undefined) return true;
  return type === "value_count" ? values.length > 0 : values.some((one) => typeof one === "number");
}

/** What the condition is about, where it holds at that instant. */
function valueAt(
  correlation: Correlation,
  before: readonly PlainEvent[],
  instant: number,
): number | undefined {
  const { type, timespanMs, rules, bounds } = correlation;
  const seen = before.filter(({ timeMs }) => timeMs <= instant && timeMs >= instant - timespanMs);
  if (seen.length === 0) return undefined;
  const numbers = seen.map(({ values }) =>
    values.filter((one) => typeof one === "number").reduce((sum, one) => sum + one, 0),
  );
  const sum = numbers.reduce((all, one) => all + one, 0);
  const given = (value: number) => (areMet(bounds, value) ? value : undefined);
  switch (type) {
    case "event_count":
      return given(seen.length);
    case "value_count":
      return given(new Set(seen.flatMap(({ values }) => values)).size);
    case "value_sum":
      return given(sum);
    case "value_avg":
      return given(sum / seen.length);
    case "temporal": {
      const met = rules.filter((_, rule) =>
        seen.some(({ inputs }) => inputs.includes(rule)),
      ).length;
      return met >= (bounds[0]?.value ?? rules.length) ? met : undefined;
    }
    case "temporal_ordered":
      return hasOrder(seen, rules.length) ? rules.length : undefined;
    default:
      return type satisfies never;
  }
}

/** Whether events stand one behind another, of which each is the next step. */
function hasOrder(seen: readonly PlainEvent[], steps: number): boolean {
  let next = 0;
  for (const { inputs } of seen) if (next < steps && inputs.includes(next)) next += 1;
  return next === steps;
}
