// Times as the pages write them: every axis names its day, in whatever zone the reader sits.
import { expect, it } from "vitest";
import { areDays, axisLabels, utcDay, zoneText } from "../../dashboard/src/parts/time-text.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** 28 November 2026 22:00 UTC. */
const AT = Date.UTC(2026, 10, 28, 22) / 1_000;
const hours = (count: number) => Array.from({ length: count }, (_, place) => AT + place * HOUR);

it.each([
  ["UTC", ["22:00\n28", "23:00", "29", "01:00"]],
  ["Asia/Kolkata", ["03:30\n29", "04:30", "05:30", "06:30"]],
  ["America/New_York", ["17:00\n28", "18:00", "19:00", "20:00"]],
])("names the day first and where it changes: hours in %s", (name, expected) => {
  const labels = axisLabels(hours(4), false, name);
  expect(labels.map((label) => label.replace(/ ?Nov ?/, ""))).toEqual(expected);
});

it("counts days where the API counts them, and names each once", () => {
  const first = Date.UTC(2026, 10, 1);
  const days = Array.from({ length: 18 }, (_, place) => first + place * DAY * 1_000);
  expect(areDays(days)).toBe(true);
  const labels = axisLabels(
    days.map((ms) => ms / 1_000),
    true,
  );
  expect(new Set(labels).size).toBe(18);
  expect([labels[0], labels[17]].map((label) => label?.replace(/\D/g, ""))).toEqual(["1", "18"]);
  expect(utcDay(first)).toBe("2026-11-01");
});

it("takes an hour, or a single time, for no row of days", () => {
  expect(areDays([Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 1, 1)])).toBe(false);
  expect(areDays([Date.UTC(2026, 10, 1)])).toBe(false);
});

it.each([
  ["Asia/Kolkata", "Asia/Kolkata (UTC+5:30)"],
  ["America/New_York", "America/New_York (UTC-5)"],
  ["UTC", "UTC"],
])("names the zone: %s", (name, expected) => {
  expect(zoneText(AT * 1_000, name)).toBe(expected);
});
