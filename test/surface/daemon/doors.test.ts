// Over real HTTPS: shell lines of skills, typed commands, mentions and memory, judged before they count.
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Verdict } from "#guard/policy/decision.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";
import { contentPorts } from "#surface/services/content/content-ports.ts";
import { decisionOf, freshDirectory, openStand, preToolUse, type Stand } from "./daemon-stand.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A judge that has a verdict for each command and each path read; all else it allows. */
const judging = (verdicts: Readonly<Record<string, Verdict>>, seen: string[] = []) =>
  (async ({ call }: { call: ToolCall }) => {
    const { input } = call;
    const what = input.kind === "bash" ? input.command : input.kind === "read" ? input.path : "";
    seen.push(what);
    const known = Object.entries(verdicts).find(
      ([name]) => what === name || what.endsWith(`/${name}`),
    );
    return { decision: decisionOf(known?.[1] ?? "allow", `of ${what}`), policy: undefined };
  }) as HookPorts["judge"];

const policy = async () => ({ digest: "d", rules: [] }) as never;

async function stand(changes: Partial<HookPorts>): Promise<Stand> {
  const opened = await openStand({
    ...contentPorts(policy, { pseudonym: () => "p" }),
    ...changes,
  });
  await opened.run.ready();
  ends.push(() => opened.close());
  return opened;
}

