// Hours in which a channel is not to be disturbed, by the clock on the wall of its time zone.

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** From one minute of the day until before another; past midnight where `to` is not later. `days` are those on which it begins. */
export type QuietHours = {
  /** A name of the IANA data base, such as `Europe/Berlin`. */
  readonly zone: string;
  /** Minutes since midnight, 0 to 1439. */
  readonly from: number;
  /** Minutes since midnight, 1 to 1440. */
  readonly to: number;
  readonly days: readonly Weekday[];
};

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;
const STEP_MS = 30 * MINUTE_MS;
/** Past this a channel is not quiet any more, whatever its hours say: nothing may wait for ever. */
export const QUIET_MS_MAX = 8 * 24 * 60 * MINUTE_MS;

/** Whether a name is one of a time zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Says until when it is quiet at a time, or undefined where it is not. */
export type QuietClock = (nowMs: number) => number | undefined;

/**
 * The clock of some hours. A change of the clocks moves the end with the wall clock: where the end falls into a skipped hour, it
 * is the moment of the change. An hour that comes twice is quiet twice.
 */
export function quietClock(hours: QuietHours): QuietClock {
  const wall = wallClock(hours.zone);
  const isQuiet = (timeMs: number): boolean => isWithin(hours, wall(timeMs));
  // WHY kept: a storm asks a hundred thousand times within the same hours.
  let known = { fromMs: 0, untilMs: 0 };
  return (nowMs) => {
    if (nowMs >= known.fromMs && nowMs < known.untilMs) return known.untilMs;
    if (!isQuiet(nowMs)) return undefined;
    known = { fromMs: nowMs, untilMs: endOf(isQuiet, nowMs) };
    return known.untilMs;
  };
}

/** The first minute after a quiet one that is not quiet. */
function endOf(isQuiet: (timeMs: number) => boolean, nowMs: number): number {
  let quietMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  let openMs = quietMs + STEP_MS;
  while (isQuiet(openMs)) {
    if (openMs - nowMs >= QUIET_MS_MAX) return nowMs + QUIET_MS_MAX;
    quietMs = openMs;
    openMs += STEP_MS;
  }
  // INVARIANT: quiet at `quietMs`, open at `openMs`, both whole minutes.
  while (openMs - quietMs > MINUTE_MS) {
    const middleMs = quietMs + Math.floor((openMs - quietMs) / 2 / MINUTE_MS) * MINUTE_MS;
    if (isQuiet(middleMs)) quietMs = middleMs;
    else openMs = middleMs;
  }
  return openMs;
}

type Wall = { readonly day: number; readonly minute: number };

function isWithin({ from, to, days }: QuietHours, { day, minute }: Wall): boolean {
  const begins = (on: number): boolean => days.includes(WEEKDAYS[(on + 7) % 7] ?? "mon");
  if (from < to) return begins(day) && minute >= from && minute < to;
  return (begins(day) && minute >= from) || (begins(day - 1) && minute < to);
}

/** Day of the week from Monday, and minute of the day, at a time in a zone. */
function wallClock(zone: string): (timeMs: number) => Wall {
  const form = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (timeMs) => {
    const parts = new Map(form.formatToParts(timeMs).map(({ type, value }) => [type, value]));
    const name = (parts.get("weekday") ?? "").slice(0, 3).toLowerCase();
    const day = WEEKDAYS.findIndex((weekday) => weekday === name);
    const minute = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
    return { day, minute: minute % DAY_MINUTES };
  };
}
