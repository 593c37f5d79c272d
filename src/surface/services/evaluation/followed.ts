// A call judged with what came before it in its session: once alone, and once more where it would end a chain that a rule asks for.
import type { SessionChain, SessionFacts } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { SessionView } from "../sessions/session-view.ts";

/** What was judged, and the chains that the call ends. */
export type Followed<Judged> = {
  readonly judged: Judged;
  readonly chains: readonly SessionChain[];
};

/** Judges; `ends` is the session's, and without it no chain is known. */
export async function judgeFollowed<Judged>(
  {
    call,
    policy,
    session,
    ends,
  }: {
    readonly call: ToolCall;
    readonly policy: Policy;
    readonly session: SessionFacts;
    readonly ends?: SessionView["ends"];
  },
  judge: (session: SessionFacts) => Promise<Judged>,
  decisionOf: (judged: Judged) => Decision,
): Promise<Followed<Judged>> {
  const alone = await judge(session);
  const chains = ends?.(call, decisionOf(alone), session) ?? [];
  // WHY only then: of most calls no chain ends, and of most policies no rule asks.
  const isAsked = chains.length > 0 && policy.rules.some(({ when }) => when.chains !== undefined);
  return { judged: isAsked ? await judge({ ...session, chains }) : alone, chains };
}
