// What the commands that ask the log share: the filter with its times, and the form of the answer.
import { Failure } from "#base/failure.ts";
import { QUERY_ROWS_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import { periodOptions, readPeriod } from "./period.ts";

export const filterOptions = {
  filter: {
    type: "positional",
    required: false,
    default: "",
    valueHint: "FILTER",
    description:
      "which events, in one pair of quotes: 'verdict:deny tool:Bash'; docs/guide/searching-the-log.md",
  },
  ...periodOptions,
} as const;

export const formOptions = {
  json: { type: "boolean", description: "JSON, one row a line" },
  csv: { type: "boolean", description: "a table for spreadsheets" },
} as const;

/** The filter of a command line with its period: words after the first are part of it. */
export function readFilter(
  words: readonly string[],
  given: { since?: string | undefined; until?: string | undefined },
  nowMs: number,
): string {
  const { sinceMs, untilMs } = readPeriod(given, nowMs);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const times = [
    ...(sinceMs > 0 ? [`time:>=${iso(sinceMs)}`] : []),
    ...(Number.isFinite(untilMs) ? [`time:<${iso(untilMs)}`] : []),
  ];
  const text = words.join(" ").trim();
  return text === "" ? times.join(" ") : times.length === 0 ? text : `(${text}) ${times.join(" ")}`;
}

/** How many rows are wanted. */
export function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= QUERY_ROWS_MAX) return limit;
  throw new Failure(
    "usage",
    `\`--limit\` is \`${printable(text)}\`: give a number from 1 to ${QUERY_ROWS_MAX}`,
  );
}
