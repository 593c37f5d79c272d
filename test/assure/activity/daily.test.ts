// The daily counts of judged calls: by class and verdict, by kind of effect, in UTC, without probes.
import { expect, it } from "vitest";
import { startDailyTally } from "#assure/activity/daily.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const noon = Date.UTC(2026, 10, 20, 12);
const call = (more: JsonObject): JsonObject => ({ kind: "decision", verdict: "allow", ...more });

it("counts classes, verdicts and effects for each day", () => {
  const tally = startDailyTally();
  tally.add(call({ class: "read-only", effects: { "read/project": 3 } }), noon);
  tally.add(
    call({ class: "external", verdict: "deny", effects: { "delete/system": 1, "read/home": 2 } }),
    noon,
  );
  tally.add(call({ class: "external", verdict: "ask", effects: { "delete/home": 1 } }), noon + 1);
  tally.add(call({ class: "local-compute", effects: {} }), Date.UTC(2026, 10, 19, 23, 59, 59, 999));
  expect(tally.result()).toEqual([
    { day: "2026-11-19", calls: 1, classes: { "local-compute": { allow: 1 } }, effects: {} },
    {
      day: "2026-11-20",
      calls: 3,
      classes: { "read-only": { allow: 1 }, external: { deny: 1, ask: 1 } },
      effects: { delete: 2, read: 2 },
    },
  ]);
});

it("leaves out probes, other events and what is no verdict, and names what has no class", () => {
  const tally = startDailyTally();
  tally.add(call({ canary: true }), noon);
  tally.add({ kind: "result", verdict: "allow" }, noon);
  tally.add(call({ verdict: "maybe" }), noon);
  tally.add(call({ class: "strange", effects: "x" }), noon);
  tally.add(call({}), noon);
  expect(tally.result()).toEqual([
    { day: "2026-11-20", calls: 2, classes: { "not-recorded": { allow: 2 } }, effects: {} },
  ]);
});

it("keeps a bounded number of days", () => {
  const tally = startDailyTally();
  const days = 4_100;
  for (let day = 0; day < days; day += 1) tally.add(call({}), day * 86_400_000);
  tally.add(call({}), Number.NaN);
  const result = tally.result();
  expect(result.length).toBeLessThanOrEqual(4_001);
  expect(result.reduce((sum, { calls }) => sum + calls, 0)).toBe(days + 1);
  expect(result.at(-1)?.day).toBe("more");
});
