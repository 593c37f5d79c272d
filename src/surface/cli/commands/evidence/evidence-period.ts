// The period of an evidence pack as options name it: two days in UTC, both part of it.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readDay } from "#record/index/filter-time.ts";

export const periodArguments = {
  from: { type: "string", required: true, valueHint: "DAY", description: "first day, in UTC" },
  to: {
    type: "string",
    required: true,
    valueHint: "DAY",
    description: "last day, in UTC; it is part of the period",
  },
} as const;

/** Whether and where it is looked at how projects are set up. */
export const postureArguments = {
  project: {
    type: "string",
    valueHint: "DIR",
    description: "look at the posture of this project (default: every guarded one)",
  },
  "without-posture": { type: "boolean", description: "do not look at how projects are set up" },
} as const;

/** Days of the longest period. */
const DAYS_MAX = 3_660;

/** From the first millisecond of `from` to before the day after `to`. Throws a Failure `usage`. */
export function readDays(
  { from, to }: { readonly from: string; readonly to: string },
  nowMs: number,
): {
  readonly from: string;
  readonly to: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
} {
  const [sinceMs, untilMs] = [dayOf("--from", from).fromMs, dayOf("--to", to).untilMs];
  if (untilMs <= sinceMs) throw new Failure("usage", "`--to` is before `--from`: exchange them");
  if (untilMs - sinceMs > DAYS_MAX * 86_400_000)
    throw new Failure("usage", `a period has up to ${DAYS_MAX} days`);
  if (sinceMs > nowMs) throw new Failure("usage", "`--from` is not yet: name a day that is over");
  return { from, to, sinceMs, untilMs, nowMs };
}

function dayOf(
  option: string,
  text: string,
): { readonly fromMs: number; readonly untilMs: number } {
  const moment = readDay(text);
  if (moment !== undefined && moment.fromMs >= 0) return moment;
  throw new Failure(
    "usage",
    `\`${option}\` is \`${printable(text)}\`: give a day such as 2026-03-31`,
  );
}
