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

/** A whole number with its thousands apart. */
export const formatCount = (count: number) => count.toLocaleString("en");
