// What a person reads of a question: the call without its secrets, and what was found of it, as the sealed record tells it.
import { clipped } from "#base/clipped.ts";
import { printable } from "#base/printable.ts";
import { classOfCall } from "#guard/effects/call-class.ts";
import { describeEffect } from "#guard/effects/describe.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import { keptText } from "#guard/policy/content-policy.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { toldRules } from "#guard/protocol/reason-text.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { userName } from "#platform/user.ts";
import { toolWord } from "#record/event/call-events.ts";
import type { EventSession, EventStamp } from "#record/event/event.ts";
import { readableCall, readableText } from "#record/event/readable.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import type { QuestionFacts } from "./question-schema.ts";

const EFFECTS_MAX = 24;
const PROGRAMS_MAX = 6;
const WORDS_CHARS_MAX = 300;

/** What is asked about. `held`: it runs in a sandbox of its own after a yes. */
export type AskedCall = {
  readonly call: ToolCall;
  readonly sessionId: string;
  readonly root: string;
  readonly mode: PermissionMode;
  readonly judgement: Judgement;
  readonly held: boolean;
};

/** Tells a question. Without a key for marks, or where the policy keeps no words of calls, nothing of the call is quoted. */
export function questionFacts(
  mark: EventStamp["mark"] | undefined,
  { call, sessionId, root, mode, judgement, held }: AskedCall,
): QuestionFacts {
  const { decision, policy } = judgement;
  const [first] = decision.reasons;
  const isTold = keptText(policy?.requires ?? []) === "sealed";
  const session = isTold ? sessionOf({ sessionId, mode, judgement }) : undefined;
  /** Words that may quote the call; what stands in their place where it must not be quoted. */
  const words = (text: string, other: string): string =>
    mark === undefined || session === undefined
      ? other
      : clipped(printable(readableText({ mark }, text, session)), WORDS_CHARS_MAX);
  const readable =
    mark === undefined || session === undefined
      ? undefined
      : readableCall({ mark }, call, decision.effects, session)["text"];
  const rules = toldRules(decision);
  return {
    project: root,
    session: sessionId,
    tool: toolWord(call.tool),
    text: typeof readable === "string" ? readable : null,
    rule: first?.rule ?? "",
    what: words(
      first?.told?.what ?? first?.text ?? "",
      `does what ${first?.rule ?? "a rule"} asks about`,
    ),
    why: words(first?.told?.why ?? "", ""),
    also: rules.filter((rule) => rule !== first?.rule),
    class: classOfCall(decision.effects, root),
    effects: decision.effects
      .slice(0, EFFECTS_MAX)
      .map((effect, index) => effectTold(effect, verdictOf(decision, index), words)),
    effectsOmitted: Math.max(0, decision.effects.length - EFFECTS_MAX),
    held,
    alternatives: alternatives(decision, words),
    onlyThere: onlyThere(decision),
  };
}

/** What a person says with an answer, without secrets, on one line: the agent reads it. */
export function readableNote(
  mark: EventStamp["mark"] | undefined,
  asked: Pick<AskedCall, "sessionId" | "mode" | "judgement">,
  said: string,
): string {
  const session = sessionOf(asked);
  const text =
    mark === undefined || session === undefined ? said : readableText({ mark }, said, session);
  return clipped(printable(text), WORDS_CHARS_MAX);
}

function sessionOf({
  sessionId,
  mode,
  judgement: { roots },
}: Pick<AskedCall, "sessionId" | "mode" | "judgement">): EventSession | undefined {
  if (roots === undefined) return undefined;
  const facts = { sessionId, ...roots, user: userName(), mode, interactive: true, ownPaths: [] };
  return { facts, userSource: "os" };
}

function effectTold(
  effect: Effect,
  verdict: string | null,
  words: (text: string, other: string) => string,
): QuestionFacts["effects"][number] {
  const data = effect.kind === "egress" ? effect.carries.map(({ kind }) => kind) : [];
  return {
    effect: effect.kind,
    words: words(describeEffect(effect), effect.kind),
    data: [...new Set(data)],
    verdict,
    through: effect.via.slice(0, PROGRAMS_MAX).map((name) => words(name, "a program")),
  };
}

/** What the policy says of one effect: the strictest of its reasons, which come first. */
function verdictOf({ reasons }: Decision, index: number): string | null {
  return reasons.find(({ effect }) => effect === index)?.verdict ?? null;
}

function alternatives(
  { alternative, reasons }: Decision,
  words: (text: string, other: string) => string,
): string[] {
  const instead = reasons.find((one) => one.instead !== undefined)?.instead;
  const found = [
    ...(alternative === undefined ? [] : [words(`run \`${alternative.command}\``, "")]),
    ...(instead === undefined ? [] : [words(instead, "")]),
  ];
  return found.filter((text) => text !== "");
}

/** WHY: what four eyes signed is bound to receipts; a word from elsewhere would be a third way around them. */
function onlyThere({ approvals = [], waits = [] }: Decision): string | null {
  return approvals.length + waits.length === 0
    ? null
    : "a second person signed for this call: who sits at its terminal answers it there";
}
