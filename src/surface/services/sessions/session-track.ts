// What flows through a session while it goes on: each call is looked at before it is answered, and remembered as it was answered.
import { printable } from "#base/printable.ts";
import { redactText } from "#guard/content/redact.ts";
import type { ChainKind, SessionChain } from "#guard/facts/facts.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Trust } from "#detect/session/act.ts";
import type { Chain } from "#detect/session/chains.ts";
import { judgedCall } from "#detect/session/judged-acts.ts";
import type { Requested } from "#detect/session/requested.ts";
import type { StoredTrack } from "#detect/session/stored-track.ts";
import { startTrack } from "#detect/session/track.ts";
import type { Roots } from "#record/event/effect-names.ts";

/** Characters of a name that a person reads in a question. */
const NAME_CHARS_MAX = 80;
/** Characters of a request that are looked at: who writes more names places at its beginning or in files. */
const PROMPT_CHARS_MAX = 16 * 1024;

/** Who makes a call, empty for the session's own agent, and where its paths are told from. */
type Caller = { readonly agent: string; readonly roots: Roots };

export type SessionTrack = {
  /** The chains that a call would end; nothing is remembered of it. */
  ends(call: ToolCall, decision: Decision, caller: Caller): readonly SessionChain[];
  /** What of a call the person's newest request spoke of. */
  requested(call: ToolCall, decision: Decision, caller: Caller): readonly Requested[];
  /** A call was answered; `verdict` is what counts of it, where nothing is enforced `allow`. */
  judged(call: ToolCall, decision: Decision, verdict: Verdict, caller: Caller): void;
  /** A call ended, having started this agent. */
  ended(callId: string, launched: string | undefined): void;
  /** A person asked for something; with `isKept` it may be remembered beyond this process. */
  prompted(text: string, isKept: boolean): void;
  stored(): StoredTrack;
};

/** Starts with nothing, or with what an earlier process left; `note` hears of each change that matters later. */
export function createSessionTrack(
  before: StoredTrack | undefined,
  note: (track: () => StoredTrack) => void,
): SessionTrack {
  const track = startTrack(before);
  let index = 0;
  let noted = 0;
  const noteChanges = (): void => {
    if (track.changes === noted) return;
    noted = track.changes;
    note(() => track.stored());
  };
  const actOf = (call: ToolCall, decision: Decision, verdict: Verdict, caller: Caller) =>
    judgedCall(call, decision, verdict, { index: index + 1, agent: caller.agent, ...caller.roots });
  return {
    ends: (call, decision, caller) =>
      strongest(track.look(actOf(call, decision, decision.verdict, caller))),
    requested: (call, decision, caller) =>
      track.requested(actOf(call, decision, decision.verdict, caller)),
    judged(call, decision, verdict, caller) {
      track.add(actOf(call, decision, verdict, caller));
      index += 1;
      noteChanges();
    },
    ended(call, launched) {
      index += 1;
      track.add({ kind: "result", index, agent: "", call, launched });
      noteChanges();
    },
    prompted(text, isKept) {
      index += 1;
      const { value, isTruncated } = redactText(text.slice(0, PROMPT_CHARS_MAX), "prompt", {
        isWithheld: () => true,
        mark: () => "",
      });
      const prompt = { kind: "prompt", index, agent: "", text: value } as const;
      track.add({ ...prompt, isKept: isKept && !isTruncated });
      noteChanges();
    },
    stored: () => track.stored(),
  };
}

/** Of each kind the most telling one, in words for a person. */
function strongest(chains: readonly Chain[]): readonly SessionChain[] {
  const byKind = new Map<ChainKind, Chain>();
  for (const chain of chains)
    if (chain.score > (byKind.get(chain.kind)?.score ?? 0)) byKind.set(chain.kind, chain);
  return [...byKind.values()].map(({ kind, score, from }) => {
    const name = printable(from.name).slice(0, NAME_CHARS_MAX);
    return { kind, percent: Math.round(score * 100), words: SOURCE[from.trust](name) };
  });
}

const SOURCE: Readonly<Record<Trust, (name: string) => string>> = {
  user: () => "it comes from a request",
  repository: (name) => `it comes from \`${name}\` of the repository`,
  instructions: (name) => `it comes from \`${name}\``,
  account: (name) => `this session took in text from \`${name}\``,
  machine: (name) => `it comes from \`${name}\` of this machine`,
  credential: (name) => `it may hold something of \`${name}\`, which this session read`,
  package: (name) => `this session installed \`${name}\``,
  mcp: (name) => `this session took in answers of the MCP server \`${name}\``,
  web: (name) => `this session took in text from \`${name}\``,
};
