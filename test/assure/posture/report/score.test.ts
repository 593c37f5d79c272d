// The score: what it is made of, and that no repair ever lowers it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OUTCOMES, SEVERITIES } from "#assure/posture/check.ts";
import { type Counted, scoreOf } from "#assure/posture/report/score.ts";

const counted = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  outcome: fc.constantFrom(...OUTCOMES),
  places: fc.integer({ min: 0, max: 200 }),
  isWaived: fc.boolean(),
});
const one = (more: Partial<Counted>): Counted => ({
  ...{ severity: "high", outcome: "fail", places: 1, isWaived: false },
  ...more,
});

describe("a score", () => {
  it.each([
    ["nothing wrong", [], 100],
    ["all passed", [one({ outcome: "pass" })], 100],
    ["no case", [one({ outcome: "not-applicable" })], 100],
    ["one high", [one({})], 89],
    ["one critical", [one({ severity: "critical" })], 71],
    ["one critical in many places", [one({ severity: "critical", places: 100 })], 55],
    ["a waived critical", [one({ severity: "critical", isWaived: true })], 90],
    ["an unseen high", [one({ outcome: "unseen" })], 97],
    ["one low", [one({ severity: "low" })], 99],
    ["a remark", [one({ severity: "info" })], 100],
  ])("of %s", (_, checks, value) => {
    expect(scoreOf(checks).value).toBe(value);
  });
  it("of a repository with a live key is below every one without", () => {
    fc.assert(
      fc.property(
        fc.array(counted, { maxLength: 400 }),
        fc.array(counted, { maxLength: 400 }),
        (with_, without) => {
          expect(scoreOf(with_, true).value).toBeLessThan(scoreOf(without).value);
        },
      ),
      { numRuns: 100 },
    );
    const worst = Array.from({ length: 400 }, () => one({ severity: "critical", places: 100 }));
    expect([scoreOf([], true).value, scoreOf(worst).value]).toEqual([9, 10]);
  });
  it("is never lowered by a repair: fewer places, a check that passes or has no case any more", () => {
    const repairs: readonly ((check: Counted) => Counted)[] = [
      (check) => ({ ...check, outcome: "pass" }),
      (check) => ({ ...check, places: Math.max(1, check.places - 1) }),
      (check) => (check.outcome === "fail" ? { ...check, outcome: "not-applicable" } : check),
    ];
    fc.assert(
      fc.property(
        fc.array(counted, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.constantFrom(...repairs),
        fc.boolean(),
        (checks, at, repair, hasLiveKey) => {
          const index = at % checks.length;
          const after = checks.map((check, i) => (i === index ? repair(check) : check));
          expect(scoreOf(after, hasLiveKey).value).toBeGreaterThanOrEqual(
            scoreOf(checks, hasLiveKey).value,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
  it("is 100 only where nothing costs, and its parts add up", () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 40 }), (checks) => {
        const { value, cost, parts } = scoreOf(checks);
        expect(value === 100).toBe(cost === 0);
        const sum = Object.values(parts).reduce((total, part) => total + part, 0);
        expect(sum).toBeCloseTo(cost, 2);
      }),
      { numRuns: 100 },
    );
  });
});
