// Policy packs: what is accepted, how a fault is reported, and that the published schema says the same.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { PACK_FIELDS } from "#govern/library/pack-schema.ts";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";

const GOOD = `id: x
version: "1"
title: X
automaticApproval: true
lists:
  secrets: [".env"]
rules:
  - { id: a/b, verdict: deny, effects: [read], paths: { in: secrets }, reason: it is secret }
`;

function failureOf(text: string): Failure {
  try {
    parsePolicyPack(text, "x.yaml", { layer: "user", source: NO_PACKS });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("parsePolicyPack", () => {
  it("resolves lists and gives a digest that follows the content", () => {
    const policy = parsePolicyPack(GOOD, "x.yaml", { layer: "user", source: NO_PACKS });
    expect(policy.rules[0]?.when.paths).toEqual([".env"]);
    expect(policy.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(parsePolicyPack(GOOD, "other.yaml", { layer: "user", source: NO_PACKS }).digest).toBe(
      policy.digest,
    );
    expect(
      parsePolicyPack(GOOD.replace(".env", ".key"), "x.yaml", { layer: "user", source: NO_PACKS })
        .digest,
    ).not.toBe(policy.digest);
  });

  const bad: [name: string, text: string, code: string, line: number, says: RegExp][] = [
    ["broken YAML", GOOD.replace("[read]", "[read"), "policy-syntax", 8, /not valid YAML/],
    ["a key twice", `${GOOD}id: y\n`, "policy-syntax", 9, /not valid YAML/],
    ["an unknown key", GOOD.replace("reason:", "reasons:"), "policy-invalid", 8, /rules.0/],
    ["an unknown effect", GOOD.replace("[read]", "[reed]"), "policy-invalid", 8, /effects/],
    ["an unknown verdict", GOOD.replace("deny", "block"), "policy-invalid", 8, /verdict/],
    [
      "a list that is not there",
      GOOD.replace("in: secrets", "in: secret"),
      "policy-invalid",
      8,
      /list `secret`/,
    ],
    [
      "remotes of what has none",
      GOOD.replace("paths: { in: secrets }", "remotes: [a.example]"),
      "policy-invalid",
      8,
      /`remotes` is about `effects: \[publish, history\]`/,
    ],
    [
      "an install allowed by its registry",
      GOOD.replace("deny", "allow")
        .replace("[read]", "[install]")
        .replace("paths: { in: secrets }", "registries: [a.example]"),
      "policy-invalid",
      8,
      /what a package of one brings besides nobody knows/,
    ],
    [
      "calls of MCP tools allowed beside more",
      GOOD.replace("deny", "allow")
        .replace("[read]", "[unknown, read]")
        .replace("paths: { in: secrets }", "mcp: [github]"),
      "policy-invalid",
      8,
      /write two rules/,
    ],
    [
      "tools of any MCP server allowed",
      GOOD.replace("deny", "allow")
        .replace("[read]", "[unknown]")
        .replace("paths: { in: secrets }", 'mcp: ["*/list"]'),
      "policy-invalid",
      8,
      /name the server in full/,
    ],
    [
      "an allowed unknown",
      GOOD.replace("deny", "allow").replace("[read]", "[unknown]"),
      "policy-invalid",
      8,
      /can never be allowed/,
    ],
    [
      "a detector that is not there",
      GOOD.replace("reason:", "detectors: [passport], reason:"),
      "policy-invalid",
      8,
      /detectors/,
    ],
    [
      "a finding that allows",
      GOOD.replace("deny", "allow").replace("reason:", "detectors: [private-key], reason:"),
      "policy-invalid",
      8,
      /can only restrict/,
    ],
    [
      "the same id twice",
      `${GOOD}  - { id: a/b, verdict: ask, effects: [read], reason: again }\n`,
      "policy-invalid",
      9,
      /used twice/,
    ],
    [
      "a port that is none",
      `${GOOD}machinePorts: [5432, 70000]\n`,
      "policy-invalid",
      GOOD.split("\n").length,
      /name a port from 1 to 65535/,
    ],
    [
      "a port of another host",
      `${GOOD}machinePorts: ["169.254.169.254:80"]\n`,
      "policy-invalid",
      GOOD.split("\n").length,
      /`169\.254\.169\.254` is no address of this machine's loopback/,
    ],
    [
      "a port that gives power over the machine",
      `${GOOD}machinePorts: [2375]\n`,
      "policy-invalid",
      GOOD.split("\n").length,
      /port 2375 can be named by no policy: an engine of containers/,
    ],
    ["no rules", GOOD.replace(/rules:[\s\S]*/, "rules: []\n"), "policy-invalid", 7, /rules/],
  ];
  for (const [name, text, code, line, says] of bad) {
    it(`refuses ${name} and says where`, () => {
      const failure = failureOf(text);
      expect(failure.code).toBe(code);
      expect(failure.at).toMatchObject({ file: "x.yaml", line });
      expect(failure.message).toMatch(says);
    });
  }

  it("refuses aliases that explode", () => {
    const bomb = `a: &a [x,x]\n${Array.from({ length: 30 }, (_, at) => `${String.fromCharCode(98 + (at % 20))}${at}: &n${at} [*${at === 0 ? "a" : `n${at - 1}`},*${at === 0 ? "a" : `n${at - 1}`}]`).join("\n")}`;
    expect(() => parsePolicyPack(bomb, "x.yaml", { layer: "user", source: NO_PACKS })).toThrow();
  });
});

describe("the published schema", () => {
  const schema = JSON.parse(
    readFileSync(
      fileURLToPath(new URL("../../../data/schema/policy.schema.json", import.meta.url)),
      "utf8",
    ),
  ) as {
    properties: object;
    $defs: { rule: { properties: { effects: { items: { enum: string[] } } } } };
  };

  it("names the fields that the loader accepts", () => {
    expect(Object.keys(schema.properties).sort()).toEqual([...PACK_FIELDS.pack].sort());
    expect(Object.keys(schema.$defs.rule.properties).sort()).toEqual([...PACK_FIELDS.rule].sort());
    expect(schema.$defs.rule.properties.effects.items.enum).toEqual([...EFFECT_KINDS]);
  });
});

describe("the pack that ships", () => {
  it("is sound: every restricting rule says what to do instead, and none names a program", () => {
    const policy = loadPolicy();
    for (const rule of policy.rules) {
      if (rule.verdict !== "allow") expect(rule.instead, rule.id).toBeDefined();
      expect(rule.when.programs, rule.id).toBeUndefined();
    }
  });
});
