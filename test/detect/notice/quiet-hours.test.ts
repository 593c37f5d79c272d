// Quiet hours by the clock on the wall, over days, zones and changes of the clocks.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quietClock, QUIET_MS_MAX, type QuietHours, WEEKDAYS } from "#detect/notice/quiet-hours.ts";

const at = (text: string): number => Date.parse(text);
const hours = (from: string, to: string, more: Partial<QuietHours> = {}): QuietHours => {
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return { zone: "Europe/Berlin", from: minutes(from), to: minutes(to), days: WEEKDAYS, ...more };
};

describe("quiet hours", () => {
  const cases: readonly (readonly [string, QuietHours, string, string | undefined])[] = [
    [
      "a night ends in the morning",
      hours("22:00", "07:00"),
      "2030-01-15T22:30:00Z",
      "2030-01-16T06:00:00Z",
    ],
    ["noon is not quiet", hours("22:00", "07:00"), "2030-01-15T12:00:00Z", undefined],
    [
      "the first minute is quiet",
      hours("22:00", "07:00"),
      "2030-01-15T21:00:00Z",
      "2030-01-16T06:00:00Z",
    ],
    ["the last minute is over", hours("22:00", "07:00"), "2030-01-16T06:00:00Z", undefined],
    [
      "summer has another offset",
      hours("22:00", "07:00"),
      "2030-07-15T20:00:00Z",
      "2030-07-16T05:00:00Z",
    ],
    // The clocks go from 02:00 to 03:00 on 31 March 2030, and from 03:00 to 02:00 on 27 October.
    [
      "a night in which an hour is skipped is an hour shorter",
      hours("22:00", "07:00"),
      "2030-03-30T21:00:00Z",
      "2030-03-31T05:00:00Z",
    ],
    [
      "a night in which an hour comes twice is an hour longer",
      hours("22:00", "07:00"),
      "2030-10-26T20:00:00Z",
      "2030-10-27T06:00:00Z",
    ],
    [
      "an end in the skipped hour is the change",
      hours("22:00", "02:30"),
      "2030-03-30T23:00:00Z",
      "2030-03-31T01:00:00Z",
    ],
    [
      "hours that are skipped whole are never quiet",
      hours("02:00", "03:00"),
      "2030-03-31T01:00:00Z",
      undefined,
    ],
    [
      "an hour that comes twice is quiet the first time",
      hours("02:00", "02:30"),
      "2030-10-27T00:10:00Z",
      "2030-10-27T00:30:00Z",
    ],
    [
      "and the second time",
      hours("02:00", "02:30"),
      "2030-10-27T01:10:00Z",
      "2030-10-27T01:30:00Z",
    ],
    [
      "a zone with half an hour",
      hours("22:00", "07:00", { zone: "Asia/Kolkata" }),
      "2030-01-15T16:30:00Z",
      "2030-01-16T01:30:00Z",
    ],
    [
      "a zone that changes by half an hour",
      hours("22:00", "07:00", { zone: "Australia/Lord_Howe" }),
      "2030-10-05T12:00:00Z",
      "2030-10-05T20:00:00Z",
    ],
    [
      "a night belongs to the day on which it begins",
      hours("22:00", "07:00", { days: ["fri"] }),
      "2030-01-19T02:00:00Z",
      "2030-01-19T06:00:00Z",
    ],
    [
      "and not to the day on which it ends",
      hours("22:00", "07:00", { days: ["sat"] }),
      "2030-01-19T02:00:00Z",
      undefined,
    ],
    [
      "two whole days follow each other",
      hours("00:00", "24:00", { days: ["sat", "sun"] }),
      "2030-01-19T10:00:00Z",
      "2030-01-20T23:00:00Z",
    ],
  ];
  it.each(cases)("%s", (_name, quiet, now, until) => {
    const end = quietClock(quiet)(at(now));
    expect(end === undefined ? undefined : new Date(end).toISOString()).toBe(
      until === undefined ? undefined : new Date(at(until)).toISOString(),
    );
  });

  it("end, whatever they say", () => {
    const now = at("2030-01-15T12:00:00Z");
    expect(quietClock(hours("00:00", "24:00"))(now)).toBe(now + QUIET_MS_MAX);
  });

  it("are never quiet at the end that they give, and quiet a minute before it", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "UTC",
      "Africa/Casablanca",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: 1, max: 1_440 }),
        fc.integer({ min: at("2030-01-01T00:00:00Z"), max: at("2031-01-01T00:00:00Z") }),
        (zone, from, to, now) => {
          fc.pre(from !== to && (to - from + 1_440) % 1_440 <= 1_410 && to - from !== 1_440);
          const quiet = { zone, from, to, days: WEEKDAYS };
          const end = quietClock(quiet)(now);
          if (end === undefined) return;
          expect(end).toBeGreaterThan(now);
          // A clock of its own each time: none may remember the other's answer.
          expect(quietClock(quiet)(end)).toBeUndefined();
          if (end - 60_000 > now) expect(quietClock(quiet)(end - 60_000)).toBe(end);
        },
      ),
      { numRuns: 300 },
    );
  });
});
