// Conditions of rules that the corpora do not single out: the tool, the mode, where an egress goes and what it carries, exceptions below a tree.
import { expect, it } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { Facts, PermissionMode, SessionChain } from "#guard/facts/facts.ts";
import { authorize } from "#guard/policy/authorize/authorize.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import { rulesFor } from "#guard/policy/rules-for.ts";
import { plainShell } from "../../judging.ts";

const factsIn = (mode: PermissionMode): Facts => ({
  session: {
    sessionId: "s",
    projectRoot: "/p",
    home: "/home/ada",
    user: "ada",
    mode,
    interactive: true,
    ownPaths: [],
  },
  shell: plainShell("bash"),
  holds: { quarantined: false, reason: undefined },
  writtenPaths: new Set(),
  answers: new Map(),
});

function verdictOf(
  rules: string,
  effect: Effect,
  tool = "Bash",
  mode: PermissionMode = "default",
  found: readonly string[] = [],
  chains: readonly SessionChain[] = [],
) {
  const pack = `id: p\nversion: "1"\ntitle: t\nautomaticApproval: true\nrules:\n${rules}`;
  const policy = parsePolicyPack(pack, "p.yaml", { layer: "user", source: NO_PACKS });
  const plain = factsIn(mode);
  const facts = { ...plain, session: { ...plain.session, chains } };
  const input = { kind: "bash", command: "x", background: false, sandboxOff: false } as const;
  const call = { id: "c", tool, cwd: "/p", input };
  const findings = found.map((detector) => {
    return {
      detector,
      family: "secret",
      tier: "high",
      place: "command",
      start: 0,
      end: 1,
    } as const;
  });
  const reader = new FactReader(facts.answers);
  const speaking = rulesFor(policy, { call, findings, session: facts.session, reader });
  const judged = { effects: [effect], shell: "known" } as const;
  const evidence = { facts, reader, places: new PlaceTests(facts.session) };
  return authorize(judged, speaking, evidence).verdict;
}

const place = { via: [], at: undefined } as const;
const write = (path: string, reach: "entry" | "tree" = "entry"): Effect => ({
  ...place,
  kind: "write",
  mode: "change",
  target: { kind: "path", path, real: path, reach },
});
const egress = (
  known: "remote" | "account" | undefined,
  ...carries: readonly ("argument" | "repository" | "environment" | "variable")[]
): Effect => ({
  ...place,
  kind: "egress",
  destination: {
    host: known === "account" ? undefined : "git.example",
    port: undefined,
    scheme: "https",
    ...(known === undefined ? {} : { known }),
  },
  carries: carries.map((kind) => ({ kind })),
});

const WORK = `  - id: a/work
    verdict: allow
    effects: [write, delete]
    paths: ["<project>/**"]
    exceptPaths: ["<project>/.git", "<project>/.git/**"]
    tools: [Bash]
    modes: [default, acceptEdits]
    reason: work
`;

it("speaks of the calls of its tools and in its modes only", () => {
  expect(verdictOf(WORK, write("/p/a"))).toBe("allow");
  expect(verdictOf(WORK, write("/p/a"), "Write")).toBe("abstain");
  expect(verdictOf(WORK, write("/p/a"), "Bash", "plan")).toBe("abstain");
});

it("speaks of calls in which one of its detectors found something only", () => {
  const rules = `${WORK}  - { id: a/key, verdict: ask, effects: [write], detectors: [private-key], reason: a key }\n`;
  const found = (...detectors: string[]) =>
    verdictOf(rules, write("/p/a"), "Bash", "default", detectors);
  expect(found()).toBe("allow");
  expect(found("aws-access-key-id")).toBe("allow");
  expect(found("aws-access-key-id", "private-key")).toBe("ask");
});

it("speaks of calls that end a chain of its kinds, as telling as it says, only", () => {
  const rules = `${WORK}  - id: a/chain
    verdict: ask
    effects: [write]
    chains: { kinds: [told-then-acts], percent: 60 }
    reason: told
`;
  const ending = (...chains: readonly SessionChain[]) =>
    verdictOf(rules, write("/p/a"), "Bash", "default", [], chains);
  const told = (percent: number): SessionChain => ({
    kind: "told-then-acts",
    percent,
    words: "it read a page",
  });
  expect(ending()).toBe("allow");
  expect(ending(told(59))).toBe("allow");
  expect(ending({ ...told(90), kind: "secret-leaves" })).toBe("allow");
  expect(ending({ ...told(90), kind: "secret-leaves" }, told(60))).toBe("ask");
});

