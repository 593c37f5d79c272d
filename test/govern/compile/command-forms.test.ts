// What is written as a rule of the client says no more than the policy: the guard judges a witness of each.
import { describe, expect, it } from "vitest";
import { CLIENT_FILES, SPELLED, WRITTEN_FILES } from "#govern/compile/command-forms.ts";
import type { Rule } from "#guard/policy/policy.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { sessionFacts } from "#surface/services/facts/session.ts";
import { PLAIN_SHELL } from "#surface/services/facts/session-shell.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { homeDirectory } from "#platform/user.ts";
import { madeUpMachine } from "../../made-up-machine.ts";

const cwd = "/tmp";
const team = loadPack("team");

/** The verdict of a policy that denies one thing only. */
async function verdictOn(when: Rule["when"], tool: string, input: ToolInput): Promise<string> {
  const only: Rule = { id: "t/x", verdict: "deny", when, reason: "x", instead: undefined };
  const session = sessionFacts({ sessionId: "forms", cwd, mode: "default" });
  const shell = { ...PLAIN_SHELL, dialect: "bash" } as const;
  const policy = { ...team, rules: [only], automaticApproval: false };
  const answer = madeUpMachine([], { home: session.home });
  const call = { id: "c", tool, cwd, input };
  return (await judgeCall({ call, policy, session, shell, answer })).verdict;
}

const bash = (command: string): ToolInput => ({
  kind: "bash",
  command,
  background: false,
  sandboxOff: false,
});

describe("each spelling has the effect beside which it stands", () => {
  const cases = SPELLED.flatMap(({ effect, operation, forms }) =>
    forms.map(({ rule, witness }) => [rule, witness, effect, operation] as const),
  );
  it.each(cases)("%s: `%s` is %s %s", async (_, witness, effect, operation) => {
    const when = {
      effects: [effect],
      ...(operation === undefined ? {} : { operations: [operation] }),
    };
    expect(await verdictOn(when, "Bash", bash(witness))).toBe("deny");
  });
});

it("a command without the effect is not denied by such a policy", async () => {
  expect(await verdictOn({ effects: ["privilege"] }, "Bash", bash("ls"))).not.toBe("deny");
});

describe("each file is one by which something stays, or a control", () => {
  const place = (glob: string): string =>
    glob
      .replace("<project>", cwd)
      .replace(/^~/, homeDirectory())
      .replace("/**/", "/")
      .replace("/**", "/x")
      .replaceAll("*", "x");
  const write = (path: string): ToolInput => ({ kind: "write", path, content: "x" });
  const kept = [...WRITTEN_FILES].flatMap(([operation, globs]) =>
    globs.map((glob) => [glob, operation] as const),
  );
  it.each(kept)("%s: %s", async (glob, operation) => {
    const when = { effects: ["persist"], operations: [operation] } as const;
    expect(await verdictOn(when, "Write", write(place(glob)))).toBe("deny");
  });
  it.each(CLIENT_FILES)("%s", async (glob) => {
    expect(await verdictOn({ effects: ["tamper"] }, "Write", write(place(glob)))).toBe("deny");
  });
});
