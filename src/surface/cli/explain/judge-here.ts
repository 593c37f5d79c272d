// Judging calls in a directory as in the last session of its project: for commands that only need the decision.
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { judgePlainly } from "../../services/facts/judge.ts";
import { openJudgedAs } from "./judged-as.ts";

/** A policy, in words where it comes from, and what judges by it. */
export type JudgeHere = {
  readonly policy: Policy;
  readonly from: string;
  decide(call: ToolCall): Promise<Decision>;
};

/** Opens it. `data` is the data directory, where it is not the one in force. Throws as `judgingPolicy` does. */
export async function openJudgeHere(
  directory: string,
  data: string | undefined,
): Promise<JudgeHere> {
  const places = data === undefined ? {} : { root: data };
  const { policy, from, exceptions } = await judgingPolicy(directory, undefined, places);
  const judging = openJudgedAs(data === undefined ? {} : { data });
  const { circumstances } = await judging.as({
    cwd: directory,
    directory,
    policy,
    choice: { kind: "last" },
  });
  return {
    policy,
    from,
    decide: (call) => judgePlainly({ ...circumstances, call, policy, exceptions }),
  };
}
