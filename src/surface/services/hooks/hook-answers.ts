// One hook event in, one explicit answer out: whatever happens in between, the gate never opens by accident.
import { isWithin } from "#base/path.ts";
import { neutralAnswer, parseHookEvent, refusal } from "#guard/protocol/hook-io.ts";
import type { HookEvent, HookFault } from "#guard/events/normalize.ts";
import type { Doubt } from "#record/event/event.ts";
import { withoutSecrets } from "../facts/inherited-environment.ts";
import { createClockWatch } from "./clock-watch.ts";
import { createFeed, type Feed } from "../daemon-process/feed.ts";
import { inPicture } from "../../foundation/files/picture.ts";
import { goOnAfter } from "./still-calls.ts";
import { closeInstall } from "./install-windows.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { digestOf } from "../sessions/open-calls.ts";
import type { HookPorts } from "./ports.ts";
import type { Project } from "../projects/project.ts";
import type { Recorder } from "./recorder.ts";
import { createSessionMemory, type SessionMemory } from "../sessions/session-memory.ts";
import { answerCall } from "./answer-call.ts";
import { answerPermissionRequest } from "./answer-permission.ts";
import { answerInstructions, answerPrompt } from "./answer-prompt.ts";
import { withdrawQuestions } from "./ask-elsewhere.ts";
import { answerBatch, answerResult } from "./answer-result.ts";
import { answerSkillShell } from "./answer-skill.ts";
import { answerConfigChange, answerOther, answerStart, trackSession } from "./answer-session.ts";
import {
  ANSWERED_MAX,
  type Answer,
  type AnswerHook,
  type HookServices,
  type HookRequest,
  type Patience,
  isCanary,
  isObserved,
  isUnderWay,
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
  const services: HookServices = {
    ports,
    recorder,
    feed,
    memory,
    watchClock,
    tainted: new Map(),
    mayBeRead: new Set(),
    asked: new Set(),
  };
  const answered = new Map<string, Shared>();
  const answerOnce = async (
    event: HookEvent,
    { submitter, payload, environment, patience, startedMs }: Given,
  ): Promise<Answer> => {
    const assigned = ports.assign?.(submitter, event, payload);
    const project = assigned?.project ?? submitter;
    const key = assigned?.event === undefined ? undefined : `${project.id}:${assigned.event}`;
    // Another hook of ours was called for the same event: one judgement is the answer to both.
    const shared = assigned?.isFirst === false && key !== undefined ? answered.get(key) : undefined;
    if (shared !== undefined) {
      if (patience !== undefined) void shared.waits.then(patience.begin);
      return shared.answer;
    }
    // Our own probes are no sessions: they push none out of the memory and are forgotten at once.
    const remembered = isCanary(event.sessionId) ? createSessionMemory() : services.memory;
    const { session, isNew } = remembered.touch(project, event, ports.clock);
    if (session.provenance() !== "known" && ports.hasTranscript(event)) session.raise("known");
    if (environment !== undefined) session.noteEnvironment?.(withoutSecrets(environment));
    else if (event.kind === "session-start" && session.noteEnvironment !== undefined)
      session.endContainment?.("the session's start told nothing of a sandbox");
    const jumpMs = services.watchClock();
    if (jumpMs !== undefined) {
      await recorder.record({ kind: "clock", jumpMs }, { durable: false }).catch(() => undefined);
    }
    let beginWaiting: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => {
      beginWaiting = () => {
        patience?.begin();
        resolve();
      };
    });
    const request: HookRequest = {
      services:
        assigned?.isFirst === false
          ? { ...services, recorder: SILENT, feed: createFeed() }
          : services,
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
      patience: patience === undefined ? undefined : { ...patience, begin: () => beginWaiting() },
    };
    const answering = (async () => {
      if (isNew && event.kind !== "session-start") await trackSession(request);
      closeInstall(ports, event);
      goOnAfter(ports, project, event);
      withdrawQuestions(ports, event);
      // WHY not of calls and prompts: these are told with the budgets that are in force.
      if (event.kind !== "pre-tool-use" && event.kind !== "prompt" && !isCanary(event.sessionId))
        ports.budgets?.touch(project, event);
      return answerEvent(request, event);
    })();
    if (key === undefined) return answering;
    answered.set(key, { answer: answering, waits });
    dropOldest(answered, ANSWERED_MAX);
    return answering;
  };
  return async (submitter, payload, environment, patience) => {
    const startedMs = ports.clock.monotonicMs();
    const event = parseHookEvent(payload);
    if (event.kind === "fault") return answerFault(services, submitter, event);
    const given = { submitter, payload, environment, patience, startedMs };
    if (!JUDGED.has(event.kind)) return await answerOnce(event, given);
    // WHY it ends where a person is waited for: what they say yes to is judged by the disk as it is then.
    return await inPicture((end) =>
      answerOnce(event, {
        ...given,
        patience: patience === undefined ? undefined : endingAt(patience, end),
      }),
    );
  };
}

