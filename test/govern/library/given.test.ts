// Exceptions that a managed policy gives itself: how they are written, what is refused, and what becomes of them in a stack.
import { describe, expect, it, test } from "vitest";
import { Failure } from "#base/failure.ts";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { Layer } from "#guard/policy/policy.ts";

const GIVEN = `  - id: shop-2026
    rules: [a/env]
    verdict: ask
    scope: { effects: [read], paths: ["<project>/test/.env"] }
    reason: the tests need it
    owner: shop@acme.example
    approver: ada
    created: 2026-11-01
    expires: 2026-12-01
    uses: 3
`;
const POLICY = `id: acme
version: "1"
title: Only for a test
automaticApproval: true
rules:
  - { id: a/env, verdict: deny, effects: [read], paths: ["**/.env"], reason: it is a secret }
  - { id: a/look, verdict: allow, effects: [read], reason: looking }
exceptions:
${GIVEN}`;

const compile = (text: string, layer: Layer = "managed") =>
  parsePolicyPack(text, "acme.yaml", { layer, source: NO_PACKS });
function failureOf(text: string, layer: Layer = "managed"): Failure {
  try {
    compile(text, layer);
  } catch (cause) {
    if (cause instanceof Failure) return cause;
    throw cause;
  }
  throw new Error("was accepted");
}

it("is compiled with its rules, its times and its scope, and is part of what the policy is", () => {
  const policy = compile(POLICY);
  expect(policy.exceptions).toEqual([
    {
      id: "managed-shop-2026",
      layer: "managed",
      rules: ["managed:acme/a/env"],
      verdict: "ask",
      uses: 3,
      project: null,
      reason: "the tests need it",
      owner: "shop@acme.example",
      approver: "ada",
      fromMs: Date.UTC(2026, 10, 1),
      untilMs: Date.UTC(2026, 11, 1),
      when: { effects: ["read"], paths: ["<project>/test/.env"] },
    },
  ]);
  const without = POLICY.slice(0, POLICY.indexOf("exceptions:"));
  expect(compile(without).digest).not.toBe(policy.digest);
  expect(compile(POLICY.replace("    uses: 3\n", "")).exceptions?.[0]?.uses).toBe(1);
});

it("stays in a stack, and of the managed layer alone", () => {
  const managed = compile(POLICY);
  const user = compile(POLICY.slice(0, POLICY.indexOf("exceptions:")), "user");
  expect(stackPolicies([user, managed]).exceptions).toEqual(managed.exceptions);
  expect(stackPolicies([user, { ...user, id: "b", layer: "project" }]).exceptions).toBeUndefined();
});

describe("is refused, with its place", () => {
  test.each([
    ["a rule that is not there", "[a/env]", "[a/none]", "no rule `a/none`", 10],
    ["a rule that allows", "[a/env]", "[a/look]", "no rule `a/look`", 10],
    [
      "tampering",
      '[read], paths: ["<project>',
      '[tamper], paths: ["<project>',
      "`tamper` can never",
      12,
    ],
    [
      "what is unknown",
      '[read], paths: ["<project>',
      '[unknown], paths: ["<project>',
      "`unknown` can",
      12,
    ],
    ["no end", "    expires: 2026-12-01\n", "", "expires", 9],
    ["an end before its beginning", "2026-12-01", "2026-10-01", "within 90 days", 17],
    ["an end that is too far", "2026-12-01", "2027-02-01", "within 90 days", 17],
    ["nobody who approved it", "    approver: ada\n", "", "approver", 9],
    ["a project that is no path", "    uses: 3", "    project: shop", "project", 18],
    ["endless use", "uses: 3", "uses: 101", "uses", 18],
    [
      "a list that is not there",
      'paths: ["<project>/test/.env"]',
      "paths: { in: x }",
      "list `x`",
      12,
    ],
    ["a condition that is none", 'paths: ["<project>', 'path: ["<project>', "path", 12],
  ])("%s", (_, from, to, why, line) => {
    const text = POLICY.replace(from, to);
    expect(text).not.toBe(POLICY);
    const failure = failureOf(text);
    expect([failure.code, failure.at?.line]).toEqual(["policy-invalid", line]);
    expect(failure.message).toContain(why);
  });
  test("an id twice", () => {
    expect(failureOf(POLICY + GIVEN)).toMatchObject({ at: { line: 19, column: 9 } });
  });
  test.each(["user", "project", "builtin"] as const)("in a policy of the layer %s", (layer) => {
    const failure = failureOf(POLICY, layer);
    expect(failure).toMatchObject({ code: "policy-invalid", at: { line: 9 } });
    expect(failure.message).toContain("only a managed policy");
  });
});
