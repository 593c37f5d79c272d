// Policies of several layers: whatever a lower one says, the verdict is as strict as before.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import { policyDigest } from "#govern/digest/policy-digest.ts";
import type { Effect, EffectKind } from "#guard/vocabulary/effect.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import { VERDICTS_BY_STRICTNESS, type Verdict } from "#guard/policy/decision.ts";
import { authorize } from "#guard/policy/authorize/authorize.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Layer, Policy, Rule } from "#guard/policy/policy.ts";
import { plainShell } from "../../judging.ts";

const at = { via: [], at: undefined } as const;
const path = (name: string) => ({ kind: "path", path: name, real: name, reach: "entry" }) as const;
const EFFECTS: readonly Effect[] = [
  { ...at, kind: "read", target: path("/p/a") },
  { ...at, kind: "read", target: path("/etc/a") },
  { ...at, kind: "write", mode: "change", target: path("/p/a") },
  { ...at, kind: "delete", target: path("/p/b") },
  { ...at, kind: "execute", program: "x", origin: "project", reach: "unbounded" },
  { ...at, kind: "publish", channel: "git", destination: undefined, refs: ["main"] },
  { ...at, kind: "publish", channel: "git", destination: "https://a.example/x/y", refs: ["main"] },
  { ...at, kind: "publish", channel: "package", destination: "b.example", refs: undefined },
  { ...at, kind: "history", operation: "force-push", remote: "http://a.example/x/z" },
  { ...at, kind: "install", manager: "pip3", packages: ["x"], runsScripts: true },
  { ...at, kind: "deploy", system: "prod1", operation: "remote-command" },
  { ...at, kind: "unknown", reason: "unknown-tool", detail: "x" },
];
const KINDS: readonly EffectKind[] = [
  ...(["read", "write", "delete", "execute", "publish"] as const),
  ...(["history", "install", "deploy", "unknown"] as const),
];
const PLACES = fc.constantFrom(["a.example"], ["a.example/x/*", "b.example"], ["/srv/**"]);

const rules = fc.array(
  fc.record({
    id: fc.constantFrom("a/a", "a/b", "a/c"),
    verdict: fc.constantFrom("deny", "ask", "allow"),
    when: fc.record(
      {
        effects: fc.subarray([...KINDS], { minLength: 1 }),
        paths: fc.constantFrom(["/p/**"], ["<project>/a"], ["/etc/**", "/p/b"]),
        exceptPaths: fc.constantFrom(["/p/a"], ["/etc/a"]),
        remotes: PLACES,
        exceptRemotes: PLACES,
        registries: PLACES,
        exceptRegistries: PLACES,
        managers: fc.constant(["pip"]),
        systems: fc.constantFrom(["prod1"], ["prod2"]),
        mcp: fc.constant(["github"]),
        exceptMcp: fc.constant(["github/x"]),
      },
      { requiredKeys: ["effects"] },
    ),
    reason: fc.constant("x"),
    instead: fc.constant(undefined),
  }),
  { minLength: 1, maxLength: 6 },
) as fc.Arbitrary<Rule[]>;

function policyOf(layer: Layer) {
  return fc
    .record({ rules, automaticApproval: fc.boolean(), lowerMayAllow: fc.boolean() })
    .map((some): Policy => {
      const compiled = { id: layer, layer, version: "1", ...some };
      return { ...compiled, digest: policyDigest(compiled) };
    });
}

function verdictOf(policy: Policy, effects: readonly Effect[]): Verdict {
  const session: SessionFacts = {
    sessionId: "s",
    projectRoot: "/p",
    home: "/h",
    user: "u",
    mode: "default",
    interactive: true,
    ownPaths: [],
  };
  const facts = {
    session,
    shell: plainShell("bash"),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set<string>(),
    answers: new Map(),
  };
  const evidence = {
    facts,
    reader: new FactReader(facts.answers),
    places: new PlaceTests(session),
  };
  return authorize({ effects, shell: "known" }, policy, evidence).verdict;
}

const rank = (verdict: Verdict): number => VERDICTS_BY_STRICTNESS.indexOf(verdict);

describe("a stack of policies", () => {
  const managed = policyOf("managed");
  const lower = fc.constantFrom<Layer>("project", "user").chain(policyOf);

  it("is never milder than its highest layer where that says deny or ask, nor allows what that forbids to allow", () => {
    fc.assert(
      fc.property(
        managed,
        lower,
        fc.subarray([...EFFECTS], { minLength: 1 }),
        (high, low, effects) => {
          const before = verdictOf(high, effects);
          const after = verdictOf(stackPolicies([low, high]), effects);
          if (before === "deny" || before === "ask")
            expect(rank(after)).toBeLessThanOrEqual(rank(before));
          const mayAllow = high.automaticApproval && high.lowerMayAllow !== false;
          if (!mayAllow) expect(rank(after)).toBeLessThanOrEqual(rank(before));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("is at least as strict as each of its layers alone where that restricts", () => {
    fc.assert(
      fc.property(
        managed,
        lower,
        fc.subarray([...EFFECTS], { minLength: 1 }),
        (high, low, effects) => {
          const alone = verdictOf(low, effects);
          const together = verdictOf(stackPolicies([high, low]), effects);
          if (alone === "deny" || alone === "ask")
            expect(rank(together)).toBeLessThanOrEqual(rank(alone));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("is never loosened by one more rule that denies", () => {
    fc.assert(
      fc.property(
        managed,
        rules,
        fc.subarray([...EFFECTS], { minLength: 1 }),
        (policy, more, effects) => {
          const denials = more.map((rule): Rule => ({ ...rule, verdict: "deny" }));
          const before = verdictOf(policy, effects);
          const after = verdictOf({ ...policy, rules: [...policy.rules, ...denials] }, effects);
          expect(rank(after)).toBeLessThanOrEqual(rank(before));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("keeps the same digest whatever order its layers are given in, and names each rule by its layer", () => {
    fc.assert(
      fc.property(managed, lower, (high, low) => {
        const stack = stackPolicies([low, high]);
        expect(stack.digest).toBe(stackPolicies([high, low]).digest);
        expect(stack.rules[0]?.from).toEqual({ layer: "managed", policy: "managed" });
      }),
      { numRuns: 200 },
    );
  });
});

describe("ports of the machine", () => {
  const policy = (layer: Layer, more: Partial<Policy>): Policy => ({
    id: layer,
    layer,
    version: "1",
    digest: layer,
    automaticApproval: true,
    rules: [],
    ...more,
  });
  const ports = (...policies: readonly Policy[]) => stackPolicies(policies).machinePorts;

  it("are those of the person's policy, where no layer above says anything of them", () => {
    expect(ports(policy("user", { machinePorts: ["5432"] }))).toEqual(["5432"]);
    const quiet = policy("managed", {});
    expect(ports(quiet, policy("user", { machinePorts: ["5432"] }))).toEqual(["5432"]);
    expect(ports(quiet, policy("user", {}))).toBeUndefined();
  });
  it("are none of a repository's, and none that a layer above keeps", () => {
    const wide = { machinePorts: ["5432", "6379"] };
    expect(ports(policy("project", wide), policy("builtin", {}))).toEqual([]);
    const kept = policy("managed", { lowerMayAllow: false });
    expect(ports(kept, policy("user", wide))).toEqual([]);
    const pinned = policy("managed", { machinePorts: ["5432"] });
    expect(ports(pinned, policy("project", wide), policy("user", wide))).toEqual(["5432"]);
  });
});
