// Exceptions in a judgement: they loosen what they name within their scope, and nothing else whatever the policy says.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Effect, EffectKind } from "#guard/vocabulary/effect.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import { VERDICTS_BY_STRICTNESS, type Verdict } from "#guard/policy/decision.ts";
import { authorize } from "#guard/policy/authorize/authorize.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Condition, Layer, PolicyException, Policy, Rule } from "#guard/policy/policy.ts";
import { plainShell } from "../../judging.ts";

const at = { via: [], at: undefined } as const;
const path = (name: string) => ({ kind: "path", path: name, real: name, reach: "entry" }) as const;
const read = (name: string): Effect => ({ ...at, kind: "read", target: path(name) });
const TAMPER: Effect = { ...at, kind: "tamper", control: "hooks", target: path("/p/a") };
const UNKNOWN: Effect = { ...at, kind: "unknown", reason: "dynamic-path", detail: "x" };
const EFFECTS: readonly Effect[] = [
  read("/p/a"),
  read("/etc/a"),
  { ...at, kind: "write", mode: "change", target: path("/p/a") },
  { ...at, kind: "execute", program: "x", origin: "project", reach: "unbounded" },
  TAMPER,
  UNKNOWN,
];
const KINDS: readonly EffectKind[] = ["read", "write", "execute", "tamper", "unknown"];
const SESSION: SessionFacts = {
  sessionId: "s",
  projectRoot: "/p",
  home: "/h",
  user: "u",
  mode: "default",
  interactive: true,
  ownPaths: [],
};

function judged(
  policy: Policy,
  effects: readonly Effect[],
  lifts: readonly PolicyException[],
  words?: readonly string[],
) {
  const facts = {
    session: SESSION,
    shell: plainShell("bash"),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set<string>(),
    answers: new Map(),
  };
  const places = new PlaceTests(SESSION);
  const commands = words === undefined ? [] : [{ ...at, words }];
  const evidence = { facts, exceptions: lifts, places, reader: new FactReader(facts.answers) };
  return authorize({ effects, shell: "known", commands }, policy, evidence);
}

const policyOf = (rules: readonly Rule[], layer: Layer = "user"): Policy => ({
  id: "p",
  layer,
  version: "1",
  digest: "",
  automaticApproval: true,
  rules,
});
const rule = (verdict: Rule["verdict"], when: Partial<Condition> = {}): Rule => ({
  id: `a/${verdict}`,
  verdict,
  reason: "x",
  instead: undefined,
  when: { effects: ["read"], ...when },
});
const lift = (
  verdict: PolicyException["verdict"],
  more: Partial<PolicyException> = {},
): PolicyException => ({
  id: "one",
  verdict,
  rules: ["user:p/a/deny", "user:p/a/ask"],
  when: { effects: ["read"] },
  ...more,
});
const outcome = (...given: Parameters<typeof judged>) => {
  const { verdict, exceptions } = judged(...given);
  return [verdict, exceptions];
};

