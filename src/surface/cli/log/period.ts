// A period of the log as options name it: `--since` and `--until`, in UTC unless an offset is given.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";

/** From `sinceMs` to before `untilMs`, Unix milliseconds; without an end it is open there. */
export type Period = { readonly sinceMs: number; readonly untilMs: number };

export const periodOptions = {
  since: {
    type: "string",
    valueHint: "TIME",
    description: "from this day or time on, such as 2026-03-01 or 2026-03-01T08:00:00Z",
  },
  until: { type: "string", valueHint: "TIME", description: "up to this day or time, without it" },
} as const;

const DAY_OR_TIME =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** The period of two options. A Failure `usage` when one is no time, or the end is not after the start. */
export function readPeriod(given: {
  since?: string | undefined;
  until?: string | undefined;
}): Period {
  const sinceMs = given.since === undefined ? 0 : readTime(given.since, "--since");
  const untilMs =
    given.until === undefined ? Number.POSITIVE_INFINITY : readTime(given.until, "--until");
  if (untilMs <= sinceMs) {
    throw new Failure("usage", "`--until` is not after `--since`: no event could lie between them");
  }
  return { sinceMs, untilMs };
}

/** Whether a time lies in the period. */
export function isWithinPeriod(timeMs: number, { sinceMs, untilMs }: Period): boolean {
  return timeMs >= sinceMs && timeMs < untilMs;
}

function readTime(text: string, option: string): number {
  const timeMs = DAY_OR_TIME.test(text) ? Date.parse(text) : Number.NaN;
  // WHY the second look: 30 February is a date that `Date.parse` moves into March.
  const isReal =
    !Number.isNaN(timeMs) &&
    new Date(Date.parse(text.slice(0, 10))).getUTCDate() === Number(text.slice(8, 10));
  if (isReal) return timeMs;
  throw new Failure(
    "usage",
    `\`${option}\` is \`${printable(text)}\`: give a day such as \`2026-03-01\`, or a time with its offset such as \`2026-03-01T08:00:00Z\``,
  );
}
