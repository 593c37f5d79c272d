// Hostile calls judged in a typical project with links and skills planted in it, as the daemon would judge them one after the other.
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";
import type { Decision } from "#guard/policy/decision.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { placesNamed, writtenPlaces } from "#guard/effects/paths/written-places.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { plainShell, type TestProject } from "../../judging.ts";
import { makeTypicalProject } from "../graded/typical-project.ts";

const json = v.custom<Json>(() => true);
const toolCase = v.strictObject({
  at: v.picklist(["ask", "deny"]),
  tool: v.string(),
  input: json,
  why: v.optional(v.string()),
  limit: v.optional(v.boolean(), false),
});
const leaves = v.record(v.string(), v.union([v.string(), v.strictObject({ link: v.string() })]));
const step = v.strictObject({
  tool: v.optional(v.string(), "Bash"),
  input: v.optional(json),
  bash: v.optional(v.string()),
  leaves: v.optional(leaves, {}),
});
const sequence = v.strictObject({
  steps: v.pipe(v.array(step), v.minLength(2)),
  why: v.optional(v.string()),
  limit: v.optional(v.boolean(), false),
});
const commandCase = v.strictObject({
  at: v.picklist(["ask", "deny"]),
  bash: v.string(),
  reasons: v.optional(v.array(v.string()), []),
  limit: v.optional(v.boolean(), false),
});
const budget = v.strictObject({
  head: v.string(),
  repeat: v.string(),
  times: v.number(),
  tail: v.string(),
});

export type Sequence = v.InferOutput<typeof sequence>;

function read<Schema extends v.GenericSchema>(
  name: string,
  cases: Schema,
): readonly v.InferOutput<Schema>[] {
  const file = fileURLToPath(new URL(`./${name}.yaml`, import.meta.url));
  const shape = v.strictObject({ about: v.string(), cases: v.array(cases) });
  return v.parse(shape, parse(readFileSync(file, "utf8"))).cases;
}

export const TOOLS = read("tools", toolCase);
export const SEQUENCES = read("sequences", sequence);
export const COMMANDS = read("commands", commandCase);
export const BUDGETS = read("budgets", budget);

const SKILLS: Readonly<Record<string, string>> = {
  leaks: "Here: !`cat .env`\n",
  tick: 'Here: !`f=.e; cat "${f}nv"`\n',
  spaced: "```!bash\ncat .env\n```\n",
  nested: "---\nname: nested\nhooks:\n\tStop: []\n---\nHi\n",
  crlf: "Here:\r\n```!\r\ncat .env\r\n```\r\n",
  "hooks-quoted": '---\nname: x\n"hooks": { Stop: [] }\n---\nHi\n',
  "mention-quoted": 'Read (@".env") first.\n',
  indexed: "Run !`ls $ARGUMENTS[0]`\n",
  "named-argument": "---\narguments: [file]\n---\nRun !`ls $file`\n",
};

/** The typical project, with the links and skills that cases speak of. */
export function plantedProject(): TestProject {
  const made = makeTypicalProject();
  const { project, home } = made;
  const link = (target: string, name: string): void => symlinkSync(target, join(project, name));
  link(join(home, ".ssh"), "way");
  link("two.txt", "one.txt");
  link(".env", "two.txt");
  link("../outside/new.sh", "dangling");
  link(join(home, ".profile"), "dangling-rc");
  writeFileSync(join(home, ".bashrc"), "# mine\n");
  link(join(home, ".bashrc"), "rc-link");
  linkSync(join(project, ".env"), join(project, "hard.txt"));
  for (const [name, text] of Object.entries(SKILLS)) {
    mkdirSync(join(project, ".claude/skills", name), { recursive: true });
    writeFileSync(join(project, ".claude/skills", name, "SKILL.md"), text);
  }
  return made;
}

/** Text with the places of one project in it. */
export function placed<Value>(value: Value, { project, root, home }: TestProject): Value {
  const text = JSON.stringify(value)
    .replaceAll("<project>", project)
    .replaceAll("<outside>", `${root}/outside`)
    .replaceAll("<home>", home);
  return JSON.parse(text) as Value;
}

function callOf({ project: cwd }: TestProject, tool: string, input: Json): ToolCall {
  return { id: "t", tool, cwd, input: normalizeInput({ tool, input, cwd }) };
}

/** Judges one call as the daemon would in a session that has written these files. */
export async function judgeTool(
  where: TestProject,
  tool: string,
  input: Json,
  written: ReadonlySet<string> = new Set(),
): Promise<Decision> {
  const { decision } = await judgeWithFacts({
    call: callOf(where, tool, input),
    policy: where.policy,
    session: where.session,
    shell: plainShell("bash"),
    writtenPaths: written,
    answer: where.answer,
  });
  return decision;
}

/** Judges the steps one after the other; the last decision. The disk is as it was afterwards, as far as steps say. */
export async function judgeSequence(where: TestProject, { steps }: Sequence): Promise<Decision> {
  const written = new Set<string>();
  let last: Decision | undefined;
  const undo: (() => void)[] = [];
  try {
    for (const { tool, input, bash, leaves: left } of placed(steps, where)) {
      const given = bash === undefined ? (input ?? null) : { command: bash };
      last = await judgeTool(where, tool, given, written);
      const places = writtenPlaces(last.effects, where.project);
      for (const place of [...places, ...placesNamed(callOf(where, tool, given))]) written.add(place);
      for (const [name, what] of Object.entries(left)) undo.push(leave(where.project, name, what));
    }
  } finally {
    for (const back of undo.reverse()) back();
  }
  if (last === undefined) throw new Error("a sequence has steps");
  return last;
}

function leave(project: string, name: string, what: string | { readonly link: string }): () => void {
  const path = join(project, name);
  const before = readIfThere(path);
  const made = mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  if (typeof what === "string") writeFileSync(path, what, { mode: 0o755 });
  else symlinkSync(what.link, path);
  return () => {
    rmSync(made ?? path, { recursive: true, force: true });
    if (before !== undefined) writeFileSync(path, before);
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
