// The hooks' checks on mistakes in spellings that they were not written from, and on sound twins of them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as v from "valibot";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = loadCheckFamilies()
  .flatMap((family) => family.checks)
  .filter(({ family }) => family === "hooks");
/** Faults that hang on what else is there. `shellcheck` needs the program. */
const OF_PLACE = [
  "no-change-guard",
  "no-guard",
  "no-audit",
  "audit-after-only",
  "repository-guard",
  "shellcheck",
];

const texts = v.optional(v.record(v.string(), v.string()), {});
const variant = v.strictObject({
  code: v.optional(v.string()),
  inline: v.optional(v.string()),
  hooks: v.optional(v.unknown()),
  event: v.optional(v.string(), "PreToolUse"),
  matcher: v.optional(v.string(), "*"),
  handler: v.optional(v.record(v.string(), v.unknown()), {}),
  files: texts,
  home: texts,
  mode: v.optional(v.string(), "0755"),
  /** The interpreter that the command names; without it the script is started directly. */
  run: v.optional(v.string()),
  /** Other faults that it has; `any` for code that cannot be read. */
  also: v.optional(v.array(v.string()), []),
});
type Variant = v.InferOutput<typeof variant>;
const variants = v.record(
  v.string(),
  v.strictObject({ bad: v.array(variant), good: v.array(variant) }),
);

function faultsOf(one: Variant): readonly string[] {
  const { code, inline, event, matcher, mode } = one;
  const ending = /^#!.*python/.test(code ?? "")
    ? "py"
    : /^#!.*node/.test(code ?? "")
      ? "mjs"
      : "sh";
  const path = `.claude/hooks/hook.${ending}`;
  const command =
    inline ?? `${one.run === undefined ? "" : `${one.run} `}"$CLAUDE_PROJECT_DIR"/${path}`;
  const failure = ["PreToolUse", "UserPromptSubmit"].includes(event) ? { onFailure: "block" } : {};
  const handler = { type: "command", command, ...failure, ...one.handler };
  const hooks = one.hooks ?? { [event]: [{ matcher, hooks: [handler] }] };
  const files = {
    ".claude/settings.json": JSON.stringify({ hooks }),
    ...(code === undefined ? {} : { [path]: code }),
    ...one.files,
  };
  const modes = Object.fromEntries(Object.keys(files).map((file) => [file, mode]));
  const auditInputs = sightsFromMemory({ files, modes, home: one.home }, around);
  return runChecks(checks, auditInputs)
    .filter(({ result }) => result.outcome === "fail")
    .map(({ check }) => check.id.slice("hooks/".length))
    .filter((id) => !OF_PLACE.includes(id));
}

const all = ["answers", "matching", "handling", "entries"].flatMap((name) =>
  Object.entries(
    v.parse(
      variants,
      parse(readFileSync(new URL(`variants/${name}.yaml`, import.meta.url), "utf8")),
    ),
  ),
);
const cases = all.flatMap(([fault, { bad, good }]) => [
  ...bad.map((one, at) => ({
    fault,
    name: `${fault}, bad ${at + 1}`,
    one,
    wanted: [fault, ...one.also],
  })),
  ...good.map((one, at) => ({ fault, name: `${fault}, good ${at + 1}`, one, wanted: one.also })),
]);

describe("a mistake in another spelling", () => {
  it.each(cases)("$name", ({ fault, one, wanted }) => {
    const found = faultsOf(one);
    if (wanted.includes(fault)) expect(found).toContain(fault);
    if (!wanted.includes("any")) expect(found.filter((id) => !wanted.includes(id))).toEqual([]);
  });
});

describe("hooks in the head of an agent or a skill", () => {
  const script =
    '#!/bin/sh\nset -e\nfirst=$(jq -r \'.tool_input.command | split(" ")[0]\')\nif [ "$first" = sudo ]; then echo refused >&2; exit 1; fi\n';
  const head = (matcher: string) =>
    `---\nname: deploy\ndescription: deploys\nhooks:\n  PreToolUse:\n    - matcher: ${matcher}\n      hooks:\n        - type: command\n          command: "./guard.sh"\n        - type: command\n          command: '"$CLAUDE_PROJECT_DIR"/.claude/hooks/hook.sh'\n---\nDeploy.\n`;
  const found = (path: string) => {
    const files = { [path]: head("Bash"), ".claude/hooks/hook.sh": script };
    return runChecks(
      checks,
      sightsFromMemory({ files, modes: { ".claude/hooks/hook.sh": "0755" } }, around),
    )
      .filter(({ result }) => result.outcome === "fail")
      .map(({ check, result }) => [check.id, result.faults[0]?.file, result.faults[0]?.line]);
  };
  it.each([".claude/agents/deploy.md", ".claude/skills/deploy/SKILL.md"])(
    "are judged: %s",
    (path) => {
      const faults = found(path);
      expect(faults).toContainEqual(["hooks/exit-one-as-block", ".claude/hooks/hook.sh", 4]);
      expect(faults).toContainEqual(["hooks/relative-path", path, 4]);
      expect(faults).toContainEqual(["hooks/fails-open", path, 4]);
    },
  );
  it("are none where the head is none", () => {
    expect(found("docs/agents.md").map(([id]) => id)).not.toContain("hooks/relative-path");
  });
});
