// The answers to a session's start, its changes of settings and its end.
import { configChangeBlock, neutralAnswer } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { clientVersionIn } from "../facts/environment-report.ts";
import { heldSummary, notesWith } from "../content/content-answers.ts";
import { holdSession } from "./answer-call.ts";
import { whyAgentsHeld } from "./agents-held.ts";
import { heldFromSummary } from "./answer-prompt.ts";
import { metLater } from "./refused-later.ts";
import {
  type Answer,
  REPAIR,
  type HookRequest,
  alteredLine,
  applyControls,
  heldLine,
  inspect,
  isObserved,
  lookAtMods,
  note,
  offLine,
  place,
  publish,
} from "./hook-request.ts";

export async function answerStart(
  request: HookRequest,
  event: HookEvent & { kind: "session-start" },
): Promise<Answer> {
  const { source } = event;
  // A summary goes on with the session; whatever else starts is a new sitting.
  if (source !== "compact") request.session.answers?.forget();
  const controls = inspect(request);
  applyControls(request, controls);
  const code = await lookAtMods(request, { ...event, startedIn: event.cwd });
  const { submitter } = request;
  const { undo, resolvePath } = request.services.ports;
  const { id, root } = request.project;
  undo?.prepare({ id, root: resolvePath(root) });
  request.services.ports.prepareHold?.(request.project, holdSession(request, event));
  const clientVersion = clientVersionIn(request.session.view(event).environment);
  await note(request, {
    kind: "session-start",
    submitter,
    source,
    controls,
    ...code,
    ...(clientVersion === undefined ? {} : { clientVersion }),
  });
  const altered = controls.kind === "altered";
  const summary = altered ? controls.what : "guarded";
  const verdict = altered ? "held" : "";
  publish(request.services, { ...place(request), what: "session", verdict, summary });
  const observed = isObserved(request.services, request.project);
  const lines = [
    ...offLine(request),
    ...(observed ? [OBSERVING] : []),
    ...(altered ? [alteredLine(observed, controls.what)] : []),
    ...(controls.kind === "intact" && controls.note !== undefined
      ? [`sallyport: ${controls.note}.`]
      : []),
    ...(observed ? [] : [...heldLine(request), ...agentLine(request, event)]),
  ];
  return lines.length === 0 ? neutralAnswer("SessionStart") : { systemMessage: lines.join("\n") };
}

/** What a person is told of a session that was started as an agent whose calls are refused. */
function agentLine(request: HookRequest, event: HookEvent): readonly string[] {
  const { agentType } = event;
  const why = agentType === undefined ? undefined : whyAgentsHeld(request, event, [agentType]);
  return why === undefined
    ? []
    : [
        `sallyport: every prompt and every call of this session is refused, because ${why}. What it runs when a session starts is running by now. Read it and type \`sallyport mods agree\`, or begin a session without it.`,
      ];
}

const OBSERVING =
  "sallyport observes this project: calls are judged and recorded, and nothing is refused or asked about; `sallyport report` says what would be";

/** A session whose start was not seen, because this daemon is younger or nobody told, gets the same look at its controls. */
export async function trackSession(request: HookRequest): Promise<void> {
  const controls = inspect(request);
  applyControls(request, controls);
  if (controls.kind === "intact") return;
  const { submitter } = request;
  const event = { submitter, eventName: undefined, code: "controls-altered", where: controls.code };
  await note(request, { kind: "failure", ...event });
}

export async function answerConfigChange(request: HookRequest, source: string): Promise<Answer> {
  const controls = inspect(request);
  const { submitter } = request;
  const observed = isObserved(request.services, request.project);
  await note(request, { kind: "config-change", submitter, source, controls, observed });
  const altered = controls.kind === "altered";
  const isBlocked = altered && !observed;
  const summary = altered ? controls.what : "harmless";
  const verdict = isBlocked ? "blocked" : "passed";
  publish(request.services, { ...place(request), what: "config-change", verdict, summary });
  if (!isBlocked) {
    request.session.amendEnvironment?.(
      request.services.ports.settingsVariables?.(request.project) ?? {},
    );
    return neutralAnswer("ConfigChange");
  }
  return configChangeBlock(
    `sallyport: the change of settings was not applied, because ${controls.what}. ${REPAIR}`,
  );
}

export async function answerOther(
  request: HookRequest,
  event: HookEvent & { kind: "session-end" | "other" },
): Promise<Answer> {
  const { services, project, session, submitter } = request;
  const { eventName, agentId } = event;
  const parent = agentId === undefined ? undefined : session.calls?.parentOf(agentId);
  const notes = { ...event.notes, callId: event.notes.callId ?? parent };
  if (event.kind === "session-end") {
    session.answers?.forget();
    await metLater(request, event);
    services.ports.undo?.settle(event.sessionId);
    services.ports.hold?.end({ project, sessionId: event.sessionId });
    services.memory.end?.(project, event.sessionId, services.ports.clock);
  }
  const held = eventName === "PreCompact" ? await heldFromSummary(request, event) : [];
  const noted = held.length === 0 ? notes : notesWith(notes, "blocked");
  const lasted =
    event.kind === "session-end"
      ? { durationMs: Math.max(0, services.ports.clock.nowMs() - session.view(event).seenMs) }
      : {};
  await note(request, { kind: "other-event", submitter, eventName, notes: noted, ...lasted });
  if (held.length === 0) return neutralAnswer(eventName);
  const text = heldSummary(held);
  const summary = "the client would send what the policy keeps out";
  publish(services, { ...place(request), what: "prompt", verdict: "blocked", summary });
  return { decision: "block", reason: text, systemMessage: text };
}