/** Files of a project; gives its directory. */
function project(files: Readonly<Record<string, string>>): string {
  const { path, remove } = freshDirectory();
  ends.push(remove);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const line = (command: string, changes: object = {}): string =>
  preToolUse({
    hook_event_name: "PreSkillShellCommand",
    tool_name: "Bash",
    tool_input: { command },
    tool_use_id: "11111111-2222-3333-4444-555555555555:inner:preamble-0",
    command_name: "x",
    command_source: "projectSettings",
    invoked_by: "user",
    ...changes,
  });
const NEUTRAL = { hookSpecificOutput: { hookEventName: "PreSkillShellCommand" } };
const DENIED = {
  hookSpecificOutput: { hookEventName: "PreSkillShellCommand", permissionDecision: "deny" },
};

describe("a shell line of a skill", () => {
  test.each<[Verdict, object]>([
    ["allow", NEUTRAL],
    ["abstain", NEUTRAL],
    ["ask", DENIED],
    ["deny", DENIED],
  ])("%s", async (verdict, answer) => {
    const { post, observations } = await stand({ judge: judging({ work: verdict }) });
    expect((await post(line("work"))).json).toMatchObject(answer);
    expect(observations.filter(({ kind }) => kind === "decision")).toHaveLength(1);
  });
  test("what a person said yes to when its skill was called runs, and nothing worse", async () => {
    const judge = judging({ "": "ask", asked: "ask", refused: "deny" });
    const { post } = await stand({ judge });
    await post(
      preToolUse({ tool_name: "Skill", tool_input: { skill: "x" }, tool_use_id: "toolu_1" }),
    );
    const of = (command: string) =>
      post(line(command, { tool_use_id: "toolu_1:preamble-0", invoked_by: "claude" }));
    expect((await of("asked")).json).toMatchObject(NEUTRAL);
    expect((await of("refused")).json).toMatchObject(DENIED);
    const other = { tool_use_id: "toolu_2:preamble-0", invoked_by: "claude" };
    expect((await post(line("asked", other))).json).toMatchObject(DENIED);
  });
  test("the refusal names the file and the line", async () => {
    const cwd = project({ ".claude/commands/x.md": "first\n!`work`\n" });
    const { post } = await stand({ judge: judging({ work: "deny" }) });
    expect((await post(line("work", { cwd }))).text).toContain(".claude/commands/x.md:2");
  });
  test("a payload that cannot be read, and a log that fails, refuse", async () => {
    const { post } = await stand({
      append: async ({ kind }) => {
        if (kind === "decision") throw new Error("full");
      },
    });
    expect((await post(line("work", { tool_name: 7 }))).json).toMatchObject(DENIED);
    expect((await post(line("work"))).json).toMatchObject(DENIED);
  });
  test("an observed project refuses nothing", async () => {
    const { post } = await stand({ judge: judging({ work: "deny" }), observes: () => true });
    expect((await post(line("work"))).json).toMatchObject(NEUTRAL);
  });
});

const typed = (cwd: string, name: string, args = ""): string =>
  preToolUse({
    hook_event_name: "UserPromptExpansion",
    cwd,
    prompt: `/${name} ${args}`,
    command_name: name,
    command_args: args,
    expansion_type: "slash_command",
    command_source: "projectSettings",
  });

describe("a typed command", () => {
  test.each([
    ["a shell line", "a\n!`work $ARGUMENTS`", ".claude/commands/x.md:2"],
    ["a block", "```!\nwork now\n```", ".claude/commands/x.md:1"],
    ["a mention", "see\n@secret.txt", "secret.txt"],
    ["a mention by an argument", "see @$ARGUMENTS", "now"],
  ])("with %s that is refused is not sent", async (_what, text, named) => {
    const cwd = project({ ".claude/commands/x.md": text, "secret.txt": "s", now: "n" });
    const judge = judging({ "work now": "deny", "secret.txt": "deny", now: "ask" });
    const { post } = await stand({ judge });
    const { json, text: said } = await post(typed(cwd, "x", "now"));
    expect(json).toMatchObject({ decision: "block" });
    expect(said).toContain(named);
  });
  test("is sent where all of it may run", async () => {
    const cwd = project({
      ".claude/skills/x/SKILL.md": "---\nname: x\n---\n!`date`\n@a.md",
      "a.md": "",
    });
    const seen: string[] = [];
    const { post } = await stand({ judge: judging({}, seen) });
    expect((await post(typed(cwd, "x"))).text).toBe("{}");
    expect(seen).toEqual(expect.arrayContaining(["date", join(cwd, "a.md")]));
  });
  test("is judged once, however many folders name its file, and its lines up to what is refused are on record", async () => {
    const cwd = project({ ".claude/commands/x.md": "!`one`\n!`two`\n!`three`\n" });
    const seen: string[] = [];
    const { post, observations } = await stand({ judge: judging({ two: "deny" }, seen) });
    expect((await post(typed(cwd, "x"))).text).toContain(".claude/commands/x.md:2");
    expect(seen.filter((what) => !what.includes("/"))).toEqual(["one", "two", "three"]);
    expect(observations.filter(({ kind }) => kind === "decision")).toHaveLength(2);
  });
  test("that is no file of the project or the person is the client's own", async () => {
    const { post } = await stand({ judge: judging({ "": "deny" }) });
    expect((await post(typed(project({}), "compact"))).text).toBe("{}");
  });
  test("of 5 MB is refused, as are more lines than are judged", async () => {
    const cwd = project({
      ".claude/commands/large.md": "x".repeat(5_000_000),
      ".claude/commands/many.md": "!`date`\n".repeat(1_000),
    });
    const { post } = await stand({ judge: judging({}) });
    for (const name of ["large", "many"])
      expect((await post(typed(cwd, name))).json).toMatchObject({ decision: "block" });
  });
});

describe("a prompt", () => {
  const prompt = (cwd: string, text: string): string =>
    preToolUse({ hook_event_name: "UserPromptSubmit", cwd, prompt: text });
  const judge = judging({ ".env": "deny" });
  test.each([
    ["a mention", "look at @.env"],
    ["a link", "look at @link.txt"],
    ["a mention with lines", "look at @.env#L1-2"],
  ])("with %s of a refused file is not sent", async (_what, text) => {
    const cwd = project({ ".env": "A=1\n" });
    symlinkSync(".env", join(cwd, "link.txt"));
    // As the evaluator does, a link is judged by where it leads.
    const real: HookPorts["judge"] = (request) => {
      const { input } = request.call;
      const path =
        input.kind === "read" && input.path.endsWith("link.txt") ? join(cwd, ".env") : "";
      return judge(
        path === ""
          ? request
          : { ...request, call: { ...request.call, input: { kind: "read", path } } },
      );
    };
    const { post } = await stand({ judge: real });
    expect((await post(prompt(cwd, text))).json).toMatchObject({ decision: "block" });
  });
  test.each([
    ["an import", { "CLAUDE.md": "a\n@.env\n" }, "CLAUDE.md:2"],
    ["an import of an import", { "CLAUDE.md": "@a.md", "a.md": "@.env" }, "a.md:1"],
    ["a rule", { ".claude/rules/r.md": "@../../.env" }, "r.md:1"],
  ])("with memory that has %s of a refused file is not sent", async (_what, files, named) => {
    const cwd = project({ ".env": "A=1\n", ...files });
    const { post } = await stand({ judge });
    const { json, text } = await post(prompt(cwd, "go"));
    expect(json).toMatchObject({ decision: "block" });
    expect(text).toContain(named);
  });
  test("a hard link is known by its other name", async () => {
    const cwd = project({ "conf/.env": "A=1\n", "CLAUDE.md": "@notes.txt" });
    linkSync(join(cwd, "conf/.env"), join(cwd, "notes.txt"));
    const { post } = await stand({ judge });
    expect((await post(prompt(cwd, "go"))).json).toMatchObject({ decision: "block" });
  });
  test("names in code, addresses and files that are not there keep nothing back", async () => {
    const cwd = project({
      ".env": "A=1\n",
      "CLAUDE.md": "Never read `@.env`.\n```\n@.env\n```\n",
    });
    const { post } = await stand({ judge });
    expect((await post(prompt(cwd, "ask ada@.env about @missing"))).text).toBe("{}");
  });
  test("a file that may be read is judged once for as long as it is the same", async () => {
    const cwd = project({ "CLAUDE.md": "@notes.md", "notes.md": "n" });
    const seen: string[] = [];
    const { post } = await stand({ judge: judging({}, seen) });
    await post(prompt(cwd, "one"));
    const first = seen.length;
    await post(prompt(cwd, "two"));
    expect([first > 0, seen.length]).toEqual([true, first]);
  });
  test("an instruction that was loaded and may not be read is kept back after it was taken out", async () => {
    const cwd = project({ ".env": "A=1\n" });
    const { post } = await stand({ judge });
    await post(
      preToolUse({
        hook_event_name: "InstructionsLoaded",
        cwd,
        file_path: join(cwd, ".env"),
        memory_type: "Project",
        load_reason: "include",
      }),
    );
    expect((await post(prompt(cwd, "go"))).json).toMatchObject({ decision: "block" });
  });
});

describe("texts that nobody expects", () => {
  const prompt = (cwd: string): string =>
    preToolUse({ hook_event_name: "UserPromptSubmit", cwd, prompt: "go" });
  const many = (count: number, name: (at: number) => string, text: string) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at): [string, string] => [name(at), text]),
    );
  const notes = many(600, (at) => `n/${at}.md`, "a note\n");
  const importing = Object.keys(notes).map((name) => `@${name}\n`);
  const large = "Keep it short.\n".repeat(350_000);

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["CLAUDE.md of 5 MB", { "CLAUDE.md": large }, "CLAUDE.md"],
    ["an import of 5 MB", { "CLAUDE.md": "@a.md", "a.md": large }, "a.md"],
    ["AGENTS.md with 600 imports", { ...notes, "AGENTS.md": importing.join("") }, "n/511.md"],
    ["3,000 names", { "CLAUDE.md": "@missing/x\n".repeat(3_000) }, "CLAUDE.md"],
    [
      "rules in 7 folders below one another",
      { ".claude/rules/a/b/c/d/e/f/g/r.md": "r" },
      "a/b/c/d/e/f",
    ],
    ["4,001 rules", many(4_001, (at) => `.claude/rules/${at}.txt`, ""), ".claude/rules"],
  ])(
    "%s: a prompt is not sent, because more may go along than is looked at",
    async (_what, files, named) => {
      const { post } = await stand({ judge: judging({}) });
      const { json, text } = await post(prompt(project(files)));
      expect(json).toMatchObject({ decision: "block" });
      expect(text).toContain(named);
      expect(text).toContain("guard/context");
    },
  );

  const chain = many(200, (at) => `c/${at}.md`, "");
  for (const [at, name] of Object.keys(chain).entries()) chain[name] = `@${at + 1}.md\n@0.md\n`;
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["imports in an endless chain and a circle", { ...chain, "CLAUDE.md": "@c/0.md" }, []],
    ["imports of devices and pipes", { "CLAUDE.md": "@/dev/zero @/dev/tty @pipe\n" }, ["pipe"]],
    ["links out of the project and to nothing", { "CLAUDE.md": "@out.md @nothing.md @a.md" }, []],
    ["front matter that is none", { ".claude/rules/r.md": "---\npaths: [\n  - {a\n\u0000" }, []],
    ["a picture of 5 MB", { "CLAUDE.md": "See @a.png", "a.png": large }, []],
    [
      "a thousand skills",
      many(1_000, (at) => `.claude/skills/s${at}/SKILL.md`, "---\nname: s\n---\n!`date`\n"),
      [],
    ],
  ])("%s: a prompt is sent", async (_what, files, pipes) => {
    const cwd = project(files);
    for (const pipe of pipes) execFileSync("mkfifo", [join(cwd, pipe)]);
    symlinkSync("/etc/hostname", join(cwd, "out.md"));
    symlinkSync("gone", join(cwd, "nothing.md"));
    const { post } = await stand({ judge: judging({}) });
    expect((await post(prompt(cwd))).text).toBe("{}");
  });

  test("events and fields of a client to come are answered, and one that needs an answer is refused", async () => {
    const { post } = await stand({ judge: judging({ work: "deny" }) });
    const event = (changes: object) => post(preToolUse({ newer: { x: [1] }, ...changes }));
    expect((await event({ hook_event_name: "SkillsListed" })).status).toBe(200);
    const named = { hook_event_name: "UserPromptSubmit", prompt: "go", mentions: ["@.env"] };
    expect((await event({ ...named, cwd: project({}) })).text).toBe("{}");
    expect((await post(line("work", { newer: 1, invoked_by: "somebody" }))).json).toMatchObject(
      DENIED,
    );
  });
});
