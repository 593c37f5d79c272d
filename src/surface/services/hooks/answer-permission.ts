// The answer where the client would ask a person for permission.
import type { Decision } from "#guard/policy/decision.ts";
import { neutralAnswer } from "#guard/protocol/hook-io.ts";
import {
  isAnswerable,
  permissionAnswer,
  personsAnswer,
} from "#guard/protocol/permission-answer.ts";
import { judgedPath } from "#guard/protocol/pinned-path.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { isAudited } from "./answer-call.ts";
import { judge } from "./judge-call.ts";
import { standStill } from "./still-calls.ts";
import { askElsewhere, waitFor } from "./ask-elsewhere.ts";
import {
  type Answer,
  type HookRequest,
  asWritten,
  isCanary,
  isLifted,
  note,
} from "./hook-request.ts";

/**
 * Recorded; answered where the policy allows the call now, and left to the person in any doubt: a rule of the settings asks
 * (measured: an answer of ours would win over it), the call is not certainly the one that was judged, or an exception is
 * needed for it.
 */
export async function answerPermissionRequest(
  request: HookRequest,
  event: HookEvent & { kind: "permission-request" },
): Promise<Answer> {
  const { services, project, session, submitter } = request;
  const { suggestions, isOpen } = event;
  const asked = asWritten(request, event.call);
  const callId = session.calls?.find(asked);
  const { tool } = event.call;
  // WHY: what a person answers for the session alone stands in no file, and a directory that is added can be written.
  if (suggestions.some(({ type }) => type === "addDirectories"))
    session.endContainment?.("the client offered to add a directory, which widens the sandbox");
  await note(request, { kind: "permission-request", submitter, tool, callId, suggestions });
  const neutral = neutralAnswer("PermissionRequest");
  if (callId === undefined) return neutral;
  if (isLifted(services, project) || (submitter.doubts ?? []).length > 0) return neutral;
  const isOurs = isOpen && isAnswerable(event.call);
  const seconds = waitFor(request);
  if (seconds !== undefined) {
    const call = { ...asked, id: callId };
    const again = async () =>
      (await standStill(request, { ...event, call })).refusal ??
      (await judge(request, { ...event, call }));
    const judgement = await again();
    if (isForPeople(judgement.decision) && !isMoved(call, judgement.decision)) {
      const about = { call, mode: event.mode, held: asked !== event.call, judgement, again };
      const said = await askElsewhere(request, about, seconds);
      return said === undefined ? neutral : personsAnswer(said);
    }
  }
  if (!isOurs) return neutral;
  const call = { ...event.call, id: callId };
  const judgement =
    (await standStill(request, { ...event, call })).refusal ??
    (await judge(request, { ...event, call }));
  const { decision } = judgement;
  if (decision.verdict !== "allow" || isMoved(call, decision) || needsPeople(decision))
    return neutral;
  const { mode } = event;
  const { payloadBytes } = request;
  const durationMs = services.ports.clock.monotonicMs() - request.startedMs;
  const canary = isCanary(submitter.sessionId);
  const answered = { kind: "decision", submitter, call, judgement, mode, durationMs } as const;
  // What is not on record is not answered.
  return services.recorder
    .record(
      // The client was about to ask.
      { ...answered, payloadBytes, off: undefined, canary, prompt: "spared" },
      { durable: isAudited(judgement) },
    )
    .then(
      () => {
        session.answers?.settle(callId);
        return permissionAnswer(decision);
      },
      () => neutral,
    );
}

/** Whether the policy leaves it to people: to one, or to a second one whose approval was used for this very call. */
function isForPeople({ verdict, waits }: Decision): boolean {
  return verdict === "ask" || waits !== undefined;
}

/** Whether a file tool's path leads elsewhere. */
function isMoved(call: ToolCall, decision: Decision): boolean {
  const judged = judgedPath(call, decision);
  return judged !== undefined && judged.real !== judged.path;
}

/** Whether it rests on what people approved one by one. */
function needsPeople({ exceptions = [], approvals = [] }: Decision): boolean {
  return exceptions.length + approvals.length > 0;
}
