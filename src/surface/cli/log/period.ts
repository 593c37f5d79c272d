// A period of the log as options name it: `--since` and `--until`, in UTC unless an offset is given.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readMoment } from "#record/index/filter-time.ts";

/** From `sinceMs` to before `untilMs`, Unix milliseconds; without an end it is open there. */
export type Period = { readonly sinceMs: number; readonly untilMs: number };

export const periodOptions = {
  since: {
    type: "string",
    valueHint: "TIME",
    description:
      "from this day or time on, such as 2026-03-01 or 2026-03-01T08:00:00Z; from so long ago, such as 1h or 7d; or a range with its last day: 2026-03-01..2026-03-07",
  },
  until: {
    type: "string",
    valueHint: "TIME",
    description: "up to this day or time, without it; or up to so long ago, such as 1h",
  },
} as const;

const FORMS =
  "give a day such as `2026-03-01`, a time with its offset such as `2026-03-01T08:00:00Z`, or so long ago such as `1h` or `7d`";

/**
 * The period of two options; so long ago counts back from `nowMs`. A Failure `usage` when one is no time, a range stands beside an
 * end, or the end is not after the start.
 */
export function readPeriod(
  given: { since?: string | undefined; until?: string | undefined },
  nowMs: number = Date.now(),
): Period {
  const { since, until } = given;
  const range = since === undefined ? null : /^(.+)\.\.(.+)$/.exec(since);
  if (range !== null) {
    if (until !== undefined)
      throw new Failure("usage", "`--since` is a range and has its end: leave `--until` out");
    const [from, to] = [range[1] ?? "", range[2] ?? ""];
    // A range ends with the last day that it names, as in a filter.
    return ordered({
      sinceMs: momentOf(from, "--since", nowMs).fromMs,
      untilMs: momentOf(to, "--since", nowMs).untilMs,
    });
  }
  return ordered({
    sinceMs: since === undefined ? 0 : momentOf(since, "--since", nowMs).fromMs,
    untilMs:
      until === undefined ? Number.POSITIVE_INFINITY : momentOf(until, "--until", nowMs).fromMs,
  });
}

function ordered(period: Period): Period {
  if (period.untilMs > period.sinceMs) return period;
  throw new Failure("usage", "`--until` is not after `--since`: no event could lie between them");
}

/** Whether a time lies in the period. */
export function isWithinPeriod(timeMs: number, { sinceMs, untilMs }: Period): boolean {
  return timeMs >= sinceMs && timeMs < untilMs;
}

function momentOf(
  text: string,
  option: string,
  nowMs: number,
): { readonly fromMs: number; readonly untilMs: number } {
  const moment = readMoment(text, nowMs);
  if (moment !== undefined) return moment;
  throw new Failure("usage", `\`${option}\` is \`${printable(text)}\`: ${FORMS}`);
}
