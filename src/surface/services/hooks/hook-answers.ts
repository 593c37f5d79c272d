// One hook event in, one explicit answer out: whatever happens in between, the gate never opens by accident.
import { isWithin } from "#base/path.ts";
import { neutralAnswer, parseHookEvent, refusal } from "#guard/protocol/hook-io.ts";
import type { HookEvent, HookFault } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Doubt } from "#record/event/event.ts";
import { withoutSecrets } from "../facts/inherited-environment.ts";
import { createClockWatch } from "./clock-watch.ts";
import { createFeed, type Feed } from "../daemon-process/feed.ts";
import { closeInstall } from "./install-windows.ts";
import { digestOf, dropOldest } from "../sessions/open-calls.ts";
import type { HookPorts } from "./ports.ts";
import type { Project } from "../projects/project.ts";
import type { Recorder } from "./recorder.ts";
import { createSessionMemory, type SessionMemory } from "../sessions/session-memory.ts";
import { answerCall, holdSession } from "./answer-call.ts";
import { answerPermissionRequest } from "./answer-permission.ts";
import { answerInstructions, answerPrompt } from "./answer-prompt.ts";
import { answerBatch, answerResult } from "./answer-result.ts";
import { answerConfigChange, answerOther, answerStart, meet } from "./answer-session.ts";
import {
  ANSWERED_MAX,
  type Answer,
  type AnswerHook,
  type Desk,
  type Visit,
  isCanary,
  isObserved,
  isUnderWay,
  note,
  publish,
} from "./hook-request.ts";

/** Builds the function that answers hook events. It rejects only for faults of its own; the server then refuses. */
export function createHookAnswers(
  ports: HookPorts,
  recorder: Recorder,
  feed: Feed,
  memory: SessionMemory = createSessionMemory(),
): AnswerHook {
  const watchClock = createClockWatch(ports.clock);
  const desk: Desk = { ports, recorder, feed, memory, watchClock, tainted: new Map() };
  const answered = new Map<string, Promise<Answer>>();
  return async (submitter, payload, environment) => {
    const startedMs = ports.clock.monotonicMs();
    const event = parseHookEvent(payload);
    if (event.kind === "fault") return answerFault(desk, submitter, event);
    const assigned = ports.assign?.(submitter, event, payload);
    const project = assigned?.project ?? submitter;
    const key = assigned?.event === undefined ? undefined : `${project.id}:${assigned.event}`;
    // Another hook of ours was called for the same event: one judgement is the answer to both.
    const shared = assigned?.isFirst === false && key !== undefined ? answered.get(key) : undefined;
    if (shared !== undefined) return shared;
    // Our own probes are no sessions: they push none out of the memory and are forgotten at once.
    const remembered = isCanary(event.sessionId) ? createSessionMemory() : desk.memory;
    const { session, isNew } = remembered.touch(project, event, ports.clock);
    if (session.standing() !== "known" && ports.hasTranscript(event)) session.raise("known");
    if (environment !== undefined) session.noteEnvironment?.(withoutSecrets(environment));
    else if (event.kind === "session-start" && session.noteEnvironment !== undefined)
      session.endContainment?.("the session's start told nothing of a sandbox");
    const jumpMs = desk.watchClock();
    if (jumpMs !== undefined) {
      await recorder.record({ kind: "clock", jumpMs }, { durable: false }).catch(() => undefined);
    }
    const visit: Visit = {
      desk: assigned?.isFirst === false ? { ...desk, recorder: SILENT, feed: createFeed() } : desk,
      project,
      session,
      submitter: {
        project,
        sessionId: event.sessionId,
        agentId: event.agentId,
        cwd: event.cwd,
        doubts: doubtsOf({ ports, project, session }, event),
      },
      startedMs,
      payloadBytes: payload.length,
    };
    const answering = (async () => {
      if (isNew && event.kind !== "session-start") await meet(visit);
      closeInstall(ports, event);
      return answerEvent(visit, event);
    })();
    if (key === undefined) return answering;
    answered.set(key, answering);
    dropOldest(answered, ANSWERED_MAX);
    return answering;
  };
}

