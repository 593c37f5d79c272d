// Guards of other forms are run on cases that ship: each lets run what has to be stopped, or stops honest work, and ours does neither.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { outcomeOfRun } from "#assure/posture/inputs/hook-outcome.ts";
import { runCase } from "#assure/redteam/case-run.ts";
import { type Attack, HONEST } from "#assure/redteam/suite.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeMode, NativeSettings } from "#guard/native/stack.ts";
import { loadFamilies } from "#surface/foundation/product/shipped-data.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { type JailedFile, jailCommand, whyNoHookJail } from "#surface/services/recipe/hook-jail.ts";
import { callOf, openCaseRoom } from "#surface/services/redteam/case-room.ts";
import { skipIfMissing } from "../../skipping.ts";
import { sourceExamples } from "../../corpus/posture/case.ts";

type Row = {
  readonly item: string;
  readonly case: string;
  readonly source?: string;
  readonly hook?: string;
  readonly rules?: NonNullable<NativeSettings["permissions"]>;
};
const rows = parse(readFileSync(join(import.meta.dirname, "weak-guards.yaml"), "utf8"), {
  merge: true,
}) as readonly Row[];
const under = { policy: loadPack("team"), exceptions: [] };
const families = loadFamilies();
const PROJECT = "/tmp/project";

type Call = ReturnType<typeof callOf>;
type Stopped = "stopped" | "runs";

function caseOf(name: string) {
  const [id, one] = name.split("/");
  const family = families.find((each) => each.id === id);
  const attack = family?.cases.find((each) => each.id === one);
  if (family === undefined || attack === undefined) throw new Error(`no case ${name}`);
  return { family, attack };
}

function callsOf({ steps }: Attack): readonly Call[] {
  return steps.flatMap((step) =>
    step.expect === "step" || "prompt" in step || "payload" in step
      ? []
      : [callOf(step, PROJECT, "/tmp/home")],
  );
}

/** What the client itself makes of it. */
function byRules(permissions: NonNullable<Row["rules"]>, { tool, input }: Call): Stopped {
  const layer = {
    source: "project",
    file: "s.json",
    root: PROJECT,
    settings: { permissions },
  } as const;
  const stack = {
    layers: [layer],
    mode: permissions.defaultMode as NativeMode | undefined,
    isTrusted: true,
    project: PROJECT,
    home: "/tmp/home",
  };
  const call = { tool, input, cwd: PROJECT, hasRunShell: true };
  return simulateNative(openSession(stack), call).verdict === "allow" ? "runs" : "stopped";
}

type Handler = { readonly type?: string; readonly command?: string };
type Group = { readonly matcher?: string; readonly hooks?: readonly Handler[] };

/** The commands that the client would call: those of groups that have handlers and match the tool. */
function commandsFor(settings: string, tool: string): readonly string[] {
  const hooks = Object(JSON.parse(settings)).hooks as { readonly PreToolUse?: readonly Group[] };
  return (hooks.PreToolUse ?? [])
    .filter(({ matcher = "*" }) => matcher === "*" || new RegExp(`^(?:${matcher})$`).test(tool))
    .flatMap(({ hooks: own = [] }) => own.flatMap(({ command }) => command ?? []));
}

async function byHook(row: Row, call: Call): Promise<Stopped> {
  const files: readonly JailedFile[] = row.source === undefined ? [] : filesOf(row.source);
  const settings = files.find(({ path }) => path.endsWith("settings.json"))?.text ?? "{}";
  const commands =
    row.hook === undefined ? commandsFor(settings, call.tool) : [`bash -c ${quoted(row.hook)}`];
  const payload = {
    ...{ hook_event_name: "PreToolUse", session_id: "s", cwd: PROJECT, tool_name: call.tool },
    tool_input: call.input,
  };
  for (const command of commands) {
    const jail = jailCommand(files, { command, args: undefined });
    try {
      const ran = await jail.run(JSON.stringify(payload));
      const { kind } = outcomeOfRun("PreToolUse", ran);
      if (["deny", "ask", "block", "ends"].includes(kind)) return "stopped";
    } finally {
      jail.close();
    }
  }
  return "runs";
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function filesOf(source: string): readonly JailedFile[] {
  const found = sourceExamples().find(({ id }) => id === source);
  if (found === undefined) throw new Error(`no example ${source}`);
  return Object.entries(found.files).map(([path, text]) => ({ path, text, mode: 0o755 }));
}

describe("a guard of another form", () => {
  it.for(rows)("$item does the wrong thing with $case, and ours does not", async (row, ctx) => {
    const { family, attack } = caseOf(row.case);
    if (row.rules === undefined) skipIfMissing(ctx, whyNoHookJail());
    const theirs: Stopped[] = [];
    for (const call of callsOf(attack))
      theirs.push(row.rules === undefined ? await byHook(row, call) : byRules(row.rules, call));
    // Of honest work one refusal is one too many; of an attack the last call is the one that counts.
    if (family.id === HONEST) expect(theirs).toContain("stopped");
    else expect(theirs.at(-1)).toBe("runs");
    const ours = await runCase(family, attack, (one) => openCaseRoom(one, under), []);
    expect(ours.misses).toEqual([]);
  });
});

it("each case of the family has a guard that lets it run, and a few have none that could be run", () => {
  const own = families
    .find(({ id }) => id === "weak-guards")
    ?.cases.map(({ id }) => `weak-guards/${id}`);
  const named = new Set(rows.map((row) => row.case));
  // WHY: it is not a call that a guard misses, but a session in which none of the project's is read (X.48).
  expect(own?.filter((name) => !named.has(name))).toEqual(["weak-guards/settings-left-out"]);
});
