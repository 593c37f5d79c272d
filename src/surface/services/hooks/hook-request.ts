// What answering one event of the client works with: the services behind hooks, and the event's own project and session.
import { Failure } from "#base/failure.ts";
import { type HookAnswer } from "#guard/protocol/hook-io.ts";
import { type PermissionAnswer } from "#guard/protocol/permission-answer.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import type { SeenMod } from "../mods/agreed-mods.ts";
import { type ClockWatch } from "./clock-watch.ts";
import { type HeldFile } from "../content/content-answers.ts";
import { type Feed, type FeedItem } from "../daemon-process/feed.ts";
import { howToRelease } from "../sessions/held-sessions.ts";
import { lookForMods } from "./mods-held.ts";
import { clockTime } from "../installation/off-switch.ts";
import { dropOldest } from "../sessions/open-calls.ts";
import type { ControlState } from "../projects/controls.ts";
import type { HookPorts, Submitter } from "./ports.ts";
import type { Project } from "../projects/project.ts";
import type { Recorder } from "./recorder.ts";
import { type Session, type SessionMemory } from "../sessions/session-memory.ts";

/** Whether an event is one of our own probes (`sendCanaries`). */
export function isCanary(sessionId: string): boolean {
  return /^canary-[0-9a-f]{16}$/.test(sessionId);
}

/** Answers kept for events that several hooks of ours are called for; they come within seconds. */
export const ANSWERED_MAX = 256;

/** What goes back to the client; `systemMessage` is shown to the person, never taken for a decision. */
export type Answer =
  | HookAnswer
  | PermissionAnswer
  | { readonly systemMessage: string }
  /** A prompt that is held back on purpose; a refusal for want of an answer has no message to the person. */
  | {
      readonly decision: "block";
      readonly reason: string;
      readonly systemMessage: string;
      readonly hookSpecificOutput?: {
        readonly hookEventName: string;
        readonly suppressOriginalPrompt: true;
      };
    };

/** `environment`: what our own start command told beside the event, proven to come from it. */
export type AnswerHook = (
  project: Project,
  payload: Uint8Array,
  environment?: EnvironmentReport,
) => Promise<Answer>;

export type Desk = {
  readonly ports: HookPorts;
  readonly recorder: Recorder;
  readonly feed: Feed;
  readonly memory: SessionMemory;
  readonly watchClock: ClockWatch;
  /** What sessions have in their context and is kept out of prompts: by session and file; without a path what a failed tool said. */
  readonly tainted: Map<string, Map<string, HeldFile>>;
};

export type Visit = {
  readonly desk: Desk;
  readonly project: Project;
  readonly session: Session;
  readonly submitter: Submitter;
  readonly startedMs: number;
  readonly payloadBytes: number;
};

/** Whether a call that was judged has not ended. What rewrites calls inside of the client has each judged twice, as it was and as it became. */
export function isUnderWay({ calls, given }: Session, { id }: ToolCall): boolean {
  return calls?.isOpen(id) === true || given?.has(id) === true;
}

/** What a person is told of controls that were altered. An observed session goes on as before. */
export function alteredLine(observed: boolean, what: string): string {
  return observed
    ? `sallyport: calls may be missing on record, because ${what}. ${REPAIR}`
    : `sallyport: this session may only read, because ${what}. ${REPAIR}`;
}

/** Looks for code in the client that nobody agreed to, and tells when the session is held because of it. */
export async function lookAtMods(
  visit: Visit,
  event: Pick<HookEvent, "transcriptPath"> & { readonly startedIn?: string },
): Promise<readonly SeenMod[]> {
  const { desk, project, submitter } = visit;
  const { mods: port, held } = desk.ports;
  const { sessionId } = submitter;
  if (port === undefined || held === undefined || isCanary(sessionId)) return [];
  const { mods, isNewlyHeld } = lookForMods(port, held, {
    ...{ project, sessionId, transcriptPath: event.transcriptPath },
    ...(event.startedIn === undefined ? {} : { cwd: event.startedIn }),
    ...{ nowMs: desk.ports.clock.nowMs(), isObserved: isObserved(desk, project) },
  });
  if (isNewlyHeld) {
    const summary = "code in the client that nobody agreed to";
    publish(desk, { ...place(visit), what: "failure", verdict: "held", summary });
    const why = { code: "session-held", where: "mods" };
    await note(visit, { kind: "failure", submitter, eventName: undefined, ...why });
  }
  return mods;
}

