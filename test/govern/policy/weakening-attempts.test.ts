// Thirty ways in which a layer of the user tries to weaken the managed one: none succeeds, and each is told.
import { describe, expect, it } from "vitest";
import { readPack } from "#govern/library/pack-extends.ts";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { compareStrictness } from "#govern/policy/diff/strictness.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import { weakeningAttempts } from "#govern/policy/weakening-attempts.ts";
import type { Layer, Policy } from "#guard/policy/policy.ts";

const MANAGED = `
id: company
version: "1"
title: what the company holds
automaticApproval: true
lowerLayersMayAllow: false
lists:
  secrets: [.env, "~/.ssh/**"]
rules:
  - { id: secrets/read, verdict: deny, effects: [read], paths: { in: secrets }, reason: secret }
  - { id: publish/any, verdict: deny, effects: [publish], reason: others see it }
  - { id: egress/any, verdict: ask, effects: [egress], exceptHosts: [loopback], reason: leaves }
  - { id: history/any, verdict: deny, effects: [history], operations: [force-push], reason: lost }
  - { id: install/any, verdict: ask, effects: [install], reason: foreign code }
  - { id: tamper/any, verdict: deny, effects: [tamper], reason: a control }
  - { id: write/outside, verdict: deny, effects: [write, delete], paths: ["/etc/**"], reason: outside }
  - { id: run/push, verdict: ask, effects: [execute], commands: ["git push *"], reason: sends }
  - { id: look/project, verdict: allow, effects: [read], paths: ["<project>/**"], reason: looking }
`;
const base = (name: string) =>
  name === "company" ? { text: MANAGED, file: "company.yaml" } : undefined;
const rule = (text: string) => `rules:\n  - { reason: x, ${text} }`;
const extending = (text: string) => `extends: [company]\n${text}`;

/** What a layer says, and the rule or key that is told of it. */
const ATTEMPTS: readonly (readonly [string, string, string])[] = [
  [
    "allows what is denied",
    rule("id: a/read, verdict: allow, effects: [read], paths: [.env]"),
    "a/read",
  ],
  ["allows everything to be read", rule("id: a/read, verdict: allow, effects: [read]"), "a/read"],
  [
    "allows the whole disk",
    rule('id: a/all, verdict: allow, effects: [read, write, delete], paths: ["/**"]'),
    "a/all",
  ],
  [
    "allows by another writing of the path",
    rule('id: a/env, verdict: allow, effects: [read], paths: ["**/.ENV"]'),
    "a/env",
  ],
  ["asks where it is denied", rule("id: a/ask, verdict: ask, effects: [publish]"), "a/ask"],
  [
    "takes the id of a rule and allows",
    rule("id: publish/any, verdict: allow, effects: [publish]"),
    "publish/any",
  ],
  [
    "takes the id of a rule and asks elsewhere",
    rule("id: publish/any, verdict: ask, effects: [read], paths: [x]"),
    "publish/any",
  ],
  [
    "allows one reference",
    rule("id: a/topic, verdict: allow, effects: [publish], refs: [topic]"),
    "a/topic",
  ],
  ["allows every host", rule("id: a/net, verdict: allow, effects: [egress]"), "a/net"],
  [
    "allows one host",
    rule("id: a/host, verdict: allow, effects: [egress], hosts: [paste.example]"),
    "a/host",
  ],
  [
    "allows what carries nothing",
    rule("id: a/none, verdict: allow, effects: [egress], carriesNothing: true"),
    "a/none",
  ],
  ["allows replacing commits", rule("id: a/force, verdict: allow, effects: [history]"), "a/force"],
  ["allows installing", rule("id: a/add, verdict: allow, effects: [install]"), "a/add"],
  ["allows touching controls", rule("id: a/hooks, verdict: allow, effects: [tamper]"), "a/hooks"],
  [
    "allows a command and what it does",
    rule('id: a/npm, verdict: allow, effects: [install], commands: ["npm *"]'),
    "a/npm",
  ],
  [
    "allows each command",
    rule('id: a/any, verdict: allow, effects: [execute, egress, publish], commands: ["*"]'),
    "a/any",
  ],
  [
    "allows in a mode that asks nobody",
    rule("id: a/mode, verdict: allow, effects: [publish], modes: [bypassPermissions]"),
    "a/mode",
  ],
  ["allows in CI", rule("id: a/ci, verdict: allow, effects: [publish], ci: true"), "a/ci"],
  [
    "allows sessions with a label",
    rule("id: a/label, verdict: allow, effects: [install], labels: [trusted]"),
    "a/label",
  ],
  [
    "allows on a branch",
    rule("id: a/branch, verdict: allow, effects: [publish], branches: [topic]"),
    "a/branch",
  ],
  [
    "allows at night",
    rule('id: a/night, verdict: allow, effects: [egress], hours: ["Mon-Sun 00:00-06:00"]'),
    "a/night",
  ],
  [
    "allows one tool",
    rule("id: a/tool, verdict: allow, effects: [egress], tools: [WebFetch]"),
    "a/tool",
  ],
  [
    "allows all of the shell, as the client writes it",
    'native: { allow: ["Bash(*)"] }',
    "native/allow-bash-any",
  ],
  [
    "allows pushing, as the client writes it",
    'native: { allow: ["Bash(git push:*)"] }',
    "native/allow-bash-git-push-any",
  ],
  [
    "allows reading secrets, as the client writes it",
    'native: { allow: ["Read(~/.ssh/**)"] }',
    "native/allow-read-ssh-any-any",
  ],
  [
    "leaves a rule out of the pack it extends",
    extending("without: [secrets/read]"),
    "secrets/read",
  ],
  ["empties a list of the pack it extends", extending("lists: { secrets: [] }"), "lists.secrets"],
  [
    "takes an item out of a list",
    extending("lists: { secrets: { remove: [.env] } }"),
    "lists.secrets",
  ],
  [
    "calls the repository one of low risk",
    `tier: low-risk\n${rule("id: a/low, verdict: allow, effects: [publish], tiers: [low-risk]")}`,
    "tier",
  ],
  [
    "calls the person an administrator",
    `role: administrator\nrequires: [audit]\n${rule("id: a/admin, verdict: allow, effects: [tamper], roles: [administrator]")}`,
    "role",
  ],
  [
    "says that lower layers may allow",
    `lowerLayersMayAllow: true\n${rule("id: a/x, verdict: allow, effects: [deploy]")}`,
    "lowerLayersMayAllow",
  ],
  [
    "opens ports of the machine to held code",
    `machinePorts: [5432, "127.0.0.1:6379"]\n${rule("id: a/x, verdict: deny, effects: [deploy]")}`,
    "machinePorts",
  ],
  [
    "allows what no managed rule speaks of",
    rule("id: a/deploy, verdict: allow, effects: [deploy]"),
    "a/deploy",
  ],
];

