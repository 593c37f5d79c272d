// Each rule that published guides print has the effect that people expect of it, in every spelling, and no more.
import { afterAll, expect, it } from "vitest";
import { parsePolicyPack, NO_PACKS } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { makeTypicalProject } from "../../corpus/graded/typical-project.ts";
import { settled } from "../../judging.ts";
import { verdictOfCall } from "./call-verdict.ts";
import { PUBLISHED_RULES } from "./published-rules.ts";

const project = settled(makeTypicalProject());
afterAll(() => project.remove());

function policyOf(rule: string, list: string): Policy {
  const text = `id: one\nversion: "1"\ntitle: One\nautomaticApproval: true\nnative: { ${list}: [${JSON.stringify(rule)}] }\n`;
  return parsePolicyPack(text, "one.yaml", { layer: "user", source: NO_PACKS });
}

it("are 170 rules in the lists in which they are printed", () => {
  expect(new Set(PUBLISHED_RULES.map(([rule]) => rule)).size).toBe(170);
  expect(new Set(PUBLISHED_RULES.map(([rule, list]) => `${list} ${rule}`)).size).toBe(177);
});

it.each(PUBLISHED_RULES)("%s, %s", async (rule, list, decided, others) => {
  const policy = policyOf(rule, list);
  const [got, near] = [[] as string[], [] as string[]];
  for (const call of decided)
    if ((await verdictOfCall(project, call, { policy })) !== list) got.push(call);
  for (const call of others)
    if ((await verdictOfCall(project, call, { policy })) === list) near.push(call);
  expect({ missed: got, beside: near }).toEqual({ missed: [], beside: [] });
});