/** What a person is told at the start of a session that is held whole. */
export function heldLine({ desk, submitter }: Visit): readonly string[] {
  const held = desk.ports.held?.of(submitter.sessionId);
  return held === undefined
    ? []
    : [
        `sallyport: every call of this session is refused, because ${held.what}. To change that: ${howToRelease(held)}.`,
      ];
}

export function offLine({ desk, project }: Visit): readonly string[] {
  const off = desk.ports.off?.(project);
  return off === undefined
    ? []
    : [
        `sallyport is off here until ${clockTime(off.untilMs)}. Calls are recorded, and none is refused. Turn it on again with \`sallyport on\`.`,
      ];
}

/** Whether the project is observed only. */
export function isObserved({ ports }: Desk, project: Project): boolean {
  return ports.observes?.(project) === true;
}

/** Whether verdicts of the project are not enforced now, for a while or because it is observed only. */
export function isLifted(desk: Desk, project: Project): boolean {
  return desk.ports.off?.(project) !== undefined || isObserved(desk, project);
}

/** What is in the context of the visit's session. */
export function taint({ desk, submitter }: Visit): Map<string, HeldFile> {
  const known = desk.tainted.get(submitter.sessionId) ?? new Map<string, HeldFile>();
  desk.tainted.set(submitter.sessionId, known);
  dropOldest(desk.tainted, ANSWERED_MAX);
  return known;
}

/** Whether a person may have been asked by this event: nothing speaks against it, and it is no probe of ours. */
export function isOfPerson({ sessionId, doubts = [] }: Submitter): boolean {
  return doubts.length === 0 && !isCanary(sessionId);
}

/** A held command as the agent wrote it: the client tells of the one that runs. */
export function asWritten({ desk }: Visit, call: ToolCall): ToolCall {
  if (call.input.kind !== "bash") return call;
  const ran = desk.ports.hold?.ranAs(call.input.command);
  return ran === undefined ? call : { ...call, input: { ...call.input, command: ran.command } };
}

export const REPAIR = "To repair it, run `sallyport init` in the project.";

/** Never throws: controls that cannot be inspected count as altered. */
export function inspect(visit: Visit): ControlState {
  try {
    return visit.desk.ports.inspectControls(visit.project);
  } catch (cause) {
    const what =
      cause instanceof Failure ? cause.message : "the installed hooks cannot be inspected";
    return { kind: "altered", code: "not-inspected", what };
  }
}

export function applyControls(visit: Visit, controls: ControlState): void {
  visit.session.hold({
    quarantined: controls.kind === "altered",
    reason: controls.kind === "altered" ? controls.what : undefined,
    withoutCommands: controls.kind === "altered" && controls.code.startsWith("repository-"),
  });
}

/** A held session is looked at again with each call, so that a repair frees it without a restart. */
export function renewHold(visit: Visit): void {
  if (visit.session.holds().quarantined) applyControls(visit, inspect(visit));
}

/** Records what needs no answer of its own. A log that fails is remembered by the recorder: the next call is refused. */
export async function note(
  visit: Visit,
  observation: Parameters<Recorder["record"]>[0],
): Promise<void> {
  await visit.desk.recorder.record(observation, { durable: false }).catch(() => undefined);
}

export function noteFailure(visit: Visit, eventName: string, code: string): Promise<void> {
  const { submitter } = visit;
  return note(visit, { kind: "failure", submitter, eventName, code, where: "judge" });
}

export function place(visit: Visit): Pick<FeedItem, "project"> {
  return { project: visit.project.root };
}

export function publish(
  desk: Desk,
  item: Partial<FeedItem> & Pick<FeedItem, "what" | "project">,
): void {
  const blank = { verdict: "", tool: "", rule: "", summary: "" };
  desk.feed.publish({ timeMs: desk.ports.clock.nowMs(), ...blank, ...item });
}
