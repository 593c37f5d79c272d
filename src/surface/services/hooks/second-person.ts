// A call that waits for another person: its request, what agent and person are told of it, and that an approval was used.
import type { HookEvent } from "#guard/events/normalize.ts";
import { keptText } from "#guard/policy/content-policy.ts";
import type { Decision, Reason } from "#guard/policy/decision.ts";
import { readableCall, readableText } from "#record/event/readable.ts";
import { userName } from "#platform/user.ts";
import type { Asked, RequestWords } from "../approvals/approval-book.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import { clockTime } from "../installation/off-switch.ts";
import { type HookRequest, isCanary, note } from "./hook-request.ts";

type CallEvent = HookEvent & { kind: "pre-tool-use" };

/**
 * The judgement with how the approval is asked for, and a request stored where there is none yet. It stays a refusal whatever
 * becomes of that.
 */
export async function askAnother(
  request: HookRequest,
  event: CallEvent,
  judgement: Judgement,
): Promise<Judgement> {
  const { ports } = request.services;
  const { decision, policy } = judgement;
  const { approvals } = ports;
  if (decision.waits === undefined || approvals === undefined || policy === undefined)
    return judgement;
  const { sessionId } = event;
  if (isCanary(sessionId)) return judgement;
  const asked = approvals.ask(
    {
      call: event.call,
      given: event.given,
      sessionId,
      root: request.project.root,
      policy: policy.digest,
      decision,
    },
    wordsOf(request, event, judgement),
    ports.clock.nowMs(),
  );
  if (asked.kind === "made")
    await note(request, {
      kind: "approval",
      news: {
        what: "requested",
        by: "hook",
        request: asked.request,
        sessionId,
        callId: event.call.id,
      },
    });
  return { ...judgement, decision: withInstead(decision, insteadOf(asked)) };
}

/** Puts on record that a call goes on by what another person approved. */
export async function noteApproved(
  request: HookRequest,
  { sessionId, call }: CallEvent,
  { approvals = [], verdict }: Decision,
): Promise<void> {
  if (verdict === "deny") return;
  const nowMs = request.services.ports.clock.nowMs();
  for (const id of approvals) {
    const found = request.services.ports.approvals?.find(id, nowMs);
    if (found === undefined) continue;
    const news = { what: "used", by: "hook", request: found.entry.request } as const;
    await note(request, { kind: "approval", news: { ...news, sessionId, callId: call.id } });
  }
}

/**
 * What the person who is asked reads: what the call does for each rule, and the call itself, both without secrets, as the sealed
 * record tells it. Where the policy has no words of calls kept, the names of the rules.
 */
function wordsOf(
  { services }: HookRequest,
  { call, sessionId, mode }: CallEvent,
  { decision, policy, roots }: Judgement,
): RequestWords {
  const { mark } = services.ports;
  const { waits = [], effects } = decision;
  const user = userName();
  const isKept = keptText(policy?.requires ?? []) === "sealed";
  if (mark === undefined || roots === undefined || !isKept)
    return { user, what: waits.map(({ rule }) => `what ${rule} is about`), text: undefined };
  const facts = { sessionId, ...roots, user, mode, interactive: true, ownPaths: [] };
  const session = { facts, userSource: "os" } as const;
  const what = waits.map(({ rule, told }) =>
    readableText({ mark }, `it ${told.what}: ${told.why} [${rule}]`, session),
  );
  const { text } = readableCall({ mark }, call, effects, session);
  return { user, what, text: typeof text === "string" ? text : undefined };
}

function withInstead(decision: Decision, instead: string): Decision {
  const rules = new Set((decision.waits ?? []).map(({ rule }) => rule));
  const reasons = decision.reasons.map(
    (reason): Reason =>
      reason.verdict === "deny" && rules.has(reason.rule) ? { ...reason, instead } : reason,
  );
  return { ...decision, reasons };
}

function insteadOf(asked: Asked): string {
  switch (asked.kind) {
    case "none":
      return `do without it: it cannot be approved, because ${asked.why}`;
    case "denied":
      return `do without it: another person denied request ${asked.request.id}`;
    case "made":
    case "waiting": {
      const { id, expiresMs } = asked.request;
      return `request ${id} waits for approval until ${clockTime(expiresMs)}. The person sends it on with \`sallyport approvals show ${id} --export FILE\`. Ask for the very same call again when it is approved`;
    }
    default:
      return asked satisfies never;
  }
}
