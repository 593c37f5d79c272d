// Policies that decide the same but leave different ways out are never said to be alike.
import { expect, it } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { comparePolicies } from "#govern/policy/diff/compare.ts";
import type { Policy } from "#guard/policy/policy.ts";

const rule = (more = "") => `rules:
  - id: code/any
    verdict: ask
    effects: [execute]
    reason: nobody has read it
${more}`;

function policyOf(text: string): Policy {
  const head = `id: p\nversion: "1"\ntitle: t\nautomaticApproval: false\n`;
  return parsePolicyPack(`${head}${text}`, "p.yaml", { layer: "user", source: NO_PACKS });
}

const plain = policyOf(rule());
const contained = policyOf(rule("    contained: { accepts: [project] }\n"));
const wider = policyOf(rule("    contained: { accepts: [project, elsewhere] }\n"));
const hides = `${rule()}  - id: hide/any
    verdict: deny
    effects: [read]
    paths: [.env]
    reason: it holds secrets
`;
const hidden = policyOf(hides);
const viewed = policyOf(`${hides}    views: true\n`);
const otherwise = policyOf(`otherwise: ask\n${rule()}`);

it.each<readonly [string, Policy, Policy, object]>([
  ["a rule gives way to a sandbox", plain, contained, { mayBeMilder: true, mayBeStricter: false }],
  ["it no longer does", contained, plain, { mayBeMilder: false, mayBeStricter: true }],
  ["it gives way to a weaker one", contained, wider, { mayBeMilder: true, mayBeStricter: true }],
  [
    "it gives way where a view is shown",
    hidden,
    viewed,
    { mayBeMilder: true, mayBeStricter: false },
  ],
  ["the rest is asked about", plain, otherwise, { mayBeMilder: false, mayBeStricter: true }],
  ["the rest is left again", otherwise, plain, { mayBeMilder: true, mayBeStricter: false }],
])("%s", (_, first, second, expected) => {
  const { unproven } = comparePolicies(first, second);
  expect(unproven).toEqual([expect.objectContaining(expected)]);
});

it.each([plain, contained, otherwise])("a policy is like itself", (policy) => {
  expect(comparePolicies(policy, policy)).toMatchObject({ differences: [], unproven: [] });
});
