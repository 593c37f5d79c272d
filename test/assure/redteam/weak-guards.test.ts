// Guards of other forms are run on cases that ship: each lets run what has to be stopped, or stops honest work, and ours does neither.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { outcomeOfRun } from "#assure/posture/inputs/hook-outcome.ts";
import { runCase } from "#assure/redteam/case-run.ts";
import { type Attack, HONEST } from "#assure/redteam/suite.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeMode, NativeSettings, NativeSource } from "#guard/native/stack.ts";
import { loadFamilies } from "#surface/foundation/product/shipped-data.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { type JailedFile, jailCommand, whyNoHookJail } from "#surface/services/recipe/hook-jail.ts";
import { nativeSettings } from "#surface/services/settings/native-settings.ts";
import { callOf, openCaseRoom } from "#surface/services/redteam/case-room.ts";
import { skipIfMissing } from "../../skipping.ts";
import { sourceExamples } from "../../corpus/posture/case.ts";

type Row = {
  readonly item: string;
  readonly case: string;
  readonly source?: string;
  /** The source is a hook of git that looks at what is committed. */
  readonly commit?: true;
  readonly hook?: string;
  readonly rules?: NonNullable<NativeSettings["permissions"]>;
  readonly layers?: Partial<Readonly<Record<NativeSource, NativeSettings>>>;
  readonly text?: string;
};
type Unattacked = { readonly item: string; readonly nothing: string };
const items = parse(readFileSync(join(import.meta.dirname, "weak-guards.yaml"), "utf8"), {
  merge: true,
}) as readonly (Row | Unattacked)[];
const rows = items.filter((one) => "case" in one);
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

type Layers = NonNullable<Row["layers"]>;

/** The layers of a row that only the client's rules decide on; undefined for one with a hook. */
async function layersOf({ rules, layers, text }: Row): Promise<Layers | undefined> {
  if (text !== undefined) return asRead(text);
  return rules === undefined ? layers : { project: { permissions: rules } };
}

/** A settings file of a project as the client reads it: what it cannot read is not there. */
async function asRead(text: string): Promise<Layers> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-weak-"));
  try {
    mkdirSync(join(folder, "shop/.claude"), { recursive: true });
    writeFileSync(join(folder, "shop/.claude/settings.json"), text);
    const { stack } = await nativeSettings(join(folder, "shop"), folder);
    const own = stack.layers.find(({ source }) => source === "project");
    return own === undefined ? {} : { project: own.settings };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the client itself makes of it. */
function byRules(given: Layers, { tool, input }: Call): Stopped {
  const sources = ["managed", "project", "user"] as const;
  const stack = {
    layers: sources.flatMap((source) => {
      const settings = given[source];
      return settings === undefined ? [] : [{ source, file: "s.json", root: PROJECT, settings }];
    }),
    mode: given.project?.permissions?.defaultMode as NativeMode | undefined,
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
  if (row.commit === true) return byCommit(row, call);
  const files: readonly JailedFile[] = row.source === undefined ? [] : filesOf(row.source);
  const settings = files.find(({ path }) => path.endsWith("settings.json"))?.text ?? "{}";
  const commands =
    row.hook === undefined ? commandsFor(settings, call.tool) : [`bash -c ${quoted(row.hook)}`];
  const payload = {
    hook_event_name: "PreToolUse",
    session_id: "s",
    cwd: PROJECT,
    tool_name: call.tool,
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

/** What a hook of git makes of a commit of the file that the call writes. */
async function byCommit({ source = "" }: Row, { input }: Call): Promise<Stopped> {
  const [hook] = filesOf(source).filter(({ path }) => path === ".git/hooks/pre-commit");
  const { file_path: file, content: text } = input as { file_path: string; content: string };
  if (hook === undefined) throw new Error(`no hook in ${source}`);
  const written = { path: file.slice(PROJECT.length + 1), text, mode: 0o644 };
  const command = `cp -r . /tmp/shop && cd /tmp/shop && git init -q . && git add -A && bash -c ${quoted(hook.text)}`;
  const jail = jailCommand([written], { command, args: undefined });
  try {
    return (await jail.run("")).exit === 0 ? "runs" : "stopped";
  } finally {
    jail.close();
  }
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
    const layers = await layersOf(row);
    if (layers === undefined) skipIfMissing(ctx, whyNoHookJail());
    const theirs: Stopped[] = [];
    for (const call of callsOf(attack))
      theirs.push(layers === undefined ? await byHook(row, call) : byRules(layers, call));
    // Of honest work one refusal is one too many; of an attack the last call is the one that counts.
    if (family.id === HONEST) expect(theirs).toContain("stopped");
    else expect(theirs.at(-1)).toBe("runs");
    const ours = await runCase(family, attack, (one) => openCaseRoom(one, under), []);
    expect(ours.misses).toEqual([]);
  });
});

it("a deny of the project holds in a session that reads the project's settings, and in no other", () => {
  const call = { tool: "Read", input: { file_path: `${PROJECT}/.env` } };
  const deny = { project: { permissions: { deny: ["Read(.env)"] } } };
  expect([byRules(deny, call), byRules({}, call)]).toEqual(["stopped", "runs"]);
  expect(byRules({ managed: { permissions: { deny: ["Read(.env)"] } } }, call)).toBe("stopped");
});

it("each case of the family has a guard that lets it run; an item without a case says why", () => {
  const own = families
    .find(({ id }) => id === "weak-guards")
    ?.cases.map(({ id }) => `weak-guards/${id}`);
  const named = new Set(rows.map((row) => row.case));
  expect(own?.filter((name) => !named.has(name))).toEqual([]);
  for (const one of items)
    if (!("case" in one)) expect([one.item, one.nothing.length > 40]).toEqual([one.item, true]);
});
