// Comparing policies that name remotes and tools of MCP servers: what differs is found or left open, and never denied.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Condition, Policy, Rule } from "#guard/policy/policy.ts";
import { type Circumstance, ORDINARY, speaking } from "#govern/policy/diff/circumstance.ts";
import { ANCHORS, comparePolicies } from "#govern/policy/diff/compare.ts";
import { RealJudge } from "#govern/policy/diff/real-judge.ts";
import { compareStrictness } from "#govern/policy/diff/strictness.ts";
import { policyDigest } from "#govern/digest/policy-digest.ts";

const at = { via: [], at: undefined } as const;
const patterns = fc.subarray(
  ["a.example", "a.example/x/*", "*.example/x", "b.example:8443", "/srv/*"],
  { minLength: 1 },
);
const places = fc.record({ remotes: patterns, exceptRemotes: patterns }, { requiredKeys: [] });
const mcp = fc.subarray(["one", "one/list_*", "two/*", "*/delete"], { minLength: 1 });
const tools = fc.record({ mcp, exceptMcp: mcp }, { requiredKeys: [] });

const URLS = [
  ...["https://a.example/x/y", "http://a.example/x/y", "git@a.example:X/y", "https://g.example/x"],
  ...["https://b.example:8443/x", "https://b.example/x", "/srv/x", "/srv/x/y", "origin"],
];
const PUSHES: readonly Effect[] = [...URLS, undefined].map((destination) => ({
  ...at,
  kind: "publish",
  channel: "git",
  destination,
  refs: ["main"],
}));
const CALLS: readonly Circumstance[] = [
  ...["one", "two", "three"].flatMap((server) =>
    ["list_x", "delete", "other"].map((tool) => ({
      ...ORDINARY,
      tool: `mcp__${server}__${tool}`,
      mcp: { server, tool },
    })),
  ),
  ORDINARY,
];
const CALL: Effect = { ...at, kind: "unknown", reason: "unknown-tool", detail: "x" };

function policies(conditions: fc.Arbitrary<object>, kind: "publish" | "unknown") {
  const verdict = fc.constantFrom("deny", "ask", "allow");
  const rule = fc.tuple(verdict, conditions).map(
    ([one, when]): Rule => ({
      id: "a/b",
      verdict: one as Rule["verdict"],
      reason: "x",
      instead: undefined,
      when: { ...when, effects: [kind] } as Condition,
    }),
  );
  return fc.array(rule, { maxLength: 3 }).map((rules): Policy => {
    const compiled = {
      id: "p",
      layer: "user",
      version: "1",
      automaticApproval: true,
      rules,
    } as const;
    return { ...compiled, digest: policyDigest(compiled) };
  });
}

const [anchors] = ANCHORS;
const judge = new RealJudge(anchors);
const verdictOf = (policy: Policy, effect: Effect, circumstance: Circumstance) =>
  judge.judge(speaking(policy, circumstance, anchors), circumstance, {
    effect,
    commands: [],
    files: [],
    directories: [],
  }).verdict;

it.each([
  ["remotes", policies(places, "publish"), PUSHES, [ORDINARY]],
  ["tools of MCP servers", policies(tools, "unknown"), [CALL], CALLS],
] as const)("%s: no difference is proven away", (_name, some, effects, circumstances) => {
  fc.assert(
    fc.property(some, some, (first, second) => {
      const { differences, unproven } = comparePolicies(first, second);
      const differs = effects.some((effect) =>
        circumstances.some(
          (one) => verdictOf(first, effect, one) !== verdictOf(second, effect, one),
        ),
      );
      expect(differs && differences.length + unproven.length === 0).toBe(false);
      const same = comparePolicies(first, first);
      expect([same.differences, same.unproven]).toEqual([[], []]);
    }),
    { numRuns: 150 },
  );
});

it.each([
  ["remotes", policies(places, "publish"), PUSHES, [ORDINARY]],
  ["tools of MCP servers", policies(tools, "unknown"), [CALL], CALLS],
] as const)("%s: a rule that denies loosens nothing", (_name, some, effects, circumstances) => {
  const order = ["allow", "abstain", "ask", "deny"];
  fc.assert(
    fc.property(some, some, (first, second) => {
      const denies = second.rules.filter(({ verdict }) => verdict === "deny");
      const more = { ...first, rules: [...first.rules, ...denies] };
      for (const effect of effects)
        for (const one of circumstances)
          expect(order.indexOf(verdictOf(more, effect, one))).toBeGreaterThanOrEqual(
            order.indexOf(verdictOf(first, effect, one)),
          );
      expect(compareStrictness(first, more).answer).not.toBe("milder");
    }),
    { numRuns: 150 },
  );
});
