// Families of checks: what ships can be read, faults of the data are found at their place, and inputs of memory are looked at.
import { describe, expect, it } from "vitest";
import { CHECK_FIELDS, parseFamily } from "#assure/posture/check-data.ts";
import { verdict } from "#assure/posture/check.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import schema from "../../../data/schema/check.schema.json" with { type: "json" };

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const families = loadCheckFamilies();
const checks = families.flatMap((family) => family.checks);
const outcomeOf = (id: string, given: Parameters<typeof sightsFromMemory>[0]) => {
  const found = runChecks(
    checks.filter((check) => check.id === id),
    sightsFromMemory(given, around),
  );
  expect(found).toHaveLength(1);
  return found[0]?.result ?? expect.unreachable();
};
const entry = `id: hooks
title: t
checks:
  - { id: hooks/one, title: t, severity: low, why: w, fix: f, references: [X.1] }
`;
const parse = (text: string, looks = {}) => parseFamily(text, { file: "f", name: "hooks", looks });
const look = () => verdict([], []);

describe("families that ship", () => {
  it("can be read, with ids of their own", () => {
    expect(checks.length).toBeGreaterThan(2);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });
  it("have the fields that the published schema has", () => {
    expect(Object.keys(schema.properties)).toEqual(CHECK_FIELDS.family);
    const { properties } = schema.properties.checks.items;
    expect(Object.keys(properties)).toEqual(CHECK_FIELDS.check);
  });
});

describe("a family's data", () => {
  it("is joined with its function", () => {
    expect(parse(entry, { one: look }).checks.map(({ id }) => id)).toEqual(["hooks/one"]);
  });
  it("is taken as it was parsed before, and read again where that does not fit", () => {
    const value = {
      id: "hooks",
      title: "parsed",
      checks: [
        {
          id: "hooks/one",
          title: "t",
          severity: "low",
          why: "w",
          fix: "f",
          references: ["X.1"],
        },
      ],
    };
    const read = (parsed: unknown) =>
      parseFamily(entry, { file: "f", name: "hooks", looks: { one: look }, parsed });
    expect(read(value).title).toBe("parsed");
    expect(read({ ...value, checks: 3 }).title).toBe("t");
  });
  it.each([
    ["an entry that nothing looks at", entry, {}, "has 0"],
    ["a function without an entry", entry, { one: look, two: look }, "`two` has no entry"],
    [
      "two ways of looking",
      entry.replace("fix: f", "fix: f, attest: { days: 3 }"),
      { one: look },
      "has 2",
    ],
    ["another family", entry.replace("hooks/one", "git/one"), {}, "another family"],
    [
      "a lint that is none",
      entry.replace("fix: f", "fix: f, lint: [no/such]"),
      {},
      "a check of lint",
    ],
    [
      "a name of another file",
      entry.replace("id: hooks\n", "id: git\n"),
      {},
      "not the family's file",
    ],
  ])("with %s is refused", (_, text, looks, message) => {
    expect(() => parse(text, looks)).toThrow(message);
  });
});

describe("auditInputs of memory", () => {
  const hook = (command: string) =>
    JSON.stringify({
      hooks: { PreToolUse: [{ matcher: "*", hooks: [{ type: "command", command }] }] },
    });
  const files = {
    ".claude/settings.json": hook('"$CLAUDE_PROJECT_DIR"/.claude/hooks/guard.sh'),
    ".claude/hooks/guard.sh": "#!/bin/sh\nexit 0\n",
  };
  it("find a script that others can write", () => {
    const modes = { ".claude/hooks/guard.sh": "0777" };
    const result = outcomeOf("hooks/script-writable-by-others", { files, modes });
    expect(result.outcome).toBe("fail");
    expect(result.faults).toMatchObject([
      { file: ".claude/hooks/guard.sh", evidence: "mode 0777" },
    ]);
  });
  it("pass a script that nobody else can write, and know where there is none", () => {
    const modes = { ".claude/hooks/guard.sh": "0755" };
    expect(outcomeOf("hooks/script-writable-by-others", { files, modes }).outcome).toBe("pass");
    expect(outcomeOf("hooks/script-writable-by-others", { files: {} }).outcome).toBe(
      "not-applicable",
    );
  });
  it("find what lint finds, at its line", () => {
    const text = '{\n  "permissions": {\n    "allow": ["Bash"]\n  }\n}\n';
    const result = outcomeOf("permissions/bare-bash", {
      files: {},
      home: { ".claude/settings.json": text },
    });
    expect(result.faults).toMatchObject([
      { file: "~/.claude/settings.json", line: 3, evidence: '"allow": ["Bash"]' },
    ]);
  });
  it("wait for a person where only one can say", () => {
    expect(outcomeOf("governance/incident-playbook", { files: {} }).outcome).toBe("attest");
  });
});
