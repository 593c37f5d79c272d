// Rules that another person answers first: what neither a sandbox, an answer of before, one person's exception nor a lower layer changes.
import { describe, expect, it } from "vitest";
import { liftableRules } from "#govern/exceptions/exception.ts";
import { comparePolicies } from "#govern/policy/diff/compare.ts";
import { approvalInWords } from "#govern/policy/condition-words.ts";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { Approved } from "#guard/policy/decision.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { Facts } from "#guard/facts/facts.ts";
import { authorize } from "#guard/policy/authorize/authorize.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Layer, Policy, PolicyException } from "#guard/policy/policy.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { plainShell } from "../../judging.ts";

const KEYS = ["A", "B", "C"].map((letter) => `${letter.repeat(42)}A=`);
const APPROVERS = `approvers:
  - { name: grace, key: "${KEYS[0]}", groups: [leads] }
  - { name: linus, key: "${KEYS[1]}" }
`;
const rule = (approval: string, more = "") =>
  `  - { id: p/send, verdict: ask, effects: [write], paths: ["/p/**"], reason: it is shared, ${approval}${more} }\n`;
const NEEDS = "approval: { people: 2 }";

function pack(rules: string, layer: Layer = "user", head = APPROVERS): Policy {
  const text = `id: p\nversion: "1"\ntitle: t\nautomaticApproval: true\n${head}rules:\n${rules}`;
  return parsePolicyPack(text, "p.yaml", { layer, source: NO_PACKS });
}

const write: Effect = {
  kind: "write",
  mode: "change",
  via: [],
  at: undefined,
  target: { kind: "path", path: "/p/a", real: "/p/a", reach: "entry" },
};
const facts: Facts = {
  session: {
    sessionId: "s",
    projectRoot: "/p",
    home: "/home/ada",
    user: "ada",
    ownPaths: [],
    mode: "default",
    interactive: true,
  },
  shell: plainShell("bash"),
  holds: { quarantined: false, reason: undefined },
  writtenPaths: new Set(),
  answers: new Map(),
};

function judged(
  policy: Policy,
  more: {
    readonly approved?: readonly Approved[];
    readonly exceptions?: readonly PolicyException[];
    readonly interactive?: boolean;
    readonly effects?: readonly Effect[];
  } = {},
) {
  const { effects = [write], interactive = true, ...given } = more;
  const session = { ...facts.session, interactive };
  const reader = new FactReader(facts.answers);
  const places = new PlaceTests(session);
  const evidence = { facts: { ...facts, session }, reader, places, ...given };
  return authorize({ effects, shell: "known" }, policy, evidence);
}
const SEND = "user:p/p/send";

