// `explain`: what people read, what programs read, and exit codes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Decision } from "#guard/policy/decision.ts";
import { type Explanation, explanationJson, formatExplanation } from "#surface/cli/explanation.ts";
import { RIGHTS } from "#surface/cli/boundary-side.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

const decision: Decision = {
  verdict: "deny",
  reasons: [
    {
      verdict: "deny",
      rule: "builtin:team/keys",
      effect: 0,
      text: "private keys stay private",
      instead: "ask the user to run it",
    },
    { verdict: "ask", rule: "guard/unknown", effect: 1, text: "not known", instead: undefined },
  ],
  effects: [
    {
      kind: "read",
      target: { kind: "path", path: "/h/.ssh/id", real: "/h/.ssh/id", reach: "entry" },
      via: [],
      at: { start: 0, end: 13 },
    },
    {
      kind: "unknown",
      reason: "dynamic-command",
      detail: "`$x` is not known",
      via: [],
      at: undefined,
    },
  ],
  findings: [],
  programs: ["cat"],
  factsUsed: ["path:/h/.ssh/id"],
  steps: 7,
};

const explanation: Explanation = {
  tool: "Bash",
  command: "cat ~/.ssh/id; $x",
  cwd: "/p",
  shell: { dialect: "bash", known: true },
  policy: { id: "team", version: "1", digest: "0123456789abcdef" },
  policyFrom: "named with `--policy`",
  decision,
  class: "unclear",
  rounds: 1,
};

test("as text", () => {
  expect(formatExplanation(explanation, false)).toBe(`call     cat ~/.ssh/id; $x
in       /p
verdict  deny  the call is refused
class    unclear  what it does cannot be told; asked by default

what it does
  cat ~/.ssh/id
    1. reads \`/h/.ssh/id\`
  the call
    2. does something that cannot be told: \`$x\` is not known

rules
  deny builtin:team/keys (effect 1): private keys stay private
  ask guard/unknown (effect 2): not known

instead
  ask the user to run it

boundaries
  tool       unknown: the guard asks a person: guard/unknown
  file       read: the guard refuses: builtin:team/keys
  ${RIGHTS}

policy team 1 0123456789ab (named with \`--policy\`), shell bash, 7 steps, facts asked for 1 times
`);
});

test("in colour only on request, and never with control characters of the input", () => {
  const nasty = {
    ...explanation,
    command: "echo \u001b]0;owned\u0007\nx\u202e",
    cwd: "/p\u001b[2J",
  };
  const plain = formatExplanation(nasty, false);
  expect(plain.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(plain).toContain("echo \\u{1b}]0;owned\\u{7}\n       | x\\u{202e}");
  expect(formatExplanation(explanation, true)).toContain("\u001b[31mdeny\u001b[0m");
});

test("long lists are cut and say so", () => {
  const effects = Array.from({ length: 100 }, () => decision.effects[0]).filter(
    (effect) => effect !== undefined,
  );
  const text = formatExplanation({ ...explanation, decision: { ...decision, effects } }, false);
  expect(text).toContain("and 60 more (`--json` lists all)");
});

test("as JSON", () => {
  expect(JSON.parse(explanationJson(explanation))).toMatchObject({
    rights: RIGHTS,
    tool: "Bash",
    cwd: "/p",
    class: "unclear",
    verdict: "deny",
    policy: { id: "team", version: "1", digest: "0123456789abcdef", from: "named with `--policy`" },
    effects: [{ kind: "read", text: "reads `/h/.ssh/id`" }, { kind: "unknown" }],
    factsUsed: ["path:/h/.ssh/id"],
    steps: 7,
    rounds: 1,
  });
});

describe("as a program", () => {
  function run(...args: string[]): { stdout: string; stderr: string; status: number | null } {
    const program = `import { runCommand } from "citty";
      const { explainCommand } = await import("#surface/cli/commands/explain.ts");
      await runCommand(explainCommand, { rawArgs: ${JSON.stringify(args)} });`;
    const flags = ["--import", "tsx", "--conditions=source", "--input-type=module", "-e", program];
    return spawnSync(process.execPath, flags, { cwd: repository, encoding: "utf8" });
  }

  test("a command, with the verdict as exit code only on request", () => {
    const plain = run("--json", "cat package.json");
    expect(plain.stderr).toBe("");
    expect(plain.status).toBe(0);
    const { verdict, command } = JSON.parse(plain.stdout);
    expect(command).toBe("cat package.json");
    const codes: Readonly<Record<string, number>> = { allow: 0, abstain: 0, ask: 4, deny: 5 };
    expect(run("--exit-code", "cat package.json").status).toBe(codes[verdict]);
    expect(plain.stdout).not.toContain("\u001b");
  });

  test("another tool, judged in another directory", () => {
    const shown = run("--tool", "Read", "--input", '{"file_path": "x"}', "--cwd", "/tmp", "--json");
    expect(shown.stderr).toBe("");
    expect(JSON.parse(shown.stdout)).toMatchObject({ tool: "Read", cwd: "/tmp" });
  });

  test("the variables that commands inherit, several of them", () => {
    const command = '"$PAGER" package.json > "$TMPDIR/x"';
    const plain = run("--json", command);
    expect(JSON.parse(plain.stdout)).not.toHaveProperty("environment");
    const shown = run("--json", "--env", "PAGER=cat", "--env=TMPDIR=/tmp", command);
    expect(shown.stderr).toBe("");
    const explained = JSON.parse(shown.stdout);
    expect(explained.environment).toEqual(["PAGER", "SHLVL", "TMPDIR"]);
    expect(explained.programs).toContain("cat");
    expect(explained.effects).toContainEqual(
      expect.objectContaining({
        kind: "write",
        target: expect.objectContaining({ path: "/tmp/x" }),
      }),
    );
  });

  test.each<[readonly string[], string]>([
    [["--env", "PAGER", "ls"], "`--env` takes NAME=VALUE"],
    [["--env", "FOO=1", "ls"], "`FOO` is not among the variables"],
    [[], "nothing to explain"],
    [["ls", "-la", "x"], "put it in quotes"],
    [["--tool", "Read"], "add `--input JSON`"],
    [["--tool", "Read", "--input", "{"], "no valid JSON"],
    [["--input", "{}", "ls"], "not both"],
  ])("%j is refused with what to do", (args, words) => {
    const { stderr, status } = run(...args);
    expect(stderr).toContain(words);
    expect(status).not.toBe(0);
  });
});