describe("an exception", () => {
  test.each([
    ["deny", "ask", ["ask", ["one"]]],
    ["deny", "allow", ["allow", ["one"]]],
    ["ask", "allow", ["allow", ["one"]]],
    ["ask", "ask", ["ask", []]],
  ] as const)("of a rule that says %s and gives %s comes to %s", (before, after, expected) => {
    expect(outcome(policyOf([rule(before)]), [read("/p/a")], [lift(after)])).toEqual(expected);
  });
  test("is named in the reason", () => {
    const { reasons } = judged(policyOf([rule("deny")]), [read("/p/a")], [lift("allow")]);
    expect(reasons[0]).toMatchObject({ rule: "exception/one", verdict: "allow", effect: 0 });
  });
  test("counts in its scope alone, and for the rules that it names alone", () => {
    const scoped = lift("allow", { when: { effects: ["read"], paths: ["/p/a"] } });
    const policy = policyOf([rule("deny")]);
    expect(outcome(policy, [read("/p/a")], [scoped])).toEqual(["allow", ["one"]]);
    expect(outcome(policy, [read("/etc/a")], [scoped])).toEqual(["deny", []]);
    expect(outcome(policy, [read("/p/a"), read("/etc/a")], [scoped])).toEqual(["deny", []]);
    const other = lift("allow", { rules: ["user:p/a/other", "user:q/a/deny", "a/deny"] });
    expect(outcome(policy, [read("/p/a")], [other])).toEqual(["deny", []]);
    const two = policyOf([rule("deny"), { ...rule("deny"), id: "b/deny" }]);
    expect(outcome(two, [read("/p/a")], [lift("allow")])).toEqual(["deny", []]);
  });
  test("of a command line is one of that line", () => {
    const push = { words: ["git", "push"], exact: false };
    const policy = policyOf([rule("deny", { effects: ["execute"], commands: [push] })]);
    const force = { words: ["git", "push", "--force"], exact: false };
    const when: Condition = { effects: ["execute"], commands: [force] };
    const lifts = [lift("allow", { when })];
    expect(outcome(policy, [], lifts, ["git", "push"])).toEqual(["deny", []]);
    expect(outcome(policy, [], lifts, ["git", "push", "--force"])).toEqual(["allow", ["one"]]);
    const withPath = [lift("allow", { when: { ...when, paths: ["/p/**"] } })];
    expect(outcome(policy, [], withPath, ["git", "push", "--force"])).toEqual(["deny", []]);
    const asking = [lift("ask", { when })];
    expect(outcome(policy, [], asking, ["git", "push", "--force"])).toEqual(["ask", ["one"]]);
  });
  test("does not count for what touches the guard, what is unknown, and managed rules", () => {
    const all: Condition = { effects: KINDS };
    const policy = policyOf([rule("deny", all)]);
    for (const effect of [TAMPER, UNKNOWN])
      expect(outcome(policy, [effect], [lift("allow", { when: all })])).toEqual(["deny", []]);
    const managed = policyOf([rule("deny")], "managed");
    const named = lift("allow", { rules: ["managed:p/a/deny"] });
    expect(outcome(managed, [read("/p/a")], [named])).toEqual(["deny", []]);
    const from = { layer: "managed", policy: "p" } as const;
    const stacked = policyOf([{ ...rule("deny"), from }]);
    expect(outcome(stacked, [read("/p/a")], [named])).toEqual(["deny", []]);
  });
  test("of the managed layer counts for its own rules, and for no other and nothing that can never be excepted", () => {
    const all: Condition = { effects: KINDS };
    const managed = policyOf([rule("deny", all)], "managed");
    const theirs = { layer: "managed", rules: ["managed:p/a/deny", "user:p/a/deny"] } as const;
    const given = lift("allow", { ...theirs, when: all });
    expect(outcome(managed, [read("/p/a")], [given])).toEqual(["allow", ["one"]]);
    for (const effect of [TAMPER, UNKNOWN])
      expect(outcome(managed, [effect], [given])).toEqual(["deny", []]);
    expect(outcome(policyOf([rule("deny")]), [read("/p/a")], [given])).toEqual(["deny", []]);
  });
});

const condition = fc.record(
  {
    effects: fc.subarray([...KINDS], { minLength: 1 }),
    paths: fc.constantFrom(["/p/**"], ["<project>/a"], ["/etc/**"]),
  },
  { requiredKeys: ["effects"] },
) as fc.Arbitrary<Condition>;
const policies = fc
  .record({
    rules: fc.array(
      fc.record({
        id: fc.constantFrom("a/a", "a/b", "a/c"),
        verdict: fc.constantFrom("deny", "ask", "allow"),
        when: condition,
        reason: fc.constant("x"),
        instead: fc.constant(undefined),
      }) as fc.Arbitrary<Rule>,
      { minLength: 1, maxLength: 6 },
    ),
    layer: fc.constantFrom<Layer>("managed", "user"),
  })
  .map(({ rules, layer }) => policyOf(rules, layer));
const lifts = fc.array(
  fc.record({
    id: fc.constantFrom("one", "two"),
    rules: fc.subarray(["a/a", "a/b", "a/c"].flatMap((id) => [`user:p/${id}`, `managed:p/${id}`])),
    when: condition,
    verdict: fc.constantFrom("ask", "allow"),
    layer: fc.constantFrom(undefined, "managed"),
  }) as fc.Arbitrary<PolicyException>,
  { maxLength: 3 },
);
const effects = fc.subarray([...EFFECTS], { minLength: 1 });
const rank = (verdict: Verdict): number => VERDICTS_BY_STRICTNESS.indexOf(verdict);

it("loosens nothing without being named in the decision, and each layer only by its own word", () => {
  fc.assert(
    fc.property(policies, lifts, effects, (policy, given, some) => {
      const before = judged(policy, some, []);
      const after = judged(policy, some, given);
      if (after.exceptions.length === 0) expect(after.verdict).toBe(before.verdict);
      expect(rank(after.verdict)).toBeGreaterThanOrEqual(rank(before.verdict));
      const isManaged = policy.layer === "managed";
      const own = given.filter(({ layer }) => (layer === "managed") === isManaged);
      if (own.length === 0) expect(after.verdict).toBe(before.verdict);
      expect(after.exceptions.every((id) => given.some((one) => one.id === id))).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

it("never lets through what a rule refuses outside of every scope", () => {
  fc.assert(
    fc.property(policies, lifts, effects, (policy, given, some) => {
      const kinds = new Set(given.flatMap(({ when }) => when.effects));
      const outside = some.filter(({ kind }) => !kinds.has(kind) || kind === "tamper");
      if (outside.length === 0) return;
      const alone = judged(policy, outside, []).verdict;
      if (alone === "deny" || alone === "ask")
        expect(rank(judged(policy, some, given).verdict)).toBeLessThanOrEqual(rank(alone));
    }),
    { numRuns: 3_000 },
  );
});
