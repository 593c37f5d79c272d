// Packs that extend packs: what is taken over, changed and left out, and how each fault is reported.
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { type PackSource, readPack } from "#govern/library/pack-extends.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";

const BASE = `id: base
version: "1"
title: Base
automaticApproval: true
lists:
  secrets: [".env", "*.pem"]
rules:
  - { id: a/secrets, verdict: deny, effects: [read], paths: { in: secrets }, reason: secret }
  - { id: a/egress, verdict: ask, effects: [egress], reason: it leaves }
  - { id: a/look, verdict: allow, effects: [read], paths: ["<project>/**"], reason: looking }
`;
const MIDDLE = `id: middle
version: "1"
title: Middle
extends: [base]
tier: regulated
rules:
  - { id: b/strict, verdict: deny, effects: [deploy], tiers: [regulated], reason: strict }
  - { id: b/loose, verdict: allow, effects: [deploy], tiers: [low-risk], reason: loose }
  - { id: b/review, verdict: deny, effects: [write], roles: [reviewer], reason: only looks }
`;
const HEAD = 'id: mine\nversion: "1"\ntitle: Mine\n';

const wanting = (id: string, client: string) =>
  `id: ${id}\nversion: "1"\ntitle: W\nextends: [base]\nclient: ${client}\n`;
const packs: Readonly<Record<string, string>> = {
  base: BASE,
  middle: MIDDLE,
  strict:
    'id: strict\nversion: "1"\ntitle: S\nextends: [base]\nwithout: [a/look]\nautomaticApproval: false\nrequires: [audit]\nrules:\n  - { id: s/egress, verdict: deny, effects: [egress], reason: strict }\n',
  mild: 'id: mild\nversion: "1"\ntitle: M\nextends: [base]\nwithout: [a/egress]\ntier: low-risk\nrules:\n  - { id: m/x, verdict: ask, effects: [publish], tiers: [low-risk], reason: x }\n',
  asking: wanting("asking", "{ mode: default, autoMode: false }"),
  planning: wanting("planning", "{ mode: plan }"),
  silent: wanting("silent", "{ mode: dontAsk }"),
  round: 'id: round\nversion: "1"\ntitle: R\nextends: [again]\n',
  again: 'id: again\nversion: "1"\ntitle: A\nextends: [round]\n',
};

const sourceOf: PackSource = (name) => {
  const found = packs[name];
  return found === undefined ? undefined : { text: found, file: `${name}.yaml` };
};

function compile(text: string): Policy {
  return parsePolicyPack(text, "mine.yaml", { layer: "user", source: sourceOf });
}

