// The answers to a session's start, its changes of settings and its end.
import { configChangeBlock, neutralAnswer } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { heldSummary, notesWith } from "../content/content-answers.ts";
import { heldFromSummary } from "./answer-prompt.ts";
import { metLater } from "./hook-answers.ts";
import {
  type Answer,
  REPAIR,
  type Visit,
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
  visit: Visit,
  event: HookEvent & { kind: "session-start" },
): Promise<Answer> {
  const { source } = event;
  // A summary goes on with the session; whatever else starts is a new sitting.
  if (source !== "compact") visit.session.answers?.forget();
  const controls = inspect(visit);
  applyControls(visit, controls);
  const mods = await lookAtMods(visit, { ...event, startedIn: event.cwd });
  const { submitter } = visit;
  await note(visit, { kind: "session-start", submitter, source, controls, mods });
  const altered = controls.kind === "altered";
  const summary = altered ? controls.what : "guarded";
  const verdict = altered ? "held" : "";
  publish(visit.desk, { ...place(visit), what: "session", verdict, summary });
  const observed = isObserved(visit.desk, visit.project);
  const lines = [
    ...offLine(visit),
    ...(observed ? [OBSERVING] : []),
    ...(altered ? [alteredLine(observed, controls.what)] : []),
    ...(observed ? [] : heldLine(visit)),
  ];
  return lines.length === 0 ? neutralAnswer("SessionStart") : { systemMessage: lines.join("\n") };
}

const OBSERVING =
  "sallyport observes this project: calls are judged and recorded, and nothing is refused or asked about; `sallyport report` says what would be";

/** A session whose start was not seen, because this daemon is younger or nobody told, gets the same look at its controls. */
export async function meet(visit: Visit): Promise<void> {
  const controls = inspect(visit);
  applyControls(visit, controls);
  if (controls.kind === "intact") return;
  const { submitter } = visit;
  const event = { submitter, eventName: undefined, code: "controls-altered", where: controls.code };
  await note(visit, { kind: "failure", ...event });
}

export async function answerConfigChange(visit: Visit, source: string): Promise<Answer> {
  const controls = inspect(visit);
  const { submitter } = visit;
  const observed = isObserved(visit.desk, visit.project);
  await note(visit, { kind: "config-change", submitter, source, controls, observed });
  const altered = controls.kind === "altered";
  const isBlocked = altered && !observed;
  const summary = altered ? controls.what : "harmless";
  const verdict = isBlocked ? "blocked" : "passed";
  publish(visit.desk, { ...place(visit), what: "config-change", verdict, summary });
  if (!isBlocked) {
    visit.session.amendEnvironment?.(visit.desk.ports.settingsVariables?.(visit.project) ?? {});
    return neutralAnswer("ConfigChange");
  }
  return configChangeBlock(
    `sallyport: the change of settings was not applied, because ${controls.what}. ${REPAIR}`,
  );
}

export async function answerOther(
  visit: Visit,
  event: HookEvent & { kind: "session-end" | "other" },
): Promise<Answer> {
  const { desk, project, session, submitter } = visit;
  const { eventName, agentId } = event;
  const parent = agentId === undefined ? undefined : session.calls?.parentOf(agentId);
  const notes = { ...event.notes, callId: event.notes.callId ?? parent };
  if (event.kind === "session-end") {
    session.answers?.forget();
    await metLater(visit, event);
    desk.ports.hold?.end({ project, sessionId: event.sessionId });
    desk.memory.end?.(project, event.sessionId, desk.ports.clock);
  }
  const held = eventName === "PreCompact" ? await heldFromSummary(visit, event) : [];
  const noted = held.length === 0 ? notes : notesWith(notes, "blocked");
  await note(visit, { kind: "other-event", submitter, eventName, notes: noted });
  if (held.length === 0) return neutralAnswer(eventName);
  const text = heldSummary(held);
  const summary = "the client would send what the policy keeps out";
  publish(desk, { ...place(visit), what: "prompt", verdict: "blocked", summary });
  return { decision: "block", reason: text, systemMessage: text };
}
