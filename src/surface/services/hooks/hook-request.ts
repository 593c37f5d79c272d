// What answering one event of the client works with: the services behind hooks, and the event's own project and session.
import { clientVersionIn } from "../facts/environment-report.ts";
import { Failure } from "#base/failure.ts";
import { type HookAnswer } from "#guard/protocol/hook-io.ts";
import type { PermissionAnswer, PersonsAnswer } from "#guard/protocol/permission-answer.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import { type ClockWatch } from "./clock-watch.ts";
import { type HeldFile } from "../content/content-answers.ts";
import { type Feed, type FeedItem } from "../daemon-process/feed.ts";
import { howToRelease } from "../sessions/held-sessions.ts";
import { lookForMods, type ModsFound } from "./mods-held.ts";
import { clockTime } from "../installation/off-switch.ts";
import { dropOldest } from "#base/drop-oldest.ts";
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
  | PersonsAnswer
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

/** For how long the client keeps an event open, and whether it still does. */
export type Patience = {
  readonly seconds: number;
  /** The answer waits for a person from here on. */
  readonly begin: () => void;
  /** Aborts when the client closes the connection. */
  readonly gone: AbortSignal;
};

/**
 * `environment`: what our own start command told beside the event, proven to come from it. Without `patience` the answer waits
 * for nobody.
 */
export type AnswerHook = (
  project: Project,
  payload: Uint8Array,
  environment?: EnvironmentReport,
  patience?: Patience,
) => Promise<Answer>;

export type HookServices = {
  readonly ports: HookPorts;
  readonly recorder: Recorder;
  readonly feed: Feed;
  readonly memory: SessionMemory;
  readonly watchClock: ClockWatch;
  /** What sessions have in their context and is kept out of prompts: by session and file; without a path what a failed tool said. */
  readonly tainted: Map<string, Map<string, HeldFile>>;
  /** Calls that a person was asked about: one of them that runs was allowed by its person. */
  readonly asked: Set<string>;
  /** Files that were judged and may be read, by policy, place and identity; a refused one is judged anew each time. */
  readonly mayBeRead: Set<string>;
};

export type HookRequest = {
  readonly services: HookServices;
  readonly project: Project;
  readonly session: Session;
  readonly submitter: Submitter;
  readonly startedMs: number;
  readonly payloadBytes: number;
  readonly patience?: Patience | undefined;
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
  request: HookRequest,
  event: Pick<HookEvent, "transcriptPath"> & { readonly startedIn?: string },
): Promise<Pick<ModsFound, "mods" | "extensions">> {
  const { services, project, submitter } = request;
  const { mods: port, held } = services.ports;
  const { sessionId } = submitter;
  if (port === undefined || held === undefined || isCanary(sessionId))
    return { mods: [], extensions: [] };
  const { isNewlyHeld, ...found } = lookForMods(port, held, {
    project,
    sessionId,
    transcriptPath: event.transcriptPath,
    ...(event.startedIn === undefined ? {} : { cwd: event.startedIn }),
    nowMs: services.ports.clock.nowMs(),
    isObserved: isObserved(services, project),
  });
  if (isNewlyHeld) {
    const summary = "code in the client that nobody agreed to";
    publish(services, { ...place(request), what: "failure", verdict: "held", summary });
    const why = { code: "session-held", where: "mods" };
    await note(request, { kind: "failure", submitter, eventName: undefined, ...why });
  }
  return found;
}

/** What a person is told at the start of a session that is held whole. */
export function heldLine({ services, submitter }: HookRequest): readonly string[] {
  const held = services.ports.held?.of(submitter.sessionId);
  return held === undefined
    ? []
    : [
        `sallyport: every call of this session is refused, because ${held.what}. To change that: ${howToRelease(held)}.`,
      ];
}

export function offLine({ services, project }: HookRequest): readonly string[] {
  const off = services.ports.off?.(project);
  return off === undefined
    ? []
    : [
        `sallyport is off here until ${clockTime(off.untilMs)}. Calls are recorded, and none is refused. Turn it on again with \`sallyport on\`.`,
      ];
}

/** Whether the project is observed only. */
export function isObserved({ ports }: HookServices, project: Project): boolean {
  return ports.observes?.(project) === true;
}

/** Whether verdicts of the project are not enforced now, for a while or because it is observed only. */
export function isLifted(services: HookServices, project: Project): boolean {
  return services.ports.off?.(project) !== undefined || isObserved(services, project);
}

/** What is in the context of the request's session. */
export function taint({ services, submitter }: HookRequest): Map<string, HeldFile> {
  const known = services.tainted.get(submitter.sessionId) ?? new Map<string, HeldFile>();
  services.tainted.set(submitter.sessionId, known);
  dropOldest(services.tainted, ANSWERED_MAX);
  return known;
}

/** Whether a person may have been asked by this event: nothing speaks against it, and it is no probe of ours. */
export function isOfPerson({ sessionId, doubts = [] }: Submitter): boolean {
  return doubts.length === 0 && !isCanary(sessionId);
}

/** A held command as the agent wrote it: the client tells of the one that runs. */
export function asWritten({ services }: HookRequest, call: ToolCall): ToolCall {
  if (call.input.kind !== "bash") return call;
  const ran = services.ports.hold?.ranAs(call.input.command);
  return ran === undefined ? call : { ...call, input: { ...call.input, command: ran.command } };
}

export const REPAIR = "To repair it, run `sallyport init` in the project.";

/** Never throws: controls that cannot be inspected count as altered. */
export function inspect(request: HookRequest): ControlState {
  try {
    const { services, project, session } = request;
    return services.ports.inspectControls(project, () => {
      const { environment } = session.view({ cwd: project.root, mode: "default" });
      return clientVersionIn(environment);
    });
  } catch (cause) {
    const what =
      cause instanceof Failure ? cause.message : "the installed hooks cannot be inspected";
    return { kind: "altered", code: "not-inspected", what };
  }
}

export function applyControls(request: HookRequest, controls: ControlState): void {
  request.session.hold({
    quarantined: controls.kind === "altered",
    reason: controls.kind === "altered" ? controls.what : undefined,
    withoutCommands: controls.kind === "altered" && controls.code.startsWith("repository-"),
  });
}

/** A held session is looked at again with each call, so that a repair frees it without a restart. */
export function renewHold(request: HookRequest): void {
  if (request.session.holds().quarantined) applyControls(request, inspect(request));
}

/** Records what needs no answer of its own. A log that fails is remembered by the recorder: the next call is refused. */
export async function note(
  request: HookRequest,
  observation: Parameters<Recorder["record"]>[0],
): Promise<void> {
  await request.services.recorder.record(observation, { durable: false }).catch(() => undefined);
}

export function noteFailure(request: HookRequest, eventName: string, code: string): Promise<void> {
  const { submitter } = request;
  return note(request, { kind: "failure", submitter, eventName, code, where: "judge" });
}

export function place(request: HookRequest): Pick<FeedItem, "project"> {
  return { project: request.project.root };
}

export function publish(
  services: HookServices,
  item: Partial<FeedItem> & Pick<FeedItem, "what" | "project">,
): void {
  const blank = { verdict: "", tool: "", rule: "", summary: "" };
  services.feed.publish({ timeMs: services.ports.clock.nowMs(), ...blank, ...item });
}
