// Judging one call of the client; whatever goes wrong, a judgement that hangs included, is a refusal that says so.
import { assert, Failure } from "#base/failure.ts";
import { WAITS } from "#base/waits.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { within } from "../../foundation/process/time-limit.ts";
import type { Judgement, Moment } from "../evaluation/judge-port.ts";
import { type HookRequest, noteFailure } from "./hook-request.ts";
import { denyInstead, judgingBusy, judgingFailed, judgingLate } from "./refusals.ts";

export async function judge(
  request: HookRequest,
  event: Pick<HookEvent, "cwd" | "mode" | "agentId"> & {
    readonly call: ToolCall;
    readonly given?: Json;
    /** Nothing can put it into a profile. */
    readonly isUnheld?: boolean;
    readonly moment?: Moment;
  },
): Promise<Judgement> {
  const { services, project, session } = request;
  const failed = (code: string, decision: Decision): Judgement => {
    void noteFailure(request, "PreToolUse", code);
    return { decision, policy: undefined };
  };
  try {
    const judged = services.ports.judge({
      project,
      call: event.call,
      session: event.isUnheld ? { ...session.view(event), isUnheld: true } : session.view(event),
      ...(event.given === undefined ? {} : { given: event.given }),
      ...(event.moment === undefined ? {} : { moment: event.moment }),
    });
    const { judgeMs } = services.ports.waits ?? WAITS;
    const judgement = await within(judged, judgeMs, () => failed("judge-late", judgingLate()));
    assert(judgement.decision.reasons.length > 0, "a decision has a reason");
    return judgement;
  } catch (cause) {
    // A failure that was foreseen (a broken policy file) says what to repair; anything else is a fault of ours.
    if (!(cause instanceof Failure)) return failed("judge-failed", judgingFailed());
    if (cause.code === "late") return failed("judge-late", judgingLate());
    if (cause.code === "busy") return failed("judge-busy", judgingBusy());
    const place = cause.at === undefined ? "" : ` (${cause.at.file}:${cause.at.line ?? 1})`;
    return failed(
      `judge-${cause.code}`,
      denyInstead({
        rule: "failed",
        what: "could not be checked",
        text: `${cause.message}${place}`,
        instead: "ask the person to repair this; no call runs until then",
        unknown: "unmodelled",
      }),
    );
  }
}
