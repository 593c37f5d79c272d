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
  severity: "high",
  outcome: "fail",
  places: 1,
  isWaived: false,
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
    ["an unseen high", [one({ outcome: "unseen" })], 100],
    ["one high beside what nobody saw", [one({}), one({ outcome: "unseen" })], 89],
    ["what waits for a person", [one({ outcome: "attest" })], 100],
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
  it("is of what was looked at alone: any number of checks that did not look, or have no case, changes nothing", () => {
    const notLooked = counted.map((check) => ({ ...check, outcome: "unseen" as const }));
    const idle = fc.tuple(notLooked, fc.constantFrom("unseen", "attest", "not-applicable"));
    fc.assert(
      fc.property(
        fc.array(counted, { maxLength: 40 }),
        fc.array(idle, { maxLength: 400 }),
        fc.boolean(),
        (checks, more, hasLiveKey) => {
          const beside = more.map(([check, outcome]) => ({ ...check, outcome }) as Counted);
          const { value, cost, looked, withCase } = scoreOf(checks, hasLiveKey);
          const after = scoreOf([...beside, ...checks], hasLiveKey);
          expect([after.value, after.cost, after.looked]).toEqual([value, cost, looked]);
          const open = beside.filter(({ outcome }) => outcome !== "not-applicable").length;
          expect(after.withCase).toBe(withCase + open);
        },
      ),
      { numRuns: 200 },
    );
  });
  it("ranks: more cost is never more score, and equal faults are equal scores in any order", () => {
    fc.assert(
      fc.property(
        fc.array(counted, { maxLength: 40 }),
        fc.array(counted, { maxLength: 40 }),
        (some, others) => {
          const [one_, other] = [scoreOf(some), scoreOf(others)];
          if (one_.cost <= other.cost) expect(one_.value).toBeGreaterThanOrEqual(other.value);
          expect(scoreOf(some.toReversed()).value).toBe(one_.value);
          expect(scoreOf([...some, ...others]).value).toBeLessThanOrEqual(one_.value);
        },
      ),
      { numRuns: 200 },
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
