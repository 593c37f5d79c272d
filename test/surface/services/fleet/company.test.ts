// A company under a rollout: rings grow by their figures, a bad version is taken back while few have it, every step is on record.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lived, liveThrough } from "./simulated-company.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-company-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** WHY so many: the first ring, one percent of each tier, has to have a machine. */
const MACHINES = 800;
let lived: Lived;
beforeAll(() => {
  lived = liveThrough(room, { machines: MACHINES, days: 90, badFrom: 76 });
});
const deeds = (track: string) =>
  lived.state.entries.flatMap(({ deed, timeMs, by }) =>
    "tier" in deed && "policy" in deed && `${deed.policy}/${deed.tier}` === track
      ? [{ ...deed, timeMs, by }]
      : [],
  );

test("rings grow one by one, each through every stage, by the figures alone", () => {
  const passed = deeds("strict/regulated").filter(({ what }) => what === "advanced");
  const places = passed.map((deed) => ("ring" in deed ? `${deed.ring} ${deed.stage}` : ""));
  expect(places.slice(0, 5)).toEqual(["0 ask", "0 enforce", "1 observe", "1 ask", "1 enforce"]);
  expect(new Set(places).size).toBe(places.length);
  expect(passed.every(({ by }) => by === "sallyport")).toBe(true);
  expect(deeds("strict/regulated").at(-1)?.what).toBe("completed");
});
test("a bad version is taken back by itself, while few machines have it, with its figures", () => {
  const bad = deeds("baseline/production-adjacent").filter(({ what }) => what === "taken-back");
  expect(bad).toHaveLength(1);
  expect(bad[0] !== undefined && "reasons" in bad[0] && bad[0].reasons.join()).toMatch(
    /questions per hundred calls, where 5 is the limit/,
  );
  expect(lived.badMachines).toBeGreaterThan(0);
  expect(lived.badMachines).toBeLessThan(MACHINES * 0.03);
});
test("after it every machine that is there has the policy from before, under a higher version", () => {
  const back = lived.looked.company.machines.filter(
    ({ tier, isOnline }) => tier === "production-adjacent" && isOnline,
  );
  expect(back.length).toBeGreaterThan(0);
  const versions = new Set(back.map(({ host }) => host?.report.bundle?.version));
  const track = lived.state.tracks.get("baseline/production-adjacent");
  expect([...versions]).toEqual([track?.release.back?.version]);
});
test("every step is on record, and follows from the one before it", () => {
  expect(lived.state.entries.length).toBeGreaterThan(30);
  expect(lived.state.entries.map(({ number }) => number)).toEqual(
    lived.state.entries.map((_, index) => index + 1),
  );
});