/** For an event that another hook of ours records: the answer is the same, the record is there once. */
const SILENT: Recorder = {
  record: async () => undefined,
  reject: () => undefined,
  flush: async () => undefined,
};

/** What speaks against an event being what it says: whoever holds the hook token may have made it up. */
function doubtsOf(
  visit: Pick<Visit, "project" | "session"> & Pick<Desk, "ports">,
  event: HookEvent,
): readonly Doubt[] {
  const { ports, project, session } = visit;
  const doubts: Doubt[] = [];
  // Our own probes are marked as such; that they have no transcript says nothing.
  const isProbe = isCanary(event.sessionId) && event.kind === "pre-tool-use";
  if (session.standing() === "unproven" && !isProbe) doubts.push("unproven");
  const holder = ports.projectAt(event.cwd);
  const isOwn = holder === undefined || holder.id === (project.entry ?? project.id);
  if (!isOwn && !isNextDoor(holder, visit)) doubts.push("other-project");
  if (event.kind === "pre-tool-use") {
    const { call } = event;
    const isKnown = call.id !== "" && session.wasJudged(call.id);
    const isOther = session.wasJudgedOtherwise(call.id, digestOf(call, undefined));
    if (isKnown && isOther && !isUnderWay(session, call)) doubts.push("replayed");
  }
  return doubts;
}

/** A `cd` between a guarded root and one inside it: a session that the client keeps a transcript of may do that. */
function isNextDoor(
  { root }: Pick<Project, "root">,
  { project, session }: Pick<Visit, "project" | "session">,
): boolean {
  const isNested = isWithin(root, project.root) || isWithin(project.root, root);
  return isNested && session.standing() === "known";
}

function answerEvent(visit: Visit, event: HookEvent): Promise<Answer> {
  switch (event.kind) {
    case "pre-tool-use":
      return answerCall(visit, event);
    case "post-tool-use":
      return answerResult(visit, event, "success", event.responseChars);
    case "post-tool-use-failure":
      return answerResult(visit, event, "failure", event.errorChars);
    case "post-tool-batch":
      return answerBatch(visit, event);
    case "session-start":
      return answerStart(visit, event);
    case "config-change":
      return answerConfigChange(visit, event.source);
    case "permission-request":
      return answerPermissionRequest(visit, event);
    case "prompt":
      return answerPrompt(visit, event);
    case "instructions":
      return answerInstructions(visit, event);
    case "session-end":
    case "other":
      return answerOther(visit, event);
    default:
      return event satisfies never;
  }
}

async function answerFault(desk: Desk, project: Project, fault: HookFault): Promise<Answer> {
  const text = `sallyport: refused, because the hook's payload cannot be read (${fault.code} at ${fault.where})`;
  const observation = {
    kind: "failure",
    submitter: undefined,
    eventName: fault.eventName,
    code: `payload-${fault.code}`,
    where: fault.where,
  } as const;
  publish(desk, { project: project.root, what: "failure", verdict: "deny", summary: text });
  // The answer is a refusal whether or not the log takes the event; the recorder remembers a log that does not.
  await desk.recorder
    .record(observation, { durable: true, isRefusal: true })
    .catch(() => undefined);
  return isObserved(desk, project)
    ? neutralAnswer(fault.eventName ?? "PreToolUse")
    : refusal(fault.eventName, text);
}

/**
 * Records what the proxy refused calls that go on in the background, and says so to the agent with whatever result comes next.
 * `at`: the call of that result, where it is not known which one lost something.
 */
export async function metLater(
  visit: Visit,
  event: HookEvent,
  at?: ToolCall,
): Promise<readonly string[]> {
  const met = visit.desk.ports.hold?.metLater(holdSession(visit, event)) ?? [];
  for (const { met: one, call = at } of met)
    if (call !== undefined)
      await note(visit, {
        ...({ kind: "held-refusal", submitter: visit.submitter } as const),
        ...{ call, what: one.kind },
      });
  return met.map(({ met: { text } }) => text);
}
