// The rounds between guard and disk, with a guard that asks what the test wants.
import { describe, expect, test } from "vitest";
import type { FactAnswer, FactQuery, Facts, SessionFacts } from "#guard/facts/facts.ts";
import { queryKey } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
import { type Guard, judgeCall, judgeWithFacts } from "#surface/services/facts/judge.ts";
import { UNKNOWN_SHELL } from "#surface/services/facts/session-shell.ts";
import { makeTree } from "./tree.ts";

const policy: Policy = {
  id: "test",
  layer: "user",
  version: "1",
  digest: "",
  automaticApproval: false,
  rules: [],
};
const session: SessionFacts = {
  sessionId: "s",
  projectRoot: "/p",
  home: "/home/u",
  user: "u",
  mode: "default",
  interactive: true,
  ownPaths: [],
};

const call = (input: ToolInput): ToolCall => ({ id: "t", tool: "Bash", cwd: "/p", input });
const bash = call({ kind: "bash", command: "x", background: false, sandboxOff: false });
const path = (name: string): FactQuery => ({ kind: "path", path: `/p/${name}` });
const found: FactAnswer = { kind: "path", real: "/p/x", type: "file", links: 1 };

const verdict: Decision = {
  verdict: "abstain",
  reasons: [
    { verdict: "abstain", rule: "guard/none", effect: undefined, text: "x", instead: undefined },
  ],
  effects: [],
  findings: [],
  programs: [],
  factsUsed: [],
  steps: 0,
};

function guardThat(plan: (facts: Facts, call: ToolCall) => readonly FactQuery[]): Guard {
  return {
    evaluate: (asked, _policy, facts) => ({ missing: plan(facts, asked), decision: verdict }),
    bounded: (work) => work(),
  };
}

describe("rounds", () => {
  test("answers of one round are seen in the next, and nothing is asked twice", async () => {
    const asked: string[][] = [];
    const guard = guardThat((facts) => {
      const first = facts.answers.get(queryKey(path("a")));
      return first === undefined ? [path("a"), path("never")] : [path("b"), path("never")];
    });
    const judged = await judgeWithFacts({
      call: bash,
      policy,
      session,
      shell: UNKNOWN_SHELL,
      guard,
      answer: async (queries) => {
        asked.push(queries.map(queryKey));
        return new Map(
          queries
            .filter((query) => query !== path("never"))
            .map((query) => [queryKey(query), found]),
        );
      },
    });
    expect(asked).toEqual([["path:/p/a", "path:/p/never"], ["path:/p/b"]]);
    expect(judged.rounds).toBe(2);
  });

  test("a guard that is never satisfied gets four rounds of 256 questions", async () => {
    let next = 0;
    const sizes: number[] = [];
    const guard = guardThat(() => Array.from({ length: 300 }, () => path(`f${next++}`)));
    const judged = await judgeWithFacts({
      call: bash,
      policy,
      session,
      shell: UNKNOWN_SHELL,
      guard,
      answer: async (queries) => {
        sizes.push(queries.length);
        return new Map();
      },
    });
    expect(sizes).toEqual([256, 256, 256, 256]);
    expect(judged.decision).toBe(verdict);
  });

  test("the disk answers when nobody else does", async () => {
    const tree = await makeTree({ "a.txt": "x" });
    try {
      const query: FactQuery = { kind: "path", path: `${tree.root}/a.txt` };
      const guard = guardThat((facts) => (facts.answers.size === 0 ? [query] : []));
      const input = { call: bash, policy, session, shell: UNKNOWN_SHELL, guard };
      const { facts } = await judgeWithFacts(input);
      expect(facts.answers.get(queryKey(query))).toMatchObject({ type: "file" });
      expect(facts.holds).toEqual({ quarantined: false, reason: undefined });
    } finally {
      await tree.remove();
    }
  });
});

test.each<[string, string]>([
  ["~", "/home/u"],
  ["~/.ssh/id", "/home/u/.ssh/id"],
  ["/p/~/x", "/p/~/x"],
])("a file tool's path %s is %s", async (given, expected) => {
  let seen: ToolInput | undefined;
  const guard = guardThat((_facts, asked) => {
    seen = asked.input;
    return [];
  });
  const read = call({ kind: "read", path: given });
  await judgeCall({ call: read, policy, session, shell: UNKNOWN_SHELL, guard });
  expect(seen).toEqual({ kind: "read", path: expected });
});
