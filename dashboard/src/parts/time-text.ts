// Times and numbers as texts: in the reader's zone and language, with UTC beside them.

const RELATIVE: readonly (readonly [ms: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
];

/** ISO 8601 in UTC, or a word where the number is no time. */
export function utcText(timeMs: number): string {
  return Number.isFinite(timeMs) && Math.abs(timeMs) <= 8.64e15
    ? new Date(timeMs).toISOString().replace(/\.000Z$/, "Z")
    : "no time";
}

/** Date and time in the reader's zone; today's without its date. */
export function localText(timeMs: number, nowMs = Date.now()): string {
  if (utcText(timeMs) === "no time") return "no time";
  const [time, now] = [new Date(timeMs), new Date(nowMs)];
  const clock = time.toLocaleTimeString(undefined, { hour12: false });
  if (time.toDateString() === now.toDateString()) return clock;
  const year = String(time.getFullYear()).padStart(4, "0");
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${year}-${month}-${day} ${clock}`;
}

const DAY_MS = 86_400_000;

/** Whether these times are days: the API counts them in UTC, and another zone would put them on the day before. */
export function areDays(timesMs: readonly number[]): boolean {
  return timesMs.length > 1 && timesMs.every((ms) => ms % DAY_MS === 0);
}

/** A day in UTC, as a date. */
export function utcDay(timeMs: number): string {
  return utcText(timeMs).slice(0, 10);
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A zone by its name, with what it is away from UTC at that time. */
export function zoneText(atMs = Date.now(), timeZone = ownZone()): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const away = parts.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const text = away
    .replace("GMT", "UTC")
    .replace(
      /([+-])0?(\d+):(\d+)$/,
      (_, sign, hours, minutes) => `${sign}${hours}${minutes === "00" ? "" : `:${minutes}`}`,
    );
  return timeZone === "UTC" ? timeZone : `${timeZone} (${text})`;
}

/** Labels of an axis of seconds: the date where a day is first named and where it changes, else the reader's clock in 24 hours. */
export function axisLabels(
  seconds: readonly number[],
  isOfDays: boolean,
  timeZone = isOfDays ? "UTC" : ownZone(),
): string[] {
  const clockOf = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const dateOf = new Intl.DateTimeFormat(undefined, { timeZone, day: "numeric", month: "short" });
  let before = "";
  return seconds.map((second) => {
    const date = dateOf.format(second * 1_000);
    const isNew = date !== before;
    before = date;
    if (isOfDays) return isNew ? date : "";
    const clock = clockOf.format(second * 1_000);
    if (!isNew) return clock;
    return clock === "00:00" ? date : `${clock}\n${date}`;
  });
}

/** Such as `3 minutes ago` or `in 2 hours`. */
export function relativeText(timeMs: number, nowMs = Date.now()): string {
  const away = timeMs - nowMs;
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [ms, unit] of RELATIVE)
    if (Math.abs(away) >= ms) return format.format(Math.trunc(away / ms), unit);
  return "now";
}

/** Such as `4 min 10 s`; milliseconds below a second. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** Millionths of a US dollar. */
export const dollars = (micros: number) => `$${(micros / 1_000_000).toFixed(2)}`;

/** A whole number with its thousands apart. */
export const formatCount = (count: number) => count.toLocaleString("en");
