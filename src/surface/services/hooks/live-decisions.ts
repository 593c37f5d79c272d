// What those who follow decisions as they fall hear of a judged call.
import { outlineCommand } from "#guard/effects/outline.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { toolWord } from "#record/event/call-events.ts";
import { normaliseCommand } from "#record/event/redact.ts";
import type { OffPeriod } from "../installation/off-switch.ts";
import { type HookRequest, place, publish } from "./hook-request.ts";

export function publishDecision(
  request: HookRequest,
  call: ToolCall,
  decision: Decision,
  { off, observed }: { readonly off: OffPeriod | undefined; readonly observed: boolean },
): void {
  if (!request.services.feed.isWatched()) return;
  publish(request.services, {
    ...place(request),
    what: "decision",
    verdict: decision.verdict,
    tool: toolWord(call.tool),
    rule: decision.reasons[0]?.rule ?? "",
    summary: `${observed ? "(observed) " : off === undefined ? "" : "(not enforced) "}${callInBrief(call, decision)}`,
  });
}

/** A call without any word of its own: the names that our tables know, or only what kinds of effects it has. */
function callInBrief(call: ToolCall, { effects }: Decision): string {
  const { input } = call;
  if (input.kind === "bash") {
    const { text, omitted } = normaliseCommand(
      input.command,
      outlineCommand(input.command),
      () => "…",
    );
    return omitted === 0 ? text : `${text} …`;
  }
  return [...new Set(effects.map(({ kind }) => kind))].join(", ");
}
