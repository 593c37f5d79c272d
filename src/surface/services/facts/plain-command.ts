// A command judged for an imagined session: plain bash, nothing known of its shell, for words about what a policy does.
import type { ShellFacts } from "#guard/facts/facts.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { judgeCall } from "./judge.ts";
import { sessionFacts } from "./session.ts";

/** Where the session is imagined; `data` is the folder of ours. */
export type ImaginedPlace = { readonly root: string; readonly home: string; readonly data: string };

const SHELL: ShellFacts = {
  dialect: "bash",
  known: true,
  functions: new Map(),
  aliases: new Map(),
  options: new Set(),
  variables: new Map(),
};

/** Gives the verdict of each command, as a session there would have it judged. Runs nothing. */
export function createPlainJudge(
  policy: Policy,
  { root, home, data }: ImaginedPlace,
): (command: string) => Promise<Verdict> {
  const session = sessionFacts({
    sessionId: "imagined",
    cwd: root,
    projectRoot: root,
    mode: "default",
    home,
    ownPaths: [data],
  });
  return async (command) => {
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    const call: ToolCall = { tool: "Bash", id: "", cwd: root, input };
    return (await judgeCall({ call, policy, session, shell: SHELL })).verdict;
  };
}
