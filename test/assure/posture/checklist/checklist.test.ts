// Checklists: read and joined with checks, an item is as good as its worst check.
import { describe, expect, it } from "vitest";
import {
  CHECKLIST_FIELDS,
  parseChecklist,
  standingOf,
} from "#assure/posture/checklist/checklist.ts";
import { type Check, type Outcome, verdict } from "#assure/posture/check.ts";
import { loadChecklists } from "#surface/services/posture/audit.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import schema from "../../../../data/schema/checklist.schema.json" with { type: "json" };

const check = (id: string, profiles: readonly string[]): Check => ({
  ...{ id, family: "hooks", title: "t", severity: "low", why: "w", fix: "f" },
  ...{ references: ["M15.1"], controls: [], profiles, look: () => verdict([], []) },
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
  it("has the fields that the published schema has; those that ship can be read", () => {
    expect(Object.keys(schema.properties)).toEqual(CHECKLIST_FIELDS.checklist);
    expect(Object.keys(schema.properties.items.items.properties)).toEqual(CHECKLIST_FIELDS.item);
    const all = loadCheckFamilies().flatMap((family) => family.checks);
    expect(() => loadChecklists(all)).not.toThrow();
  });
});