describe("a rule with an approval", () => {
  it("refuses until somebody approved this very rule, and then asks without remembering", () => {
    const policy = pack(rule(NEEDS));
    const alone = judged(policy);
    expect([alone.verdict, alone.waits.map((one) => one.rule)]).toEqual(["deny", [SEND]]);
    expect(judged(policy, { approved: [{ id: "ap-1", rules: ["user:p/p/other"] }] }).verdict).toBe(
      "deny",
    );
    const approved = judged(policy, { approved: [{ id: "ap-1", rules: [SEND] }] });
    expect([approved.verdict, approved.approvals, approved.waits, approved.questions]).toEqual([
      ...["ask", ["ap-1"], [], []],
    ]);
  });

  it("waits for nobody where the call is refused anyway, or where nobody could be asked in the end", () => {
    const deny = `  - { id: p/no, verdict: deny, effects: [write], paths: ["/p/a"], reason: never }\n`;
    for (const rules of [rule(NEEDS) + deny, deny + rule(NEEDS)]) {
      const refused = judged(pack(rules));
      expect([refused.verdict, refused.reasons[0]?.rule, refused.waits]).toEqual([
        ...["deny", "user:p/p/no", []],
      ]);
    }
    expect(judged(pack(rule(NEEDS)), { interactive: false })).toMatchObject({
      verdict: "deny",
      waits: [],
    });
    const allowing = pack(rule("approval: { people: 2, afterwards: allow }"));
    expect(judged(allowing, { interactive: false }).waits.length).toBe(1);
  });

  it("is not lifted by an exception of one person", () => {
    const exception: PolicyException = {
      id: "e",
      rules: [SEND],
      verdict: "allow",
      when: { effects: ["write"] },
    };
    const exceptions = [exception];
    expect(judged(pack(rule(NEEDS)), { exceptions }).verdict).toBe("deny");
    expect(judged(pack(rule("owner: ada")), { exceptions }).exceptions).toEqual(["e"]);
    // And none is granted that would lift nothing.
    expect(() => liftableRules(pack(rule(NEEDS)), "p/send")).toThrow("needs another person");
  });

  it("of a managed policy is weakened by nothing below it", () => {
    const managed = pack(rule(NEEDS), "managed");
    const approved = [{ id: "ap-1", rules: ["user:p/p/send"] }];
    for (const below of [
      rule("owner: ada"),
      rule("approval: { people: 2, afterwards: allow }"),
      `  - { id: p/all, verdict: allow, effects: [write], reason: mine }\n`,
    ]) {
      const stacked = stackPolicies([managed, pack(below)]);
      expect(judged(stacked, { approved }).verdict).toBe("deny");
    }
  });

  it("never allows what nobody knows", () => {
    const unknown: Effect = {
      kind: "unknown",
      reason: "dynamic-code",
      detail: "x",
      via: [],
      at: undefined,
    };
    const policy = pack(
      `  - { id: p/x, verdict: ask, effects: [unknown], reason: r, approval: { people: 2 } }\n`,
    );
    const approved = [{ id: "ap-1", rules: ["user:p/p/x"] }];
    expect(judged(policy, { approved, effects: [unknown] }).verdict).toBe("ask");
  });
});

describe("in a policy file", () => {
  it.each([
    ["a rule that denies", rule(NEEDS).replace("verdict: ask", "verdict: deny"), "asks nobody"],
    [
      "a sandbox beside it",
      rule(NEEDS, ", contained: {}").replace('[write], paths: ["/p/**"]', "[execute]"),
      "gives way",
    ],
    ["somebody unknown", rule("approval: { people: 2, approvers: [eve] }"), "names `eve`"],
    ["an empty group", rule("approval: { people: 2, group: staff }"), "names nobody"],
    ["too few others", rule("approval: { people: 4 }"), "needs 3 others"],
    ["one person", rule("approval: { people: 1 }"), "people"],
    [
      "the unknown allowed",
      rule("approval: { people: 2, afterwards: allow }").replace(
        '[write], paths: ["/p/**"]',
        "[unknown]",
      ),
      "allows `unknown`",
    ],
  ])("%s is refused", (_, rules, words) => {
    expect(() => pack(rules)).toThrow(words);
  });

  it("names become keys, of this pack alone, and one key is one person", () => {
    const [compiled] = pack(rule("approval: { people: 2, group: leads }")).rules;
    expect(compiled?.approval).toEqual({
      people: 2,
      expiresMinutes: 15,
      single: true,
      afterwards: "ask",
      approvers: [{ name: "grace", key: KEYS[0] }],
    });
    const twice = APPROVERS.replace(KEYS[1] ?? "", KEYS[0] ?? "");
    expect(() => pack(rule(NEEDS), "user", twice)).toThrow("the same key");
    const words = compiled?.approval === undefined ? "" : approvalInWords(compiled.approval);
    expect(words).toBe(
      "one other person of grace, within 15 minutes, for one call, and then the person is asked",
    );
  });

  it("is part of the digest, and of what two policies differ in", () => {
    const [with2, without] = [pack(rule(NEEDS)), pack(rule("owner: ada"))];
    expect(with2.digest).not.toBe(without.digest);
    const change = (one: Policy, other: Policy) =>
      comparePolicies(one, other).differences.map(({ kind, change: how }) => [kind, how]);
    expect(change(with2, without)).toEqual([["approval", "milder"]]);
    expect(change(without, with2)).toEqual([["approval", "stricter"]]);
    expect(change(with2, with2)).toEqual([]);
    const longer = pack(rule("approval: { people: 2, expiresMinutes: 60 }"));
    expect(comparePolicies(with2, longer).unproven).toMatchObject([
      { kind: "approval", mayBeMilder: true, mayBeStricter: false },
    ]);
  });
});
