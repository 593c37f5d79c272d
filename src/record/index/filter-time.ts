// Times in a filter: a day, a moment, a range of them, or so long ago.
import type { Compare } from "./filter.ts";

/** From `fromMs` on and before `untilMs`, Unix milliseconds. */
export type Times = { readonly fromMs: number; readonly untilMs: number };

/** No event is later: the time of an event has 48 bits. */
export const TIME_MS_MAX = 2 ** 48;
const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const FORM = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const WRONG =
  "give a day such as `2026-03-01`, a time such as `2026-03-01T08:00:00Z`, a range with `..`, or so long ago such as `24h` or `7d`";

/** The times that a value and its comparison mean, or what is wrong with it in words. */
export function readTimes(text: string, compare: Compare, nowMs: number): Times | string {
  const range = /^(.+)\.\.(.+)$/.exec(text);
  if (range !== null) {
    const [from, until] = [readSpan(range[1] ?? "", nowMs), readSpan(range[2] ?? "", nowMs)];
    if (compare !== "=") return "a range has no comparison: write `time:FROM..UNTIL`";
    if (from === undefined || until === undefined) return WRONG;
    // A range ends with the last day that it names.
    return { fromMs: from.fromMs, untilMs: until.untilMs };
  }
  const span = readSpan(text, nowMs);
  if (span === undefined) return WRONG;
  switch (compare) {
    case "=":
      return { fromMs: span.fromMs, untilMs: span.isAgo ? TIME_MS_MAX : span.untilMs };
    case "<":
      return { fromMs: 0, untilMs: span.fromMs };
    case "<=":
      return { fromMs: 0, untilMs: span.untilMs };
    case ">":
      return { fromMs: span.untilMs, untilMs: TIME_MS_MAX };
    case ">=":
      return { fromMs: span.fromMs, untilMs: TIME_MS_MAX };
    default:
      return compare satisfies never;
  }
}

/**
 * The times that one word means: a day as a whole, a moment, or so long ago (`1h`, or `-1h`) as the moment that it was;
 * undefined for another text.
 */
export function readMoment(text: string, nowMs: number): Times | undefined {
  return readSpan(text, nowMs);
}

/** A day of the calendar, such as `2026-03-01`, as a whole; undefined for another text. */
export function readDay(text: string): Times | undefined {
  return DAY.test(text) ? readSpan(text, 0) : undefined;
}

/** So long ago in milliseconds: `24h`, `7d`; undefined for another text. */
function readAgo(text: string): number | undefined {
  const match = /^(\d{1,6})([mhdw])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

function readSpan(text: string, nowMs: number): (Times & { readonly isAgo: boolean }) | undefined {
  // WHY both: options take `7d`, and who knows filters writes `-7d`.
  const ago = readAgo(text.startsWith("-") ? text.slice(1) : text);
  if (ago !== undefined) {
    const fromMs = Math.max(0, nowMs - ago);
    return { fromMs, untilMs: fromMs + 1, isAgo: true };
  }
  const fromMs = FORM.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(fromMs) || !isRealDay(text.slice(0, 10))) return undefined;
  return { fromMs, untilMs: fromMs + (text.length === 10 ? DAY_MS : 1), isAgo: false };
}

/** `Date.parse` moves 30 February into March. */
function isRealDay(day: string): boolean {
  return new Date(Date.parse(day)).getUTCDate() === Number(day.slice(8, 10));
}