it("allows nothing because of a chain", () => {
  const rules = WORK.replace("tools: [Bash]", "chains: { kinds: [told-then-acts], percent: 60 }");
  expect(() => verdictOf(rules, write("/p/a"))).toThrow(/that can only restrict/);
});

it("does not allow a tree in which something is left out", () => {
  expect(verdictOf(WORK, write("/p/build", "tree"))).toBe("allow");
  expect(verdictOf(WORK, write("/p/.git"))).toBe("abstain");
  expect(verdictOf(WORK, write("/p", "tree"))).toBe("abstain");
  const modules = WORK.replace("<project>/.git/**", "<project>/a/.git/**");
  expect(verdictOf(modules, write("/p/a", "tree"))).toBe("abstain");
});

it("does not allow writing through a pattern, whose links may lead anywhere", () => {
  const target = { kind: "pattern", path: "/p/*.ts", reach: "entry" } as const;
  expect(verdictOf(WORK, { ...place, kind: "write", mode: "change", target })).toBe("abstain");
  expect(verdictOf(WORK, { ...place, kind: "delete", target })).toBe("allow");
});

const OWN = `  - id: e/any
    verdict: ask
    effects: [egress]
    exceptHosts: [own-remote, own-account]
    reason: leaves
  - id: e/own
    verdict: ask
    effects: [egress]
    hosts: [own-remote, own-account]
    carriesNothing: false
    reason: leaves
  - id: e/look
    verdict: allow
    effects: [egress]
    hosts: [own-remote, own-account]
    carriesNothing: true
    reason: asks
`;

const CARGO = `  - { id: e/all, verdict: deny, effects: [egress], carries: [environment], exceptHosts: [loopback], reason: keys }
  - { id: e/one, verdict: allow, effects: [egress], carries: [variable, argument], reason: a header }
`;

it("tells the whole environment from a variable, and allows only what carries nothing else", () => {
  expect(verdictOf(CARGO, egress("account", "environment"))).toBe("deny");
  expect(verdictOf(CARGO, egress("account", "variable"))).toBe("allow");
  expect(verdictOf(CARGO, egress("account", "variable", "argument"))).toBe("allow");
  expect(verdictOf(CARGO, egress("account", "variable", "repository"))).toBe("abstain");
  expect(verdictOf(CARGO, egress("account", "variable", "environment"))).toBe("deny");
  expect(verdictOf(CARGO, egress("account"))).toBe("abstain");
});

it("tells what the person configured from what the call names, and asking from sending", () => {
  expect(verdictOf(OWN, egress(undefined, "argument"))).toBe("ask");
  expect(verdictOf(OWN, egress("remote", "argument"))).toBe("allow");
  expect(verdictOf(OWN, egress("account", "argument"))).toBe("allow");
  expect(verdictOf(OWN, egress("remote", "repository"))).toBe("ask");
});

const ASKING = `  - { id: e/tells, verdict: ask, effects: [egress], asksOnly: false, reason: tells }
  - { id: e/asks, verdict: allow, effects: [egress], asksOnly: true, reason: asks }
`;

it("tells a request that only asks by what its model proved, whatever else it carries", () => {
  const asking = (carried: "argument" | "repository"): Effect =>
    ({ ...egress(undefined, carried), asks: true }) as Effect;
  expect(verdictOf(ASKING, asking("argument"))).toBe("allow");
  expect(verdictOf(ASKING, asking("repository"))).toBe("ask");
  expect(verdictOf(ASKING, egress(undefined, "argument"))).toBe("ask");
  expect(verdictOf(ASKING, egress(undefined))).toBe("ask");
});

it("takes the person's own place for temporary files for `/tmp`, and nothing beside it", () => {
  const places = new PlaceTests({ projectRoot: "/p", home: "/h", temporary: "/h/t[m]p" });
  const deletes = places.of({ effects: ["delete"], paths: ["/**"], exceptPaths: ["/tmp/**"] });
  const isLeft = ["/tmp/a", "/h/t[m]p/a", "/h/t[m]p", "/h/tmp/a", "/h/t[m]px"].map((path) =>
    deletes.test(path),
  );
  expect(isLeft).toEqual([false, false, true, true, true]);
});