function layerOf(text: string, layer: Layer): Policy {
  return parsePolicyPack(text, `${layer}.yaml`, { layer, source: base });
}

function lowerOf(said: string) {
  const text = `id: mine\nversion: "1"\ntitle: mine\nautomaticApproval: true\n${said}\n`;
  return { policy: layerOf(text, "user"), pack: readPack(text, "user.yaml", base).pack };
}

describe("a user layer that tries to weaken the managed one", () => {
  const managed = layerOf(MANAGED, "managed");

  it("is tried in at least thirty ways", () => {
    expect(ATTEMPTS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(ATTEMPTS)("%s: no verdict is milder, and it is told", (_, said, told) => {
    const lower = lowerOf(said);
    const stack = stackPolicies([lower.policy, managed]);
    const { answer, milder } = compareStrictness(managed, stack);
    expect(milder).toEqual([]);
    expect(answer).toBe("nowhere-milder");
    const found = weakeningAttempts(managed, lower);
    expect(found.map(({ rule: id }) => id)).toContain(told);
    for (const { tried, why } of found)
      expect([tried, why].every((text) => text.length > 5)).toBe(true);
  });

  it("approves nothing where the managed layer approves nothing", () => {
    const text = MANAGED.replace("automaticApproval: true", "automaticApproval: false");
    const without = layerOf(text, "managed");
    const lower = lowerOf(rule("id: a/deploy, verdict: allow, effects: [deploy]"));
    const stack = stackPolicies([lower.policy, without]);
    expect(compareStrictness(without, stack).answer).toBe("nowhere-milder");
    const rules = weakeningAttempts(without, lower).map(({ rule: id }) => id);
    expect(rules).toContain("automaticApproval");
  });

  it("takes ports of the machine away, and adds none to those that the managed layer names", () => {
    const pinned = layerOf(`${MANAGED}machinePorts: [5432, 6379]\n`, "managed");
    const lower = lowerOf(
      `machinePorts: [6379, 3306]\n${rule("id: a/x, verdict: deny, effects: [deploy]")}`,
    );
    const stack = stackPolicies([lower.policy, pinned]);
    expect(stack.machinePorts).toEqual(["6379"]);
    expect(compareStrictness(pinned, stack).answer).toBe("nowhere-milder");
    expect(weakeningAttempts(pinned, lower)).toEqual([
      expect.objectContaining({
        rule: "machinePorts",
        tried: expect.stringContaining("port 3306"),
      }),
    ]);
  });

  it("tells nothing of a layer that only restricts", () => {
    const lower = lowerOf(rule("id: a/more, verdict: deny, effects: [deploy]"));
    expect(weakeningAttempts(managed, lower)).toEqual([]);
  });
});

it("stands on its own: a policy that extends nothing needs no source", () => {
  expect(parsePolicyPack(MANAGED, "x.yaml", { layer: "managed", source: NO_PACKS }).id).toBe(
    "company",
  );
});
