// The literal rules of appendix R: what lint says of each, what the client does with a call, and what the call is to us.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { CHECKS } from "#govern/settings/lint/checks.ts";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeCall, RuleList } from "#guard/native/stack.ts";
import { judgeCommand, makeProject, type TestProject } from "../judging.ts";
import { heldPage, pageTable } from "./reference-page.ts";
import { idsOf, lintRule } from "./settings/lint/lint-text.ts";

const text = v.pipe(v.string(), v.minLength(1));
const list = v.picklist(["deny", "ask", "allow"]);
const FixtureSchema = v.strictObject({
  rules: v.array(
    v.strictObject({
      rule: text,
      list,
      think: text,
      client: text,
      trap: v.optional(text),
      effect: v.picklist(EFFECT_KINDS),
      lint: v.array(v.string()),
      /** Tool and input; `-` is none. */
      holds: v.optional(text),
      surprise: v.optional(v.strictObject({ call: text, client: list })),
    }),
  ),
});

const file = new URL("./appendix-r.yaml", import.meta.url);
const { rules } = readDeclaration(readFileSync(file, "utf8"), {
  file: "appendix-r.yaml",
  kind: "fixture",
  schema: FixtureSchema,
  charsMax: 512 * 1024,
}).value;

const PROJECT = "/w/shop";
const TOOLS = ["Bash", "Read", "Edit", "Write", "WebFetch", "WebSearch", "Agent", "Glob", "Grep"];
const INPUTS: Readonly<Record<string, string>> = { Bash: "command", WebFetch: "url" };
const STRICTNESS = ["allow", "ask", "deny"] as const;

function callOf(words: string): NativeCall {
  const [, tool = "", input = ""] = /^(\w+) (.*)$/s.exec(words) ?? [];
  return {
    tool,
    input: input === "-" ? {} : { [INPUTS[tool] ?? "file_path"]: input },
    cwd: PROJECT,
  };
}

/** What the client does with a call under one rule, where everything else is allowed, or nothing for an allow. */
function nativeVerdict(rule: string, ruleList: RuleList, words: string): RuleList {
  const others = ruleList === "allow" ? {} : { allow: TOOLS };
  const session = openSession({
    layers: [
      {
        source: "project",
        file: "settings.json",
        root: PROJECT,
        settings: { permissions: { ...others, [ruleList]: [rule] } },
      },
    ],
    mode: undefined,
    isTrusted: true,
    project: PROJECT,
    home: "/home/u",
  });
  return simulateNative(session, callOf(words)).verdict;
}

describe("the fixture", () => {
  it("has all 170 rules, each once for each list it stands in", () => {
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(170);
    const uses = rules.map((one) => `${one.list} ${one.rule}`);
    expect(uses.filter((use, index) => uses.indexOf(use) !== index)).toEqual([]);
  });
  it("explains a trap exactly where lint finds something", () => {
    const odd = rules.filter(({ trap, lint }) => (trap === undefined) !== (lint.length === 0));
    expect(odd).toEqual([]);
  });
  it("shows a call that the rule decides, or says that it never does", () => {
    const idle = rules.filter(({ holds }) => holds === undefined);
    expect(idle.length).toBeGreaterThan(10);
    for (const { client, surprise, lint } of idle) {
      expect(client).toMatch(/^Fits (?:no call|a program whose name)/);
      expect(surprise?.client).not.toBe("deny");
      expect(lint).not.toEqual([]);
    }
  });
});

it("the page of rules that people write is made of the fixture", () => {
  // WHY: the repository names no registry's host, and this one is part of a rule.
  const code = (words: string) =>
    words.includes("//registry.")
      ? `<code>${words.replace("//r", "//&#114;")}</code>`
      : `\`${words}\``;
  const shown = (words: string) => code(words.replace(/^Bash /, ""));
  const page = [
    "# Rules that people write",
    "",
    "170 permission rules as they stand in guides and templates: what people think of each, what the client does, and where",
    "the trap is. Generated from `test/govern/appendix-r.yaml` by `UPDATE=1 npx vitest run test/govern/appendix-r.test.ts`. The client's",
    "part is held against the simulator of its decision, the effect against the guard, what lint says against",
    "[lint](settings-lint.md). *passes by* is a call that the rule was meant to hold, or would not be thought to allow, and",
    "what the client does with it where everything else is allowed. To a policy that speaks of effects both are one.",
    "",
    ...pageTable(
      ["rule", "list", "people think", "the client", "trap", "passes by", "effect"],
      rules.map((one) => [
        code(one.rule),
        one.list,
        one.think,
        one.client,
        one.trap ?? "",
        one.surprise === undefined ? "" : `${shown(one.surprise.call)}: ${one.surprise.client}`,
        one.effect,
      ]),
    ),
  ].join("\n");
  expect(heldPage("native-rules", page)).toBe(page);
});

describe("lint says of each rule what its trap is", () => {
  it.each(rules.map((one) => [one.list, one.rule, one.lint] as const))(
    "%s %s",
    (ruleList, rule, lint) => {
      const findings = lintRule(ruleList, rule);
      expect([...idsOf(findings)].sort()).toEqual([...lint].sort());
      for (const { id, message, fix } of findings) {
        expect(message.length).toBeGreaterThan(15);
        expect(fix).toMatch(/\w/);
        expect(CHECKS[id].title).toMatch(/\w/);
      }
    },
  );
});

describe("the client does with a call what the fixture says", () => {
  const calls = rules.flatMap(({ rule, list: ruleList, holds, surprise }) => [
    ...(holds === undefined ? [] : [[ruleList, rule, holds, ruleList] as const]),
    ...(surprise === undefined ? [] : [[ruleList, rule, surprise.call, surprise.client] as const]),
  ]);
  // The simulator may be stricter than the client, never milder; what a rule decides it decides exactly.
  it.each(calls)("%s %s: `%s` is %s", (ruleList, rule, words, expected) => {
    const verdict = nativeVerdict(rule, ruleList, words);
    if (words === rules.find((one) => one.rule === rule && one.list === ruleList)?.holds)
      expect(verdict).toBe(expected);
    else {
      expect(STRICTNESS.indexOf(verdict)).toBeGreaterThanOrEqual(STRICTNESS.indexOf(expected));
      expect(ruleList !== "allow" && verdict === ruleList).toBe(false);
    }
  });
});

describe("the effect of a command is the same, whether the rule sees it or not", () => {
  let where: TestProject;
  beforeAll(() => {
    where = makeProject();
  });
  afterAll(() => where.remove());
  const commands = rules.flatMap(({ rule, list: ruleList, effect, holds, surprise }) =>
    [holds, ruleList === "allow" ? undefined : surprise?.call].flatMap((words) =>
      words?.startsWith("Bash ") === true
        ? [[rule, words.slice("Bash ".length), effect] as const]
        : [],
    ),
  );
  it.each(commands)("%s: `%s` is %s", async (_, command, effect) => {
    const { effects } = await judgeCommand(where, command);
    expect(effects.map(({ kind }) => kind)).toContain(effect);
  });
});
