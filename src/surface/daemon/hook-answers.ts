// One hook event in, one explicit answer out: whatever happens in between, the gate never opens by accident.
import { join } from "node:path";
import { assert, Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import type { Redacted } from "#guard/content/redact.ts";
import { outlineCommand } from "#guard/effects/outline.ts";
import type { Decision } from "#guard/policy/decision.ts";
import {
  configChangeBlock,
  formatPreToolUse,
  type HookAnswer,
  neutralAnswer,
  parseHookEvent,
  refusal,
} from "#guard/protocol/hook-io.ts";
import {
  isAnswerable,
  type PermissionAnswer,
  permissionAnswer,
} from "#guard/protocol/permission-answer.ts";
import { type JudgedPath, judgedPath, pinnedInput } from "#guard/protocol/pinned-path.ts";
import type { Requirement } from "#guard/policy/policy.ts";
import type { HookEvent, HookFault } from "#guard/toolcall/normalize.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { homeDirectory } from "#platform/user.ts";
import { placesNamed, writtenPlaces } from "#guard/written-places.ts";
import { toolWord } from "#record/event/call-events.ts";
import type { Doubt } from "#record/event/event.ts";
import { normaliseCommand } from "#record/event/redact.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import type { SeenMod } from "../mods/agreed-mods.ts";
import { withoutSecrets } from "../facts/inherited-environment.ts";
import { revisionAt, seenChanges } from "../facts/seen-changes.ts";
import { judgePromptFairly, leftInAnswersFairly, redactFairly } from "../heavy/fair-content.ts";
import { type HeldCall, holdFailure, type HoldSession } from "../hold/hold-port.ts";
import { type ChangedFiles, changedFiles } from "./changed-files.ts";
import { type ClockWatch, createClockWatch } from "./clock-watch.ts";
import {
  endedTurn,
  heldCall,
  heldFiles,
  heldFetch,
  heldPrompt,
  heldSummary,
  kindsIn,
  judgeInstructions,
  type HeldFile,
  notesWith,
  replacedOutput,
  requirementsOf,
  withheldFiles,
} from "./content-answers.ts";
import { driftOf } from "./drift.ts";
import { createFeed, type Feed, type FeedItem } from "./feed.ts";
import { howToRelease } from "./held-sessions.ts";
import { lookForMods } from "./mods-held.ts";
import { closeInstall, INSTALL_NOT_OPENED, openInstall } from "./install-windows.ts";
import { clockTime, type OffPeriod } from "./off-switch.ts";
import { digestOf, dropOldest } from "./open-calls.ts";
import type { ControlState } from "./controls.ts";
import type { HookPorts, Observation, Submitter } from "./ports.ts";
import type { Judgement } from "./judge-port.ts";
import type { Project } from "./project.ts";
import type { PromptVerdict } from "./prompt-verdict.ts";
import type { Recorder } from "./recorder.ts";
import {
  contextHeld,
  denyInstead,
  fetchHeld,
  judgingBusy,
  judgingFailed,
  judgingLate,
} from "./refusals.ts";
import {
  createSessionMemory,
  type Session,
  type SessionMemory,
  workedPaths,
} from "./session-memory.ts";
import type { StoredCall } from "./session-state.ts";
import { within } from "./time-limit.ts";

/** Whether an event is one of our own probes (`sendCanaries`). */
function isCanary(sessionId: string): boolean {
  return /^canary-[0-9a-f]{16}$/.test(sessionId);
}

/** Wall time for judging one call. The client waits ten seconds in all. */
const JUDGE_MS_MAX = 5_000;

/** Answers kept for events that several hooks of ours are called for; they come within seconds. */
const ANSWERED_MAX = 256;

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

type Desk = {
  readonly ports: HookPorts;
  readonly recorder: Recorder;
  readonly feed: Feed;
  readonly memory: SessionMemory;
  readonly watchClock: ClockWatch;
  /** What sessions have in their context and is kept out of prompts: by session and file; without a path what a failed tool said. */
  readonly tainted: Map<string, Map<string, HeldFile>>;
};

type Visit = {
  readonly desk: Desk;
  readonly project: Project;
  readonly session: Session;
  readonly submitter: Submitter;
  readonly startedMs: number;
  readonly payloadBytes: number;
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

/** Whether a call that was judged has not ended. What rewrites calls inside of the client has each judged twice, as it was and as it became. */
function isUnderWay({ calls, given }: Session, { id }: ToolCall): boolean {
  return calls?.isOpen(id) === true || given?.has(id) === true;
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

async function answerCall(
  visit: Visit,
  event: HookEvent & { kind: "pre-tool-use" },
): Promise<Answer> {
  const { desk, project, session, submitter } = visit;
  const { call, mode } = event;
  const digest = digestOf(call, undefined);
  const rewritten = session.wasJudgedOtherwise(call.id, digest) && isUnderWay(session, call);
  session.noteJudged(call.id, digest);
  renewHold(visit);
  await lookAtMods(visit, event);
  const unheld = await withoutContext(visit, event, await judge(visit, event));
  await noteShell(visit, unheld);
  visit.session.noteLabels?.(unheld.labels ?? []);
  // WHY: a time off does not open what is held until a person releases it.
  const isHeld = desk.ports.held?.of(submitter.sessionId) !== undefined;
  const off = isHeld ? undefined : desk.ports.off?.(project);
  const observed = off === undefined && isObserved(desk, project);
  const isEnforced = off === undefined && !observed;
  const held = isEnforced ? await putInProfile(visit, event, unheld) : undefined;
  const judgement = held === undefined ? unheld : { ...unheld, decision: held.decision };
  const { verdict } = judgement.decision;
  const judged = scratchPath(visit, event, judgedPath(call, judgement.decision));
  if (verdict !== "deny" || !isEnforced) {
    // WHY before the log has it: an agent beside this one may be judged in the meantime.
    const places = writtenPlaces(judgement.decision.effects, visit.project.root);
    for (const path of [...places, ...placesNamed(call)]) session.noteWritten(path);
    session.calls?.open(
      call,
      judged,
      changedFiles(judgement.decision.effects, desk.ports.clock.nowMs()),
      held?.ticket,
    );
  }
  const observation = {
    kind: "decision",
    submitter,
    call,
    judgement,
    mode,
    durationMs: desk.ports.clock.monotonicMs() - visit.startedMs,
    payloadBytes: visit.payloadBytes,
    off: off?.id,
    observed,
    canary: isCanary(submitter.sessionId),
    rewritten,
  } as const;
  const isRefusal = verdict === "deny" || verdict === "ask";
  // A policy may say that nothing runs before it is on record: then an allow waits for the disk, however slow it is.
  const durable = !observed && (isRefusal || isAudited(judgement));
  // A verdict that is not enforced keeps nothing from running while the disk is slow.
  const options = { durable, isRefusal: isRefusal && isEnforced };
  const decision = await desk.recorder.record(observation, options).then(
    () => judgement.decision,
    (cause: unknown) => unrecorded(cause),
  );
  if (isEnforced) {
    const { verdict: given } = decision;
    const isAnswerable = mode !== "dontAsk" && judgement.interactive !== false;
    const isRefused = given === "deny" || (given === "ask" && !isAnswerable);
    session.given?.note(call.id, digest, isRefused ? "refused" : "free");
  }
  publishDecision(visit, call, decision, { off, observed });
  const isAsked = decision === judgement.decision && verdict === "ask" && isEnforced;
  if (isAsked && isOfPerson(submitter))
    session.answers?.ask(call.id, decision, desk.ports.clock.nowMs());
  // WHY last: what is refused after all, by a log that fails, opens nothing.
  if (decision === judgement.decision && !openInstall(desk.ports, submitter, { call, judgement })) {
    publish(desk, { ...place(visit), what: "failure", summary: INSTALL_NOT_OPENED.text });
    await note(visit, { kind: "failure", submitter, ...INSTALL_NOT_OPENED.event });
  }
  // Who only observes stands in nobody's way, not even with a log that fails.
  if (observed) return neutralAnswer("PreToolUse");
  // What is not on record does not run, whoever switched what off.
  if (off !== undefined && decision === judgement.decision) return neutralAnswer("PreToolUse");
  const runsHeld = decision === judgement.decision && held?.input !== undefined;
  return runsHeld && call.input.kind === "bash"
    ? formatPreToolUse(decision, held.input, call.input.command)
    : formatPreToolUse(decision, pinnedInput(call, event.given, judged));
}

/** Has a command run held, where it may run; whatever goes wrong with that is a refusal. */
async function putInProfile(
  visit: Visit,
  event: HookEvent & { kind: "pre-tool-use" },
  judgement: Judgement,
): Promise<HeldCall | undefined> {
  const { hold } = visit.desk.ports;
  const { call, given, mode } = event;
  const { decision, policy, interactive = true } = judgement;
  if (hold === undefined || call.input.kind !== "bash" || isCanary(event.sessionId))
    return undefined;
  const session = holdSession(visit, event);
  try {
    return await hold.put({ session, call, given, mode, decision, policy, interactive });
  } catch (cause) {
    await noteFailure(visit, "PreToolUse", "hold-failed");
    return { decision: unheldDecision(holdFailure(cause)) };
  }
}

function unheldDecision({ message }: Failure): Decision {
  return denyInstead({
    rule: "hold",
    what: "could not be put into its sandbox",
    text: message,
    instead: "ask the person to repair this; the command did not run",
    unknown: "unmodelled",
  });
}

function holdSession({ project, session }: Visit, event: HookEvent): HoldSession {
  const { configDirectory, transcriptPath } = session.view(event);
  return {
    project: { id: project.id, root: project.root },
    sessionId: event.sessionId,
    transcriptPath,
    configDirectory:
      configDirectory ?? configDirectoryOf(transcriptPath) ?? join(homeDirectory(), ".claude"),
  };
}

/** A file of `/tmp` as held commands of the session see it, where the client's own tools are to find it too. */
function scratchPath(
  visit: Visit,
  event: HookEvent & { kind: "pre-tool-use" },
  judged: JudgedPath | undefined,
): JudgedPath | undefined {
  const { hold } = visit.desk.ports;
  if (judged === undefined || hold === undefined) return judged;
  const isNew = event.call.input.kind === "write";
  const real = hold.scratchFile(holdSession(visit, event), judged.real, isNew);
  return real === undefined ? judged : { ...judged, real };
}

/** A skill, an agent and a directory bring texts along that no answer of a tool holds, so that nothing could be replaced in them. */
async function withoutContext(
  { desk, project }: Visit,
  event: HookEvent & { kind: "pre-tool-use" },
  judgement: Judgement,
): Promise<Judgement> {
  const { sentFiles, readInstructions } = desk.ports;
  const { call, given, transcriptPath } = event;
  if (judgement.decision.verdict === "deny" || sentFiles === undefined) return judgement;
  if (call.input.kind === "fetch") {
    const text = heldFetch(call, await requirementsOf(desk.ports, project));
    if (text === undefined) return judgement;
    return { ...judgement, decision: fetchHeld(judgement.decision, text) };
  }
  const place = { cwd: event.cwd, root: project.root, transcriptPath };
  const worked = workedPaths(judgement.decision.effects);
  const paths = sentFiles.withCall(place, { call, given, worked });
  if (paths.length === 0 || readInstructions === undefined) return judgement;
  const held = heldFiles(paths, readInstructions, await requirementsOf(desk.ports, project));
  if (held.length === 0) return judgement;
  return { ...judgement, decision: contextHeld(judgement.decision, heldCall(held)) };
}

/** Tells when the shell's snapshot was altered between two calls: what it defines is in force in every later one. */
async function noteShell(visit: Visit, { shellSeen }: Judgement): Promise<void> {
  const how = shellSeen === undefined ? undefined : visit.session.noteShell(shellSeen);
  if (how === undefined) return;
  publish(visit.desk, { ...place(visit), what: "failure", summary: SHELL_TEXT[how] });
  await note(visit, { kind: "shell-change", submitter: visit.submitter, how });
}

const SHELL_TEXT = {
  changed: "the snapshot of the user's shell was changed: what it defines now is in force",
  gone: "the snapshot of the user's shell was removed: start-up files are read in every call",
} as const;

async function judge(
  visit: Visit,
  event: Pick<HookEvent, "cwd" | "mode"> & { readonly call: ToolCall },
): Promise<Judgement> {
  const { desk, project, session } = visit;
  const failed = (code: string, decision: Decision): Judgement => {
    void noteFailure(visit, "PreToolUse", code);
    return { decision, policy: undefined };
  };
  try {
    const judged = desk.ports.judge({ project, call: event.call, session: session.view(event) });
    const late = () => failed("judge-late", judgingLate());
    const judgement = await within(judged, JUDGE_MS_MAX, late);
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

function unrecorded(cause: unknown): Decision {
  const text = cause instanceof Failure ? cause.message : "the audit log cannot be written";
  return denyInstead({
    rule: "log",
    what: "could not be put on record",
    text: `${text}; no call runs unrecorded`,
    instead: "ask the person to free space on the disk of the data directory, then try again",
    unknown: "unmodelled",
  });
}

async function answerResult(
  visit: Visit,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  outcome: "success" | "failure",
  chars: number,
): Promise<Answer> {
  const { desk, session, submitter } = visit;
  const { durationMs } = event;
  const opened = session.calls?.close(event.call.id);
  const { judged, changes, ticket } = opened ?? {};
  const { call, isAsAnswered } = ranHeld(visit, event, opened);
  const breach = breachOf(visit, call);
  const isStopped = event.kind === "post-tool-use-failure" && event.interrupted;
  // WHY: a call that was asked about runs by a person's yes alone.
  if (isAsAnswered && !isStopped && isOfPerson(submitter) && !isLifted(desk, visit.project))
    session.answers?.approve(call.id, desk.ports.clock.nowMs());
  const launched = event.kind === "post-tool-use" ? event.launched : undefined;
  const background = event.kind === "post-tool-use" && event.background;
  if (launched !== undefined) session.calls?.noteAgent(launched, call.id);
  if (call.input.kind === "write" || call.input.kind === "edit") {
    const written = desk.ports.resolvePath(call.input.path);
    session.noteWritten(written);
    desk.ports.hold?.accept(holdSession(visit, event), written);
  }
  if (!session.wasJudged(call.id)) {
    const certain = session.isComplete();
    tellUnjudged(visit, [call]);
    await note(visit, { kind: "unjudged", submitter, call, certain });
  }
  const found = await redacted(visit, event);
  const own = ticket === undefined ? [] : await metProfile(visit, event, { call, ticket });
  const told = [...own, ...(await metLater(visit, event, call))];
  const met = told.length === 0 ? undefined : told.join("\n");
  const machinePorts = desk.ports.hold?.reachedPorts(holdSession(visit, event)) ?? [];
  const result = { kind: "result", submitter, call, outcome, chars, durationMs } as const;
  await note(visit, {
    ...{ ...result, launched, background },
    ...(machinePorts.length === 0 ? {} : { machinePorts }),
    ...(found === undefined ? {} : { found }),
  });
  if (judged !== undefined) await lookAgain(visit, call, judged);
  if (changes !== undefined) await noteChanges(visit, call, changes);
  if (breach !== undefined) {
    const alarm = await raiseAlarm(visit, call, breach);
    if (alarm !== undefined) return alarm;
  }
  const isReplaced =
    event.kind === "post-tool-use" && found !== undefined && found.marks.length > 0;
  if (isReplaced) return replacedOutput(found, met);
  if (met === undefined) return neutralAnswer(event.eventName);
  const hookEventName =
    event.kind === "post-tool-use" ? ("PostToolUse" as const) : ("PostToolUseFailure" as const);
  return { hookSpecificOutput: { hookEventName, additionalContext: met } };
}

/**
 * The call as the agent asked for it, where it ran with our ticket. What ran is compared with what was answered: another
 * hook's rewriting wins over ours, and code in the client may change anything. `isAsAnswered`: it is the one that was judged.
 */
function ranHeld(
  visit: Visit,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  opened: StoredCall | undefined,
): { readonly call: ToolCall; readonly isAsAnswered: boolean } {
  const { hold } = visit.desk.ports;
  const { call } = event;
  const ticket = opened?.ticket;
  const isJudged = opened?.digest === digestOf(call, undefined);
  if (hold === undefined || call.input.kind !== "bash") return { call, isAsAnswered: isJudged };
  const ran = hold.ranAs(call.input.command);
  if (ran !== undefined && ran.ticket === ticket) {
    const isOver = event.kind === "post-tool-use-failure" || !event.background;
    if (isOver) hold.close(ran.ticket);
    const written = { ...call, input: { ...call.input, command: ran.command } };
    if (!isOver) hold.goesOn(ran.ticket, holdSession(visit, event), written);
    return { call: written, isAsAnswered: true };
  }
  if (ticket !== undefined) hold.giveUp(holdSession(visit, event), RAN_OTHERWISE);
  return { call, isAsAnswered: isJudged && ticket === undefined };
}

const RAN_OTHERWISE =
  "something beside sallyport rewrites commands in this session, so its sandbox holds none of them";

/** Records what the profile of a held call refused, as far as its proxy and its output tell, and says so to the agent. */
async function metProfile(
  visit: Visit,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  { call, ticket }: { readonly call: ToolCall; readonly ticket: string },
): Promise<readonly string[]> {
  const said = event.kind === "post-tool-use" ? saidIn(event.response) : event.error;
  const { hold } = visit.desk.ports;
  const of = holdSession(visit, event);
  const met = [hold?.refused(said, ticket, of), await hold?.left(of)].filter(
    (one) => one !== undefined,
  );
  for (const { kind: what } of met)
    await note(visit, { kind: "held-refusal", submitter: visit.submitter, call, what });
  return met.map(({ text }) => text);
}

/**
 * Records what the proxy refused calls that go on in the background, and says so to the agent with whatever result comes next.
 * `at`: the call of that result, where it is not known which one lost something.
 */
async function metLater(visit: Visit, event: HookEvent, at?: ToolCall): Promise<readonly string[]> {
  const met = visit.desk.ports.hold?.metLater(holdSession(visit, event)) ?? [];
  for (const { met: one, call = at } of met)
    if (call !== undefined)
      await note(visit, {
        ...({ kind: "held-refusal", submitter: visit.submitter } as const),
        ...{ call, what: one.kind },
      });
  return met.map(({ met: { text } }) => text);
}

/** What a command said. */
function saidIn(response: Json): string {
  if (typeof response === "string") return response;
  if (typeof response !== "object" || response === null || Array.isArray(response)) return "";
  const { stdout, stderr } = response as { readonly stdout?: Json; readonly stderr?: Json };
  return [stdout, stderr].filter((one) => typeof one === "string").join("\n");
}

/** Whether a call that ran was refused, or is another than the one that was judged. */
function breachOf(
  { session }: Visit,
  call: ToolCall,
): Extract<Observation, { kind: "breach" }>["how"] | undefined {
  const input = digestOf(call, undefined);
  if (session.given?.refused(call.id, input) === true) return "ran-refused";
  // WHY only commands: what the client fills in of other tools' inputs is not known for each of them.
  const isCommand = call.input.kind === "bash";
  return isCommand && session.wasJudgedOtherwise(call.id, input) ? "ran-otherwise" : undefined;
}

/**
 * The loudest alarm there is: put on record, the session held, the turn ended. A command that another hook rewrote is put on record
 * and stops nobody.
 */
async function raiseAlarm(
  visit: Visit,
  call: ToolCall,
  how: Extract<Observation, { kind: "breach" }>["how"],
): Promise<Answer | undefined> {
  const { desk, project, submitter } = visit;
  const summary = BREACH_TEXT[how];
  publish(desk, { ...place(visit), what: "drift", tool: toolWord(call.tool), summary });
  await note(visit, { kind: "breach", submitter, call, how });
  if (how !== "ran-refused" || isObserved(desk, project)) return undefined;
  const { sessionId } = submitter;
  desk.ports.held?.hold({
    ...{ sessionId, root: project.root, what: BREACH_TEXT[how], digests: [] },
    cause: "ran-although-refused",
    sinceMs: desk.ports.clock.nowMs(),
  });
  const text = `sallyport: ALARM, ${BREACH_TEXT[how]}. Something inside of Claude Code overrules the guard: end this session. \`sallyport mods list\` lists code that runs there, \`sallyport log detect\` shows the call. Every further call of this session is refused; \`sallyport session release ${sessionId}\` ends that.`;
  return { continue: false, stopReason: text, systemMessage: text };
}

const BREACH_TEXT = {
  "ran-refused": "a call ran although it was refused",
  "ran-otherwise": "a command ran that is not the one that was judged",
} as const;

/** The answer of a tool without what the policy withholds. Where verdicts are not enforced nothing is replaced. */
async function redacted(
  visit: Visit,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
): Promise<Redacted<Json> | undefined> {
  const { call } = event;
  const response = event.kind === "post-tool-use" ? event.response : event.error;
  const { desk, project, submitter } = visit;
  // What a failed tool says cannot be replaced: it is counted here, and the batch ends the turn.
  const isKept = isLifted(desk, project) || event.kind === "post-tool-use-failure";
  const requires = isKept ? [] : await requirementsOf(desk.ports, project);
  const { sessionId } = submitter;
  const path = "path" in call.input ? call.input.path : undefined;
  return redactFairly(response, path, { ports: desk.ports, requires, sessionId });
}

/** Whether the file that was worked on is the one that was judged. It is too late to stop the call, not to tell. */
async function lookAgain(visit: Visit, call: ToolCall, judged: JudgedPath): Promise<void> {
  const { desk, submitter } = visit;
  const drift = driftOf(call, judged, desk.ports.resolvePath);
  if (drift === undefined) return;
  publish(desk, {
    ...place(visit),
    what: "drift",
    tool: toolWord(call.tool),
    summary: DRIFT_TEXT[drift.how],
  });
  await note(visit, { kind: "drift", submitter, call, judged: judged.real, ...drift });
}

/** Records the files that a call changed. What no longer shows a change is counted and not named. */
async function noteChanges(visit: Visit, call: ToolCall, changes: ChangedFiles): Promise<void> {
  const { submitter } = visit;
  const files = await seenChanges(changes.files, changes.sinceMs);
  if (files.length === 0 && changes.omitted === 0) return;
  const unchanged = changes.files.length - files.length;
  const revision = await revisionAt(submitter.cwd);
  const { omitted } = changes;
  await note(visit, { kind: "change", submitter, call, files, unchanged, omitted, revision });
}

const DRIFT_TEXT = {
  moved: "the judged path leads elsewhere now",
  turned: "a symlink was turned elsewhere while the call ran; the call stayed on the judged path",
  "unjudged-path": "the tool ran on another path than the judged one",
} as const;

async function answerBatch(
  visit: Visit,
  { calls, malformed, answers }: HookEvent & { kind: "post-tool-batch" },
): Promise<Answer> {
  const { desk, project, session, submitter } = visit;
  const unjudged = calls.filter((call) => !session.wasJudged(call.id));
  const certain = session.isComplete();
  tellUnjudged(visit, unjudged);
  const requires = isLifted(desk, project) ? [] : await requirementsOf(desk.ports, project);
  const { sessionId } = submitter;
  const left = await leftInAnswersFairly(answers, { ports: desk.ports, requires, sessionId });
  await note(visit, { kind: "batch", submitter, calls, malformed, unjudged, certain, left });
  if (left.length === 0) return neutralAnswer("PostToolBatch");
  // WHY: the client keeps what was said, and would send it with the next prompt.
  taint(visit).set("", { path: "", words: kindsIn(left) });
  return endedTurn(left);
}

/** PreToolUse never saw these calls: an unknown tool, input that fails its schema, or hooks that were away. */
function tellUnjudged(visit: Visit, calls: readonly ToolCall[]): void {
  const { session } = visit;
  for (const call of calls) {
    // Told once: result and batch both speak of the same call.
    session.noteJudged(call.id);
    publish(visit.desk, {
      ...place(visit),
      what: "unjudged",
      tool: toolWord(call.tool),
      summary: session.isComplete()
        ? "was never put to judgement"
        : "was not put to judgement while this daemon ran",
    });
  }
}

/** What a person is told of controls that were altered. An observed session goes on as before. */
function alteredLine(observed: boolean, what: string): string {
  return observed
    ? `sallyport: calls may be missing on record, because ${what}. ${REPAIR}`
    : `sallyport: this session may only read, because ${what}. ${REPAIR}`;
}

/** Looks for code in the client that nobody agreed to, and tells when the session is held because of it. */
async function lookAtMods(
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
function heldLine({ desk, submitter }: Visit): readonly string[] {
  const held = desk.ports.held?.of(submitter.sessionId);
  return held === undefined
    ? []
    : [
        `sallyport: every call of this session is refused, because ${held.what}. To change that: ${howToRelease(held)}.`,
      ];
}

async function answerStart(
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

function offLine({ desk, project }: Visit): readonly string[] {
  const off = desk.ports.off?.(project);
  return off === undefined
    ? []
    : [
        `sallyport is off here until ${clockTime(off.untilMs)}. Calls are recorded, and none is refused. Turn it on again with \`sallyport on\`.`,
      ];
}

const OBSERVING =
  "sallyport observes this project: calls are judged and recorded, and nothing is refused or asked about; `sallyport report` says what would be";

/** Whether the project is observed only. */
function isObserved({ ports }: Desk, project: Project): boolean {
  return ports.observes?.(project) === true;
}

/** Whether verdicts of the project are not enforced now, for a while or because it is observed only. */
function isLifted(desk: Desk, project: Project): boolean {
  return desk.ports.off?.(project) !== undefined || isObserved(desk, project);
}

/** A session whose start was not seen, because this daemon is younger or nobody told, gets the same look at its controls. */
async function meet(visit: Visit): Promise<void> {
  const controls = inspect(visit);
  applyControls(visit, controls);
  if (controls.kind === "intact") return;
  const { submitter } = visit;
  const event = { submitter, eventName: undefined, code: "controls-altered", where: controls.code };
  await note(visit, { kind: "failure", ...event });
}

async function answerConfigChange(visit: Visit, source: string): Promise<Answer> {
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

async function answerOther(
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

/**
 * What the client would send with and after a summary of the session that the policy keeps from the model. It reads files again that
 * calls have read, and tells no hook of it; their answers had the values replaced, the files have them.
 */
async function heldFromSummary(
  { desk, project }: Visit,
  { cwd, transcriptPath, sessionId }: HookEvent,
): Promise<readonly HeldFile[]> {
  const { sentFiles, readAgain } = desk.ports;
  if (sentFiles === undefined || readAgain === undefined) return [];
  if (isLifted(desk, project)) return [];
  const requires = await requirementsOf(desk.ports, project);
  const paths = sentFiles.withSummary({ cwd, root: project.root, transcriptPath });
  const kept = desk.tainted.get(sessionId)?.values() ?? [];
  return [...kept, ...withheldFiles(paths, readAgain, requires)];
}

/** A prompt is held back where the repository decides who would read it, and where it holds what the policy keeps out. */
async function answerPrompt(visit: Visit, event: HookEvent & { kind: "prompt" }): Promise<Answer> {
  const { desk, project, session, submitter } = visit;
  const { eventName, agentId, notes } = event;
  const requires = isLifted(desk, project) ? [] : await requirementsOf(desk.ports, project);
  const { action, message } = await promptVerdict(visit, event, requires);
  const parent = agentId === undefined ? undefined : session.calls?.parentOf(agentId);
  const called = { ...notes, callId: notes.callId ?? parent };
  const word = action === "block" ? "blocked" : "told";
  const noted = action === "pass" ? called : notesWith(called, word);
  await note(visit, { kind: "other-event", submitter, eventName, notes: noted });
  const held = eventName === "UserPromptSubmit" ? redirectedPrompt(visit) : undefined;
  if (held !== undefined) return held;
  if (action === "block") {
    publish(desk, {
      ...place(visit),
      what: "prompt",
      verdict: "blocked",
      summary: "holds what the policy keeps out",
    });
    return {
      decision: "block",
      reason: message,
      systemMessage: message,
      // WHY: the client would show the prompt again, and keep it in what it writes of the session.
      hookSpecificOutput: { hookEventName: eventName, suppressOriginalPrompt: true },
    };
  }
  return action === "tell" && eventName === "UserPromptSubmit"
    ? { systemMessage: message }
    : neutralAnswer(eventName);
}

/** What the prompt says, and what goes along with it: that of the session's instructions which was held once stays in the client's memory. */
async function promptVerdict(
  { desk, project }: Visit,
  event: HookEvent & { kind: "prompt" },
  requires: readonly Requirement[],
): Promise<PromptVerdict> {
  const { ports } = desk;
  const own = await judgePromptFairly(event.text, { ports, requires, sessionId: event.sessionId });
  const { sentFiles, readInstructions } = desk.ports;
  const isOpen = !requires.some((one) => one.startsWith("prompts-"));
  if (own.action === "block" || isOpen || sentFiles === undefined || readInstructions === undefined)
    return own;
  const { cwd, transcriptPath, sessionId } = event;
  const place = { cwd, root: project.root, transcriptPath };
  const kept = new Map(desk.tainted.get(sessionId));
  for (const one of heldFiles(sentFiles.withPrompt(place, event.text), readInstructions, requires))
    kept.set(one.path, one);
  return kept.size === 0 ? own : { action: "block", message: heldPrompt([...kept.values()]) };
}

function redirectedPrompt(visit: Visit): Answer | undefined {
  if (!visit.session.holds().quarantined || isObserved(visit.desk, visit.project)) return undefined;
  const controls = inspect(visit);
  applyControls(visit, controls);
  if (controls.kind === "intact" || controls.code !== "repository-redirects-trust")
    return undefined;
  const reason = `sallyport: your prompt was not sent, because ${controls.what}. ${REPAIR}`;
  return { decision: "block", reason, systemMessage: reason };
}

/** A file of instructions is in the context by now: what it holds can only be told. */
async function answerInstructions(
  visit: Visit,
  { eventName, path, notes }: HookEvent & { kind: "instructions" },
): Promise<Answer> {
  const { desk, submitter } = visit;
  if (path !== undefined) await noteLoaded(visit, path);
  const text = path === undefined ? undefined : desk.ports.readInstructions?.(path);
  const judged =
    text === undefined || path === undefined ? undefined : judgeInstructions(text, path);
  const noted =
    judged === undefined
      ? notes
      : notesWith({ ...notes, sizes: { ...notes.sizes, ...judged.counts } }, "told");
  await note(visit, { kind: "other-event", submitter, eventName, notes: noted });
  return judged === undefined ? neutralAnswer(eventName) : { systemMessage: judged.message };
}

/** Remembers what a session has loaded, until it loads the file again without it. A daemon that starts again looks at the disk alone. */
async function noteLoaded(visit: Visit, path: string): Promise<void> {
  const { desk, project, submitter } = visit;
  const { readInstructions } = desk.ports;
  if (readInstructions === undefined || isLifted(desk, project)) return;
  const requires = await requirementsOf(desk.ports, project);
  const [held] = heldFiles([path], readInstructions, requires);
  if (held === undefined) desk.tainted.get(submitter.sessionId)?.delete(path);
  else taint(visit).set(path, held);
}

/** What is in the context of the visit's session. */
function taint({ desk, submitter }: Visit): Map<string, HeldFile> {
  const known = desk.tainted.get(submitter.sessionId) ?? new Map<string, HeldFile>();
  desk.tainted.set(submitter.sessionId, known);
  dropOldest(desk.tainted, ANSWERED_MAX);
  return known;
}

/**
 * Recorded; answered where the policy allows the call now, and left to the person in any doubt: a rule of the settings asks
 * (measured: an answer of ours would win over it), the call is not certainly the one that was judged, or an exception is
 * needed for it.
 */
async function answerPermissionRequest(
  visit: Visit,
  event: HookEvent & { kind: "permission-request" },
): Promise<Answer> {
  const { desk, project, session, submitter } = visit;
  const { suggestions, isOpen } = event;
  const asked = asWritten(visit, event.call);
  const callId = session.calls?.find(asked);
  const { tool } = event.call;
  // WHY: what a person answers for the session alone stands in no file, and a directory that is added can be written.
  if (suggestions.some(({ type }) => type === "addDirectories"))
    session.endContainment?.("the client offered to add a directory, which widens the sandbox");
  await note(visit, { kind: "permission-request", submitter, tool, callId, suggestions });
  const neutral = neutralAnswer("PermissionRequest");
  if (!isOpen || callId === undefined || !isAnswerable(event.call)) return neutral;
  if (isLifted(desk, project) || (submitter.doubts ?? []).length > 0) return neutral;
  const call = { ...event.call, id: callId };
  const judgement = await judge(visit, { ...event, call });
  const { decision } = judgement;
  const judged = judgedPath(call, decision);
  const isMoved = judged !== undefined && judged.real !== judged.path;
  if (decision.verdict !== "allow" || isMoved || (decision.exceptions ?? []).length > 0)
    return neutral;
  const { mode } = event;
  const { payloadBytes } = visit;
  const durationMs = desk.ports.clock.monotonicMs() - visit.startedMs;
  const canary = isCanary(submitter.sessionId);
  const answered = { kind: "decision", submitter, call, judgement, mode, durationMs } as const;
  // What is not on record is not answered.
  return desk.recorder
    .record(
      { ...answered, payloadBytes, off: undefined, canary },
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

/** Whether a person may have been asked by this event: nothing speaks against it, and it is no probe of ours. */
function isOfPerson({ sessionId, doubts = [] }: Submitter): boolean {
  return doubts.length === 0 && !isCanary(sessionId);
}

/** A held command as the agent wrote it: the client tells of the one that runs. */
function asWritten({ desk }: Visit, call: ToolCall): ToolCall {
  if (call.input.kind !== "bash") return call;
  const ran = desk.ports.hold?.ranAs(call.input.command);
  return ran === undefined ? call : { ...call, input: { ...call.input, command: ran.command } };
}

/** Whether the policy that judged says that nothing runs before it is on record. */
function isAudited({ policy }: Judgement): boolean {
  return policy?.requires?.includes("audit") === true;
}

const REPAIR = "To repair it, run `sallyport init` in the project.";

/** Never throws: controls that cannot be inspected count as altered. */
function inspect(visit: Visit): ControlState {
  try {
    return visit.desk.ports.inspectControls(visit.project);
  } catch (cause) {
    const what =
      cause instanceof Failure ? cause.message : "the installed hooks cannot be inspected";
    return { kind: "altered", code: "not-inspected", what };
  }
}

function applyControls(visit: Visit, controls: ControlState): void {
  visit.session.hold({
    quarantined: controls.kind === "altered",
    reason: controls.kind === "altered" ? controls.what : undefined,
    withoutCommands: controls.kind === "altered" && controls.code.startsWith("repository-"),
  });
}

/** A held session is looked at again with each call, so that a repair frees it without a restart. */
function renewHold(visit: Visit): void {
  if (visit.session.holds().quarantined) applyControls(visit, inspect(visit));
}

/** Records what needs no answer of its own. A log that fails is remembered by the recorder: the next call is refused. */
async function note(visit: Visit, observation: Parameters<Recorder["record"]>[0]): Promise<void> {
  await visit.desk.recorder.record(observation, { durable: false }).catch(() => undefined);
}

function noteFailure(visit: Visit, eventName: string, code: string): Promise<void> {
  const { submitter } = visit;
  return note(visit, { kind: "failure", submitter, eventName, code, where: "judge" });
}

function publishDecision(
  visit: Visit,
  call: ToolCall,
  decision: Decision,
  { off, observed }: { readonly off: OffPeriod | undefined; readonly observed: boolean },
): void {
  if (!visit.desk.feed.isWatched()) return;
  publish(visit.desk, {
    ...place(visit),
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

function place(visit: Visit): Pick<FeedItem, "project"> {
  return { project: visit.project.root };
}

function publish(desk: Desk, item: Partial<FeedItem> & Pick<FeedItem, "what" | "project">): void {
  const blank = { verdict: "", tool: "", rule: "", summary: "" };
  desk.feed.publish({ timeMs: desk.ports.clock.nowMs(), ...blank, ...item });
}
