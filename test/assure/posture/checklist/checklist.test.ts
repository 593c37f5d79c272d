// Checklists: read and joined with checks, an item is as good as its worst check.
import { describe, expect, it } from "vitest";
import {
  CHECKLIST_FIELDS,
  parseChecklist,
  standingOf,
} from "#assure/posture/checklist/checklist.ts";
import { type Check, type Outcome, verdict } from "#assure/posture/check.ts";
import { type InMemory, sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import type { AuditInputs, GuardInput } from "#assure/posture/inputs/audit-inputs.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { loadChecklists } from "#surface/services/posture/audit.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import schema from "../../../../data/schema/checklist.schema.json" with { type: "json" };

const allowing = (rule: string) => ({
  ".claude/settings.json": JSON.stringify({ permissions: { allow: [rule] } }),
});
const server = (name: string) => ({
  ".mcp.json": JSON.stringify({ mcpServers: { a: { command: "npx", args: ["-y", name] } } }),
});
const GUARD: GuardInput = {
  isInstalled: true,
  isGuarded: true,
  isDaemonRunning: true,
  policy: "team",
  logDirectory: "/repository/log",
  isLogInRepository: false,
  isLogOpen: false,
  exportTargets: 0,
  hasManagedPolicy: false,
  lastEventDays: 0,
};

const check = (id: string, profiles: readonly string[]): Check => ({
  id,
  family: "hooks",
  title: "t",
  severity: "low",
  why: "w",
  fix: "f",
  references: ["M15.1"],
  controls: [],
  profiles,
  look: () => verdict([], []),
});
const text = `id: minimum
title: Minimum
source: "000"
items:
  - { id: "1", title: one, requirement: M15.1 }
  - { id: "2", title: two, requirement: M15.1 }
`;
const checks = [
  check("hooks/a", ["minimum/1"]),
  check("hooks/b", ["minimum/1", "minimum/2"]),
  check("hooks/c", []),
];
const parse = (source: string, all: readonly Check[] = checks) =>
  parseChecklist(source, { file: "f", name: "minimum", checks: all });

describe("a checklist", () => {
  it("joins each item with the checks that name it", () => {
    expect(parse(text).items.map((item) => item.checks)).toEqual([
      ["hooks/a", "hooks/b"],
      ["hooks/b"],
    ]);
  });
  it.each([
    ["an item that no check answers", text, checks.slice(0, 1), "no check answers `minimum/2`"],
    [
      "a check of an item that is none",
      text,
      [...checks, check("hooks/d", ["minimum/9"])],
      "no item",
    ],
    [
      "a veto by a check that is none",
      text.replace("M15.1 }", "M15.1, vetoes: [hooks/x] }"),
      checks,
      "there is no check `hooks/x`",
    ],
    ["another name", text.replace("minimum", "other"), checks, "not the checklist's file"],
  ])("with %s is refused", (_, source, all, message) => {
    expect(() => parse(source, all)).toThrow(message);
  });
  it.each<[Outcome, Outcome, Outcome]>([
    ["pass", "pass", "pass"],
    ["pass", "fail", "fail"],
    ["pass", "unseen", "unseen"],
    ["attest", "pass", "attest"],
    ["not-applicable", "pass", "pass"],
  ])("whose checks came to %s and %s stands as %s", (first, second, expected) => {
    const runs = [first, second].map((outcome, index) => ({
      check: checks[index] ?? expect.unreachable(),
      result: { outcome, lookedAt: ["a file"] as const, faults: [] },
    }));
    expect(standingOf(parse(text), runs)[0]?.outcome).toBe(expected);
  });
  it.each<[own: Outcome, veto: Outcome, expected: Outcome]>([
    ["pass", "fail", "fail"],
    ["pass", "pass", "pass"],
    ["pass", "unseen", "unseen"],
    ["attest", "fail", "fail"],
    ["not-applicable", "pass", "not-applicable"],
    ["not-applicable", "unseen", "not-applicable"],
    ["unseen", "pass", "unseen"],
  ])("whose check came to %s and whose veto to %s stands as %s", (own, veto, expected) => {
    const vetoed = text.replace(
      "title: two, requirement: M15.1 }",
      "title: two, requirement: M15.1, vetoes: [hooks/c] }",
    );
    const runs = [own, own, veto].map((outcome, index) => ({
      check: checks[index] ?? expect.unreachable(),
      result: { outcome, lookedAt: ["a file"] as const, faults: [] },
    }));
    expect(standingOf(parse(vetoed), runs)[1]?.outcome).toBe(expected);
  });
  it("has the fields that the published schema has; those that ship can be read", () => {
    expect(Object.keys(schema.properties)).toEqual(CHECKLIST_FIELDS.checklist);
    expect(Object.keys(schema.properties.items.items.properties)).toEqual(CHECKLIST_FIELDS.item);
    const all = loadCheckFamilies().flatMap((family) => family.checks);
    expect(() => loadChecklists(all)).not.toThrow();
  });
});

/** Set-ups of which an item said what is plainly false. */
const FALSE: readonly (readonly [
  item: string,
  given: Partial<InMemory>,
  more?: Partial<AuditInputs>,
])[] = [
  ["pre-deployment/5", { files: allowing("*") }],
  ["executive/5", { files: allowing("Bash(node:*)") }],
  ["baseline/8", { files: allowing("Bash(npm:*)") }],
  ["enterprise/7", {}, { guard: { kind: "seen", value: { ...GUARD, isLogInRepository: true } } }],
  ["enterprise/11", { environment: { ANTHROPIC_BASE_URL: "https://free-proxy.example.net" } }],
  ["pre-deployment/16", { files: { ".gitignore": ".env\n" } }],
  ["baseline/10", { files: server("some-server") }],
  ["enterprise/12", { files: server("some-server") }],
  ["minimum/5", { files: server("some-server") }],
  [
    "minimum/3",
    {
      files: {
        ".claude/hooks/guard.sh":
          '#!/bin/bash\n# blocks .env\nif [ "$1" = .env ]; then exit 2; fi\n',
        ".claude/settings.json": JSON.stringify({
          hooks: {
            PreToolUse: [
              { matcher: "*", hooks: [{ type: "command", command: ".claude/hooks/guard.sh" }] },
            ],
          },
        }),
      },
      modes: { ".claude/hooks/guard.sh": "0755" },
    },
  ],
];

describe("an item", () => {
  const all = loadCheckFamilies().flatMap((family) => family.checks);
  const lists = loadChecklists(all);
  const outcomeOf = (name: string, given: Partial<InMemory>, more: Partial<AuditInputs> = {}) => {
    const list = lists.find(({ id }) => name.startsWith(`${id}/`)) ?? expect.unreachable();
    const item = list.items.find(({ id }) => name === `${list.id}/${id}`) ?? expect.unreachable();
    const asked = new Set([...item.checks, ...item.vetoes]);
    const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
    const seen = sightsFromMemory({ files: {}, ...given }, around);
    const runs = runChecks(
      all.filter(({ id }) => asked.has(id)),
      { ...seen, ...more, isAskedFor: true },
    );
    return standingOf(list, runs).find(({ id }) => id === item.id)?.outcome;
  };
  it.each(FALSE.map(([item, given, more = {}]) => ({ item, given, more })))(
    "does not pass what is plainly false: $item",
    ({ item, given, more }) => {
      expect(outcomeOf(item, given, more)).toBe("fail");
    },
  );
  it("passes what is so", () => {
    const ignored = ".env\n.env.*\n!.env.example\n*.pem\n*.key\n";
    expect(outcomeOf("pre-deployment/16", { files: { ".gitignore": ignored } })).toBe("pass");
    expect(outcomeOf("pre-deployment/5", { files: allowing("Bash(npm run lint)") })).toBe("pass");
  });
});