/** Events that are judged by many looks at the disk, each place once. */
const JUDGED: ReadonlySet<HookEvent["kind"]> = new Set<HookEvent["kind"]>([
  "pre-tool-use",
  "prompt",
  "session-start",
  "skill-shell",
]);

/** Patience that tells once more when it begins. */
function endingAt(patience: Patience, tell: () => void): Patience {
  return {
    ...patience,
    begin: () => {
      tell();
      patience.begin();
    },
  };
}

type Given = {
  readonly submitter: Project;
  readonly payload: Uint8Array;
  readonly environment: Parameters<AnswerHook>[2];
  readonly patience: Parameters<AnswerHook>[3];
  readonly startedMs: number;
};

/** The answer to an event for which several hooks of ours were called; `waits` resolves once it waits for a person. */
type Shared = { readonly answer: Promise<Answer>; readonly waits: Promise<void> };

/** For an event that another hook of ours records: the answer is the same, the record is there once. */
const SILENT: Recorder = {
  record: async () => undefined,
  reject: () => undefined,
  flush: async () => undefined,
};

/** What speaks against an event being what it says: whoever holds the hook token may have made it up. */
function doubtsOf(
  request: Pick<HookRequest, "project" | "session"> & Pick<HookServices, "ports">,
  event: HookEvent,
): readonly Doubt[] {
  const { ports, project, session } = request;
  const doubts: Doubt[] = [];
  // Our own probes are marked as such; that they have no transcript says nothing.
  const isProbe = isCanary(event.sessionId) && event.kind === "pre-tool-use";
  if (session.provenance() === "unproven" && !isProbe) doubts.push("unproven");
  const holder = ports.projectAt(event.cwd);
  const isOwn = holder === undefined || holder.id === (project.entry ?? project.id);
  if (!isOwn && !isNextDoor(holder, request)) doubts.push("other-project");
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
  { project, session }: Pick<HookRequest, "project" | "session">,
): boolean {
  const isNested = isWithin(root, project.root) || isWithin(project.root, root);
  return isNested && session.provenance() === "known";
}

function answerEvent(request: HookRequest, event: HookEvent): Promise<Answer> {
  switch (event.kind) {
    case "pre-tool-use":
      return answerCall(request, event);
    case "post-tool-use":
      return answerResult(request, event, "success", event.responseChars);
    case "post-tool-use-failure":
      return answerResult(request, event, "failure", event.errorChars);
    case "post-tool-batch":
      return answerBatch(request, event);
    case "session-start":
      return answerStart(request, event);
    case "config-change":
      return answerConfigChange(request, event.source);
    case "permission-request":
      return answerPermissionRequest(request, event);
    case "prompt":
      return answerPrompt(request, event);
    case "instructions":
      return answerInstructions(request, event);
    case "skill-shell":
      return answerSkillShell(request, event);
    case "session-end":
    case "other":
      return answerOther(request, event);
    default:
      return event satisfies never;
  }
}

async function answerFault(
  services: HookServices,
  project: Project,
  fault: HookFault,
): Promise<Answer> {
  const text = `sallyport: refused, because the hook's payload cannot be read (${fault.code} at ${fault.where})`;
  const observation = {
    kind: "failure",
    submitter: undefined,
    eventName: fault.eventName,
    code: `payload-${fault.code}`,
    where: fault.where,
  } as const;
  publish(services, { project: project.root, what: "failure", verdict: "deny", summary: text });
  // The answer is a refusal whether or not the log takes the event; the recorder remembers a log that does not.
  await services.recorder
    .record(observation, { durable: true, isRefusal: true })
    .catch(() => undefined);
  return isObserved(services, project)
    ? neutralAnswer(fault.eventName ?? "PreToolUse")
    : refusal(fault.eventName, text);
}