function failureOf(text: string): Failure {
  try {
    compile(text);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("was accepted");
}

const idsOf = (policy: Policy): string[] => policy.rules.map(({ id }) => id);

describe("extends", () => {
  it("takes over rules, lists, approval, tier and role, each rule once however many ways lead to it", () => {
    const policy = compile(`${HEAD}extends: [base, middle]\n`);
    // The rule for reviewers restricts, so it holds where nobody said who works here; the one of another tier does not.
    expect(idsOf(policy)).toEqual(["a/secrets", "a/egress", "a/look", "b/strict", "b/review"]);
    expect(policy.automaticApproval).toBe(true);
  });

  it("changes lists of what it extends, and leaves rules out", () => {
    const policy = compile(
      `${HEAD}extends: [base]\nlists: { secrets: { add: ["*.key"], remove: [".env"] } }\nwithout: [a/egress]\n`,
    );
    expect(policy.rules[0]?.when.paths).toEqual(["*.pem", "*.key"]);
    expect(idsOf(policy)).toEqual(["a/secrets", "a/look"]);
  });

  it("lets a policy name another tier and role", () => {
    const policy = compile(`${HEAD}extends: [middle]\ntier: low-risk\nrole: developer\n`);
    expect(idsOf(policy)).toEqual(["a/secrets", "a/egress", "a/look", "b/loose"]);
  });

  it("is never milder than what it extends: what restricts in one is kept, what one leaves out to allow stays out", () => {
    const both = compile(`${HEAD}extends: [mild, strict]\n`);
    expect(idsOf(both)).toEqual(["a/secrets", "m/x", "a/egress", "s/egress"]);
    expect(both.automaticApproval).toBe(false);
    expect(idsOf(compile(`${HEAD}extends: [strict, mild]\n`)).sort()).toEqual(idsOf(both).sort());
  });

  it("lets a pack say more strictly what it takes over, and what it requires is kept", () => {
    const { rules, requires } = readPack(`${HEAD}extends: [strict]\n`, "mine.yaml", sourceOf);
    const verdicts = rules.filter(({ when }) => when.effects[0] === "egress");
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["ask", "deny"]);
    expect(requires).toEqual(["audit"]);
  });

  it("wants the strictest of the modes that are wanted, and can say a stricter one", () => {
    const wanted = (text: string) => readPack(`${HEAD}${text}`, "mine.yaml", sourceOf).client;
    expect(wanted("extends: [base]\n")).toEqual({});
    expect(wanted("extends: [base, asking, planning]\n")).toEqual({
      mode: "plan",
      autoMode: false,
    });
    expect(wanted("extends: [asking]\nclient: { mode: dontAsk }\n")).toEqual({
      mode: "dontAsk",
      autoMode: false,
    });
  });

  it.each([
    ["extends: [planning]\nclient: { mode: default }\n", 5, "does not hold what `plan` does"],
    ["extends: [asking]\nclient: { autoMode: true }\n", 5, "a classifier decide"],
    ["extends: [planning, silent]\n", 4, "plan and dontAsk"],
    ["extends: [planning, silent]\nclient: { mode: plan }\n", 5, "what `dontAsk` does"],
  ])("%j wants a milder mode, or nobody knows which", (text, line, why) => {
    const failure = failureOf(`${HEAD}${text}`);
    expect(failure.message).toContain(why);
    expect(failure.at?.line).toBe(line);
  });

  it("has the role of an administrator only with a record", () => {
    const rule =
      "rules:\n  - { id: c/c, verdict: ask, effects: [egress], roles: [administrator], hosts: [x.example], reason: x }\n";
    const text = `${HEAD}extends: [base]\nrole: administrator\n${rule}`;
    expect(failureOf(text)).toMatchObject({ code: "policy-invalid", at: { line: 5 } });
    expect(failureOf(text).message).toContain("requires: [audit]");
    expect(compile(`${text}requires: [audit]\n`).rules).toHaveLength(4);
  });

  it.each([
    ["a pack that is not there", "extends: [bse]\n", "policy-unknown", 4],
    ["a circle", "extends: [round]\n", "policy-cycle", 4],
    ["leaving out what is not there", "extends: [base]\nwithout: [a/b]\n", "policy-invalid", 5],
    [
      "the id of an extended rule",
      "extends: [base]\nrules:\n  - { id: a/look, verdict: ask, effects: [read], reason: x }\n",
      "policy-invalid",
      6,
    ],
    [
      "two verdicts for the same",
      "extends: [base]\nrules:\n  - { id: c/c, verdict: allow, effects: [egress], reason: x }\n",
      "policy-conflict",
      6,
    ],
    ["two tiers of which none is chosen", "extends: [middle, mild]\n", "policy-conflict", 4],
    ["a tier that no rule speaks of", "extends: [base]\ntier: regulated\n", "policy-invalid", 5],
    ["a role that no rule speaks of", "extends: [base]\nrole: reviewer\n", "policy-invalid", 5],
    [
      "a milder word on what an extended pack denies",
      "extends: [strict]\nrules:\n  - { id: c/c, verdict: ask, effects: [egress], reason: x }\n",
      "policy-conflict",
      6,
    ],
    ["nothing at all", "", "policy-invalid", 1],
    [
      "no word on approval",
      "rules:\n  - { id: c/c, verdict: ask, effects: [egress], reason: x }\n",
      "policy-invalid",
      1,
    ],
    [
      "a rule of the client that means nothing",
      "extends: [base]\nnative: { deny: ['Read(!x)'] }\n",
      "policy-invalid",
      5,
    ],
  ])("refuses %s and says where", (_, text, code, line) => {
    const failure = failureOf(HEAD + text);
    expect(failure.code).toBe(code);
    if (code === "policy-cycle") expect(failure.message).toContain("round -> again -> round");
    else expect(failure.at?.line).toBe(line);
  });
});

describe("conditions of a situation", () => {
  it.each([
    ["days and hours", 'hours: ["Mon-Fri 08:00-18:00"]', undefined],
    ["a night", 'hours: ["Fri 22:00-06:00"]', undefined],
    ["hours that are none", 'hours: ["Mon-Fri 25:00-26:00"]', "hours"],
    ["a word", "hours: [always]", "hours"],
    ["command lines", 'commands: ["git push", "rm -rf *"]', undefined],
    ["two command lines in one", 'commands: ["git add . && git push"]', "commands"],
    ["command lines and paths", 'commands: ["git push"], paths: ["/etc/**"]', "paths"],
  ])("%s", (_, condition, wrong) => {
    const rule = `rules:\n  - { id: c/c, verdict: deny, effects: [execute], ${condition}, reason: x }\n`;
    const text = `${HEAD}automaticApproval: true\n${rule}`;
    if (wrong === undefined) expect(compile(text).rules).toHaveLength(1);
    else expect(failureOf(text)).toMatchObject({ code: "policy-invalid" });
  });
});
