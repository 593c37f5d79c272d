// One call judged: the guard asks, the disk answers, in bounded rounds; then it decides.
import { FACT_QUERIES_MAX, FACT_ROUNDS_MAX } from "#base/limits.ts";
import { joinPath } from "#base/path.ts";
import {
  type FactAnswer,
  type FactQuery,
  type Facts,
  type Holds,
  queryKey,
  type SessionFacts,
  type ShellFacts,
} from "#guard/facts.ts";
import { decide, plan } from "#guard/guard.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
import { type GatherOptions, gatherFacts } from "./gather.ts";

/** Answers questions, by `queryKey`; what is not in the result stays unanswered. */
export type AnswerQueries = (
  queries: readonly FactQuery[],
) => Promise<ReadonlyMap<string, FactAnswer>>;

export type JudgeInput = {
  readonly call: ToolCall;
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly shell: ShellFacts;
  readonly writtenPaths?: ReadonlySet<string>;
  readonly holds?: Holds;
  /** Bounds of the default `answer`, which reads the disk. */
  readonly limits?: Omit<GatherOptions, "home">;
  readonly answer?: AnswerQueries;
  readonly guard?: Guard;
};

/** The two pure functions of the guard. */
export type Guard = { readonly plan: typeof plan; readonly decide: typeof decide };

const NO_HOLDS: Holds = { quarantined: false, reason: undefined };

/** Decides one call, gathering what the guard asks for. */
export async function judgeCall(input: JudgeInput): Promise<Decision> {
  return (await judgeWithFacts(input)).decision;
}

/** Decides one call and tells with which facts, in how many rounds: the same facts give the same decision again. */
export async function judgeWithFacts(
  input: JudgeInput,
): Promise<{ readonly decision: Decision; readonly facts: Facts; readonly rounds: number }> {
  const { policy, session } = input;
  const guard = input.guard ?? { plan, decide };
  const call = { ...input.call, input: withHome(input.call.input, session.home) };
  const answer =
    input.answer ??
    ((queries: readonly FactQuery[]) =>
      gatherFacts(queries, { ...input.limits, home: session.home }));
  const answers = new Map<string, FactAnswer>();
  const asked = new Set<string>();
  const facts: Facts = {
    session,
    shell: input.shell,
    holds: input.holds ?? NO_HOLDS,
    writtenPaths: input.writtenPaths ?? new Set(),
    answers,
  };
  let rounds = 0;
  while (rounds < FACT_ROUNDS_MAX) {
    // What had no answer once is not asked again: it stays unknown.
    const queries = guard
      .plan(call, policy, facts)
      .filter((query) => !asked.has(queryKey(query)))
      .slice(0, FACT_QUERIES_MAX);
    if (queries.length === 0) break;
    rounds += 1;
    for (const query of queries) asked.add(queryKey(query));
    for (const [key, value] of await answer(queries)) answers.set(key, value);
  }
  return { decision: guard.decide(call, policy, facts), facts, rounds };
}

// `~` in a file tool's path is the home directory, which only the facts know.
function withHome(input: ToolInput, home: string): ToolInput {
  if (input.kind !== "read" && input.kind !== "edit" && input.kind !== "write") return input;
  if (input.path !== "~" && !input.path.startsWith("~/")) return input;
  return { ...input, path: joinPath(home, input.path.slice(2)) };
}
