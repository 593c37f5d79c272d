// What a mode and a policy without an opening make of judgements: plan mode allows reading alone, and `otherwise: ask` leaves nothing open.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import { makeProject, plainShell } from "../../judging.ts";

const where = makeProject();
afterAll(() => where.remove());
const [team, auto] = [loadPack("team"), loadPack("auto-deterministic")];
const WRITING: Policy = {
  ...team,
  rules: [
    {
      id: "a/all",
      verdict: "allow",
      when: { effects: ["read", "write", "execute", "egress"] },
      reason: "r",
      instead: undefined,
    },
  ],
};
const ASKING: Policy = {
  ...team,
  rules: [
    {
      id: "a/all",
      verdict: "ask",
      reason: "r",
      when: { effects: ["write"] },
      instead: undefined,
    },
  ],
};

type Trial = {
  readonly mode?: PermissionMode;
  readonly interactive?: boolean;
  readonly tool?: string;
  readonly input?: ToolInput;
};
async function judged(command: string, policy: Policy, trial: Trial = {}) {
  const { mode = "default", interactive = true, tool = "Bash" } = trial;
  const input =
    trial.input ?? ({ kind: "bash", command, background: false, sandboxOff: false } as const);
  const { decision } = await judgeWithFacts({
    call: { id: "c", tool, cwd: where.project, input },
    policy,
    session: { ...where.session, mode, interactive },
    shell: plainShell("bash"),
    answer: where.answer,
  });
  return { verdict: decision.verdict, rule: decision.reasons[0]?.rule };
}

describe("a skill, whose shell lines the client runs without a question", () => {
  const trial = { tool: "Skill", input: { kind: "skill", name: "s", args: "" } } as const;
  const skill = (line: string): void => {
    const folder = join(where.project, ".claude/skills/s");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "SKILL.md"),
      `---\nname: s\ndescription: d\n---\nLook: !\`${line}\`\n`,
    );
  };
  it("is a question where there is no opinion of a line, and no answer without a person", async () => {
    skill("echo x > /opt-of-nobody");
    expect((await judged("", team, trial)).verdict).toBe("ask");
    skill("echo x > ../outside/ran");
    expect((await judged("", auto, trial)).verdict).not.toBe("abstain");
    expect((await judged("", team, { ...trial, interactive: false })).verdict).toBe("deny");
  });
  it("is asked in plan mode too, and refused where nobody answers", async () => {
    skill("echo x > pub.txt");
    expect((await judged("", WRITING, { ...trial, mode: "plan" })).verdict).toBe("ask");
    const alone = { ...trial, mode: "plan", interactive: false } as const;
    expect(await judged("", WRITING, alone)).toEqual({
      verdict: "deny",
      rule: "guard/nobody-to-ask",
    });
  });
  it("runs where its lines only read", async () => {
    skill("git status");
    expect((await judged("", team, trial)).verdict).toBe("allow");
    expect((await judged("", team, { ...trial, mode: "plan" })).verdict).toBe("allow");
  });
});

describe("plan mode", () => {
  it.each([
    ["cat pub.txt | head -3", "allow"],
    ["git status", "allow"],
    ["touch a.txt", "abstain"],
    ["git commit -m x", "abstain"],
    ["cat pub.txt > b.txt", "abstain"],
  ] as const)("answers `%s` under a policy that would allow it: %s", async (command, verdict) => {
    expect((await judged(command, WRITING)).verdict).toBe("allow");
    expect((await judged(command, WRITING, { mode: "plan" })).verdict).toBe(verdict);
  });
  it("denies and asks as in every mode", async () => {
    expect((await judged("cat .env", team, { mode: "plan" })).verdict).toBe("deny");
    expect((await judged("npm test", team, { mode: "plan" })).verdict).toBe("ask");
  });
});

describe("a question that the client puts to nobody", () => {
  const write = (path: string, mode: PermissionMode) =>
    judged("", team, { tool: "Write", mode, input: { kind: "write", path, content: "x\n" } });
  it.each([".git/commondir", ".envrc", ".vscode/tasks.json", ".git/hooks/post-commit"])(
    "is a refusal in the modes in which a change of `%s` runs, or is decided, without one",
    async (name) => {
      const path = `${where.project}/${name}`;
      expect((await write(path, "default")).verdict).toBe("ask");
      expect((await write(path, "acceptEdits")).verdict).toBe("ask");
      for (const mode of ["bypassPermissions", "auto", "plan"] as const)
        expect(await write(path, mode)).toEqual({
          verdict: "deny",
          rule: "guard/nobody-to-ask",
        });
    },
  );
  it.each(["a~1", "dir./a", "dir.../a", ".../a", "a.CON", "b.com1"])(
    "is one where the client takes the name `%s` for another",
    async (name) => {
      const path = `/opt/${name}`;
      const input = { kind: "write", path, content: "x\n" } as const;
      const inMode = async (mode: PermissionMode) =>
        (await judged("", ASKING, { tool: "Write", mode, input })).verdict;
      expect(await inMode("default")).toBe("ask");
      expect(await inMode("bypassPermissions")).toBe("deny");
    },
  );
  it("is one behind a link that leads out of the project", async () => {
    const path = `${where.project}/way-out/x.txt`;
    symlinkSync("/opt", join(where.project, "way-out"));
    expect((await write(path, "default")).verdict).toBe("ask");
    expect((await write(path, "bypassPermissions")).verdict).toBe("deny");
    expect((await write("/opt/x.txt", "bypassPermissions")).verdict).toBe("ask");
  });
  it("stays a question for a command, and for other files", async () => {
    const mode = "bypassPermissions";
    expect((await judged("echo x > .envrc", team, { mode })).verdict).toBe("ask");
    const input = { kind: "write", path: `${where.project}/a..b.txt`, content: "x" } as const;
    expect((await judged("", ASKING, { tool: "Write", mode, input })).verdict).toBe("ask");
  });
});

describe("a policy that asks about what it has no opinion of", () => {
  const outside = "cat /opt/notes.txt";
  it("asks with the reason, where another one leaves it to the client", async () => {
    expect(await judged(outside, team, { mode: "auto" })).toMatchObject({ verdict: "abstain" });
    expect(await judged(outside, auto, { mode: "auto" })).toEqual({
      verdict: "ask",
      rule: "guard/no-rule",
    });
  });
  it("denies where nobody can answer", async () => {
    const { verdict, rule } = await judged(outside, auto, { mode: "auto", interactive: false });
    expect([verdict, rule]).toEqual(["deny", "guard/nobody-to-ask"]);
  });
  it("leaves plan mode to the client", async () => {
    expect((await judged(outside, auto, { mode: "plan" })).verdict).toBe("abstain");
  });
  it("allows edits of the project in the mode of the classifier", async () => {
    const edit = (path: string, mode: PermissionMode) =>
      judged("", auto, { tool: "Edit", mode, input: { kind: "edit", path, newText: "x" } });
    expect((await edit(`${where.project}/src/main.ts`, "auto")).verdict).toBe("allow");
    expect((await edit(`${where.project}/src/main.ts`, "default")).verdict).toBe("ask");
    expect((await edit("/opt/x", "auto")).verdict).toBe("ask");
    expect((await edit(`${where.project}/.claude/settings.json`, "auto")).verdict).toBe("deny");
  });
  it("is never made to abstain by another layer", async () => {
    const upper = { ...WRITING, layer: "managed" } as const;
    for (const stacked of [
      stackPolicies([upper, auto]),
      stackPolicies([auto, { ...team, layer: "user" }]),
    ])
      expect(stacked.otherwise).toBe("ask");
  });
});
