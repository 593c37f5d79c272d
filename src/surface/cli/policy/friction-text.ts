// Lines about what the guard costs people, for one machine and for many.
import { Failure } from "#base/failure.ts";
import type { DearRule, FrictionSums } from "#assure/rollout/friction.ts";

/** The number of days in `--last`. Throws a Failure `usage`. */
export function readLastDays(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new Failure("usage", "`--last` is a number of days from 1 to 99");
}

/** How questions were answered: `3 yes, 1 no, 4 s to an answer`. */
export function answersText({
  allowed,
  declined,
  waitedMs,
}: Pick<FrictionSums, "allowed" | "declined" | "waitedMs">): string {
  const answered = allowed + declined;
  const wait = answered === 0 ? "" : `, ${(waitedMs / answered / 1_000).toFixed(0)} s to an answer`;
  return `${allowed} yes, ${declined} no${wait}`;
}

/** A line for each of the rules that cost most, below their heading. */
export function dearRuleLines(rules: readonly DearRule[]): readonly string[] {
  return [
    "the rules that cost most:",
    ...rules.map(
      ({ rule, asked, allowed, refused, advice }) =>
        `  ${rule}: asked ${asked}, ${allowed} answered yes, refused ${refused}. ${advice}`,
    ),
  ];
}
