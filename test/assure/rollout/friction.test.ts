// What a fleet's days cost and spare people, and what is told of the rules that cost most.
import { describe, expect, it, test } from "vitest";
import {
  countFriction,
  dearRules,
  type NamedRule,
  refusedHarm,
  unmetRules,
} from "#assure/rollout/friction.ts";
import { createNames } from "#record/fleet/day-sums.ts";
import type { RuleDay } from "#record/fleet/host-report.ts";
import { hostDay } from "../../record/fleet/host-reports.ts";

const rule = (name: string, counts: Partial<Omit<RuleDay, "rule">>): RuleDay => ({
  rule: name,
  asked: 0,
  refused: 0,
  allowed: 0,
  replayed: 0,
  freed: 0,
  ...counts,
});
const frictionOf = (rules: RuleDay[], calls = 1_000) => {
  const day = hostDay({ calls, rules });
  const names = createNames();
  names.addDay("a", day);
  return countFriction(
    [{ machine: "a", version: 1, stage: "enforce", day }],
    names.all().rules,
    () => "all",
  );
};
const adviceOn = (one: RuleDay) => dearRules(frictionOf([one]))[0]?.advice;

test("what the client alone would have asked is added up like the rest", () => {
  expect(frictionOf([]).all).toMatchObject({ machines: 1, sessions: 3, spared: 20, added: 2 });
});

describe("advice on a rule", () => {
  it("says what only it stops, by the calls that were judged again", () => {
    const asks = rule("a", { asked: 100, allowed: 80, replayed: 50, freed: 25 });
    expect(adviceOn(asks)).toBe(
      "Judged again without it: of 50 calls 25 are stopped by other rules. Without the question: 5.00 fewer questions per hundred calls, and 10 calls would have run that nobody allowed. As a refusal: 80 calls that people wanted would have been stopped",
    );
    const refuses = rule("a", { refused: 40, replayed: 10, freed: 5 });
    expect(adviceOn(refuses)).toMatch(/As a question: 2\.00 more questions per hundred calls$/);
  });
  it("says that nothing changes where others stop the same calls", () => {
    const useless = rule("a", { asked: 100, allowed: 80, replayed: 50, freed: 0 });
    expect(adviceOn(useless)).toMatch(/Changing it changes nothing$/);
    expect(adviceOn(rule("a", { asked: 2, allowed: 2, replayed: 1, freed: 0 }))).toMatch(
      /of 1 call 1 is stopped by other rules\. Changing it changes nothing$/,
    );
  });
  it("counts every call where few were judged again, and says so", () => {
    expect(adviceOn(rule("a", { asked: 100, allowed: 80 }))).toMatch(
      /^Too few of its calls could be judged again \(0 of 100\), so each counts\. Without the question: 10\.00 fewer .* 20 calls would have run/,
    );
    expect(adviceOn(rule("a", { refused: 13, asked: 1, allowed: 1, replayed: 1 }))).toMatch(
      /^Too few .* \(1 of 14\)/,
    );
  });
  it("says that a refusal costs nothing where nobody ever said yes", () => {
    expect(adviceOn(rule("a", { asked: 9, replayed: 9, freed: 9 }))).toMatch(
      /nobody is asked, and nothing more is stopped/,
    );
  });
});

const KNOWN: readonly NamedRule[] = [
  { name: "a", id: "a", effects: ["read"] },
  { name: "b", id: "b", effects: ["write", "delete"] },
  { name: "one/c", id: "c", effects: ["egress"] },
  { name: "two/c", id: "c", effects: ["egress"] },
  // Met under one of two policies.
  { name: "quiet", id: "d", effects: ["install"] },
  { name: "other/d", id: "d", effects: ["install"] },
];

test("refusals by effect, and rules that met nothing", () => {
  const { rules } = frictionOf([
    rule("a", { refused: 3 }),
    rule("b", { refused: 9 }),
    rule("guard/no-rule", { refused: 2 }),
    rule("gone", { refused: 1 }),
    rule("quiet", { asked: 5 }),
  ]);
  expect(refusedHarm(rules, KNOWN)).toEqual([
    { kind: "write+delete", refused: 9 },
    { kind: "read", refused: 3 },
    { kind: "guard", refused: 2 },
    { kind: "other", refused: 1 },
  ]);
  expect(unmetRules(rules, KNOWN)).toEqual(["c"]);
});
