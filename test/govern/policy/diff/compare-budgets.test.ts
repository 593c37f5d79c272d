// What is said of the budgets of two policies, and which budgets no policy may have.
import { describe, expect, it } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import { budgetDoubts } from "#govern/policy/diff/compare-budgets.ts";
import type { Layer } from "#guard/policy/policy.ts";

const policy = (budgets: string, layer: Layer = "user") =>
  parsePolicyPack(
    `id: mine\nversion: "1"\ntitle: Mine\nautomaticApproval: false\nbudgets: [${budgets}]\nrules:\n  - { id: a/b, verdict: deny, effects: [tamper], reason: no }\n`,
    "mine.yaml",
    { layer, source: NO_PACKS },
  );
const cap = (steps: string) => `{ id: cap, of: session, unit: usd, ${steps} }`;

describe("budgets of two policies", () => {
  it.each([
    ["stop: 10", "stop: 20", true, false],
    ["stop: 20", "stop: 10", false, true],
    ["warn: 5, stop: 20", "stop: 20", true, false],
    ["warn: 5, stop: 10", "warn: 1, stop: 20", true, true],
  ])("%s, then %s", (before, after, mayBeMilder, mayBeStricter) => {
    const [doubt] = budgetDoubts(policy(cap(before)), policy(cap(after)));
    expect(doubt).toMatchObject({ mayBeMilder, mayBeStricter });
  });
  it("the same are no difference, and one that is gone is milder", () => {
    expect(budgetDoubts(policy(cap("stop: 1")), policy(cap("stop: 1")))).toEqual([]);
    const [gone] = budgetDoubts(policy(cap("stop: 1")), policy(""));
    expect(gone).toMatchObject({ mayBeMilder: true, mayBeStricter: false });
  });
});

describe("a budget", () => {
  it.each([
    ["{ id: a, of: session, unit: usd }", "has no amount"],
    [cap("warn: 9, stop: 9"), "does nothing"],
    ["{ id: a, of: session, per: day, unit: usd, stop: 1 }", "leave `per` out"],
    ["{ id: a, of: person, unit: repeats, stop: 5 }", "of: session"],
    ["{ id: a, of: session, unit: calls, stop: 1.5 }", "whole number"],
    [`${cap("stop: 1")}, ${cap("stop: 2")}`, "written twice"],
  ])("%s is refused: %s", (budgets, why) => {
    expect(() => policy(budgets)).toThrow(why);
  });
  it("of a higher layer stays beside a larger one of a lower layer", () => {
    const stack = stackPolicies([
      policy(cap("stop: 5"), "managed"),
      policy(cap("stop: 500"), "project"),
    ]);
    expect(stack.budgets?.map(({ stop, from }) => [stop, from.layer])).toEqual([
      [5, "managed"],
      [500, "project"],
    ]);
    expect(stack.digest).not.toBe(stackPolicies([policy(cap("stop: 5"), "managed")]).digest);
  });
});
