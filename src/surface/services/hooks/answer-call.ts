// The answer to a call before it runs: judged, put into its profile, recorded.
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import { Failure } from "#base/failure.ts";
import type { Decision } from "#guard/policy/decision.ts";
import {
  formatPreToolUse,
  type HookAnswer,
  neutralAnswer,
  refusal,
  withLine,
} from "#guard/protocol/hook-io.ts";
import { type JudgedPath, judgedPath, pinnedInput } from "#guard/protocol/pinned-path.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { homeDirectory } from "#platform/user.ts";
import { newTrees, placesNamed, writtenPlaces } from "#guard/effects/paths/written-places.ts";
import type { PromptChange } from "#record/event/call-events.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { promptChange } from "../hold/prompt-alone.ts";
import { type HeldCall, holdFailure, type HoldSession } from "../hold/hold-port.ts";
import { toldVariable } from "../hold/own-temporary.ts";
import { changedFiles } from "../sessions/changed-files.ts";
import { judge } from "./judge-call.ts";
import { goOn, standStill } from "./still-calls.ts";
import { askElsewhere, waitFor } from "./ask-elsewhere.ts";
import { withAgents } from "./agents-held.ts";
import { countCall, withBudgets, withWarning } from "./budgets-held.ts";
import { copyBefore, withoutCopy } from "./copies-before.ts";
import { askAnother, noteApproved } from "./second-person.ts";
import { INSTALL_NOT_OPENED, openInstall } from "./install-windows.ts";
import { digestOf } from "../sessions/open-calls.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import { denyInstead } from "./refusals.ts";
import {
  ANSWERED_MAX,
  type Answer,
  type HookRequest,
  isCanary,
  isObserved,
  isOfPerson,
  isUnderWay,
  lookAtMods,
  note,
  noteFailure,
  place,
  publish,
  renewHold,
} from "./hook-request.ts";
import { publishDecision } from "./live-decisions.ts";
import { withoutContext } from "./refused-files.ts";

export async function answerCall(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
): Promise<Answer> {
  const { sessionId, call } = event;
  const over = (): void =>
    goOn(request.services.ports, request.project, { sessionId, callId: call.id });
  try {
    const answer = await answerJudged(request, event);
    if (refuses(answer)) over();
    return answer;
  } catch (cause) {
    over();
    throw cause;
  }
}

function refuses(answer: Answer): boolean {
  const { hookSpecificOutput: told } = answer as {
    readonly hookSpecificOutput?: { readonly permissionDecision?: string };
  };
  return told?.permissionDecision === "deny";
}

async function answerJudged(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
): Promise<Answer> {
  const { services, project, session, submitter } = request;
  const { call, mode } = event;
  const digest = digestOf(call, undefined);
  const rewritten = session.wasJudgedOtherwise(call.id, digest) && isUnderWay(session, call);
  session.noteJudged(call.id, digest);
  renewHold(request);
  await lookAtMods(request, event);
  const still = await judgeStill(request, event);
  const judgedAlone = await withoutContext(request, event, still.judgement);
  const unheld = await withAgents(request, event, judgedAlone, (skill, given) =>
    judge(request, { ...event, call: skill, given }),
  );
  await noteShell(request, unheld);
  request.session.noteLabels?.(unheld.labels ?? []);
  // WHY: a time off does not open what is held until a person releases it.
  const isHeld = services.ports.held?.of(submitter.sessionId) !== undefined;
  const off = isHeld ? undefined : services.ports.off?.(project);
  const observed = off === undefined && isObserved(services, project);
  const isEnforced = off === undefined && !observed;
  const budgeted = withBudgets(request, event, unheld);
  const within = budgeted.judgement;
  const asked = isEnforced ? await askAnother(request, event, within) : within;
  const held = isEnforced ? await putInProfile(request, event, asked, still) : undefined;
  const judgement = held === undefined ? asked : { ...asked, decision: held.decision };
  const { verdict } = judgement.decision;
  countCall(request, event, { ...budgeted, judgement }, isEnforced);
  const judged = scratchPath(request, event, judgedPath(call, judgement.decision));
  noteFlow(request, event, judgement, isEnforced ? verdict : "allow");
  let withoutCopies: readonly string[] = [];
  if (verdict !== "deny" || !isEnforced) {
    withoutCopies = await copyBefore(request, event, judgement.decision);
    // WHY before the log has it: an agent beside this one may be judged in the meantime.
    const places = writtenPlaces(judgement.decision.effects, request.project.root);
    for (const path of [...places, ...placesNamed(call)]) session.noteWritten(path);
    for (const path of newTrees(judgement.decision.effects)) session.noteWorktree?.(path);
    // WHY not after a question: what a person says no to stays what it is.
    if (isEnforced && verdict !== "ask" && judged !== undefined) {
      const about = { given: event.given, real: judged.real };
      services.ports.hold?.noteMade(
        { project: request.project, sessionId: event.sessionId },
        call,
        about,
      );
    }
    session.calls?.open(
      call,
      judged,
      changedFiles(judgement.decision.effects, services.ports.clock.nowMs()),
      held?.ticket,
    );
  }
  const observation = {
    kind: "decision",
    submitter,
    call,
    judgement,
    mode,
    durationMs: services.ports.clock.monotonicMs() - request.startedMs,
    payloadBytes: request.payloadBytes,
    off: off?.id,
    observed,
    canary: isCanary(submitter.sessionId),
    rewritten,
    held: held?.input !== undefined,
    prompt: isEnforced ? promptOf(request, event, judgement) : undefined,
  } as const;
  const isRefusal = verdict === "deny" || verdict === "ask";
  // A policy may say that nothing runs before it is on record: then an allow waits for the disk, however slow it is.
  const durable = !observed && (isRefusal || isAudited(judgement));
  // A verdict that is not enforced keeps nothing from running while the disk is slow.
  const options = { durable, isRefusal: isRefusal && isEnforced };
  const decision = await services.recorder.record(observation, options).then(
    () => judgement.decision,
    (cause: unknown) => unrecorded(cause),
  );
  if (isEnforced && decision === judgement.decision) await noteApproved(request, event, decision);
  if (isEnforced) noteGiven(session, event, { decision, judgement, digest });
  publishDecision(request, call, decision, { off, observed });
  const isAsked = decision === judgement.decision && verdict === "ask" && isEnforced;
  if (isAsked) services.asked.add(call.id);
  dropOldest(services.asked, ANSWERED_MAX);
  if (isAsked && isOfPerson(submitter))
    session.answers?.ask(call.id, decision, services.ports.clock.nowMs());
  if (decision === judgement.decision) await openInstallOf(request, { call, judgement });
  // Who only observes stands in nobody's way, not even with a log that fails.
  if (observed) return neutralAnswer("PreToolUse");
  // What is not on record does not run, whoever switched what off.
  if (off !== undefined && decision === judgement.decision) return neutralAnswer("PreToolUse");
  const runsHeld = decision === judgement.decision && held?.input !== undefined;
  const asking = { judgement, held: runsHeld ? held : undefined, judged, digest };
  const said = isAsked ? await askBefore(request, event, asking) : undefined;
  if (said !== undefined) return said;
  const answer =
    runsHeld && call.input.kind === "bash"
      ? formatPreToolUse(decision, held.input, call.input.command)
      : formatPreToolUse(decision, pinnedInput(call, event.given, judged));
  const shown = isAsked && isOfPerson(submitter) ? withElsewhere(request, answer) : answer;
  const told = withoutCopy(shown, withoutCopies, isAsked);
  return withWarning(request, told, budgeted.reached);
}

/** Judges a call once nothing of the session can change what it is about. */
async function judgeStill(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
): Promise<{ readonly judgement: Judgement; readonly isStill: boolean }> {
  const { isStill, refusal: moving } = await standStill(request, event);
  return { judgement: moving ?? (await judge(request, event)), isStill };
}

/**
 * The answer of a person elsewhere before the client hears of the question, where its entry waits for one; undefined leaves the
 * question to the client. A yes runs what a yes at the terminal would.
 */
async function askBefore(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
  asked: {
    readonly judgement: Judgement;
    readonly held: HeldCall | undefined;
    readonly judged: JudgedPath | undefined;
    readonly digest: string;
  },
): Promise<Answer | undefined> {
  const { session, submitter, services } = request;
  const { call, mode } = event;
  const { judgement, held, judged, digest } = asked;
  const seconds = waitFor(request);
  if (seconds === undefined || mode === "dontAsk" || !isOfPerson(submitter)) return undefined;
  const again = async () => (await judgeStill(request, event)).judgement;
  const about = { call, mode, judgement, held: held !== undefined, again };
  const said = await askElsewhere(request, about, seconds);
  if (said === undefined) return undefined;
  if (said.allows)
    return formatPreToolUse(
      allowedByPerson(judgement.decision),
      held?.input ?? pinnedInput(call, event.given, judged),
    );
  session.given?.note(call.id, digest, "refused");
  session.calls?.close(call.id);
  session.answers?.settle(call.id);
  if (held?.ticket !== undefined) services.ports.hold?.close(held.ticket);
  return refusal("PreToolUse", said.message);
}

/** What a verdict did to the questions of a person; our probes and sessions without a person have none. */
function promptOf(
  { services, project, submitter }: HookRequest,
  { call, mode, given }: HookEvent & { kind: "pre-tool-use" },
  { decision, interactive = true }: Judgement,
): PromptChange | undefined {
  // What is refused asks nobody, whatever the client alone would have done: its settings are not looked at for it.
  if (!interactive || decision.verdict === "deny" || isCanary(submitter.sessionId))
    return undefined;
  const { tool, cwd } = call;
  const alone = services.ports.promptAlone?.({ root: project.root, cwd, mode, tool, given });
  return promptChange(decision.verdict, alone);
}

function allowedByPerson(decision: Decision): Decision {
  const text = "a person allowed this call from elsewhere";
  const reason = { verdict: "allow", rule: "guard/person", effect: undefined, text } as const;
  return {
    ...decision,
    verdict: "allow",
    reasons: [{ ...reason, instead: undefined }, ...decision.reasons],
  };
}

/** Says below a question that people elsewhere read it too, where that is so. */
function withElsewhere({ services, project }: HookRequest, answer: HookAnswer): HookAnswer {
  const { questions, asksElsewhere } = services.ports;
  if (questions?.attended() === undefined || asksElsewhere?.(project) !== true) return answer;
  return withLine(
    answer,
    "Asked elsewhere too while it stands at a terminal: the first answer counts.",
  );
}

/** What later calls are judged by: what this one takes along. */
function noteFlow(
  { session }: HookRequest,
  { call, agentId = "" }: HookEvent & { kind: "pre-tool-use" },
  { decision, roots }: Judgement,
  verdict: Decision["verdict"],
): void {
  if (roots !== undefined)
    session.track?.judged(call, decision, verdict, { agent: agentId, roots });
}

/** Remembers whether the call was refused: also where its question reaches nobody. */
function noteGiven(
  session: HookRequest["session"],
  { call, mode }: HookEvent & { kind: "pre-tool-use" },
  {
    decision: { verdict },
    judgement,
    digest,
  }: { readonly decision: Decision; readonly judgement: Judgement; readonly digest: string },
): void {
  const isAnswerable = mode !== "dontAsk" && judgement.interactive !== false;
  const isRefused = verdict === "deny" || (verdict === "ask" && !isAnswerable);
  session.given?.note(call.id, digest, isRefused ? "refused" : "free");
}

/** WHY last: what is refused after all, by a log that fails, opens nothing. */
async function openInstallOf(
  request: HookRequest,
  judged: { readonly call: ToolCall; readonly judgement: Judgement },
): Promise<void> {
  const { services, submitter } = request;
  if (openInstall(services.ports, submitter, judged)) return;
  publish(services, { ...place(request), what: "failure", summary: INSTALL_NOT_OPENED.text });
  await note(request, { kind: "failure", submitter, ...INSTALL_NOT_OPENED.event });
}

/** Has a command run held, where it may run; whatever goes wrong with that is a refusal. */
async function putInProfile(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
  judgement: Judgement,
  { isStill }: { readonly isStill: boolean },
): Promise<HeldCall | undefined> {
  const { hold } = request.services.ports;
  const { call, given, mode } = event;
  const { decision, policy, interactive = true } = judgement;
  if (hold === undefined || call.input.kind !== "bash" || isCanary(event.sessionId))
    return undefined;
  const session = holdSession(request, event);
  try {
    return await hold.put({ session, call, given, mode, decision, policy, interactive, isStill });
  } catch (cause) {
    await noteFailure(request, "PreToolUse", "hold-failed");
    return { decision: unheldDecision(holdFailure(cause)) };
  }
}

export function unheldDecision({ message }: Failure): Decision {
  return denyInstead({
    rule: "hold",
    what: "could not be put into its sandbox",
    text: message,
    instead: "ask the person to repair this; the command did not run",
    unknown: "unmodelled",
  });
}

export function holdSession({ project, session }: HookRequest, event: HookEvent): HoldSession {
  const { configDirectory, transcriptPath, environment, worktrees } = session.view(event);
  const temporary = toldVariable(environment, "TMPDIR");
  const searchPath = toldVariable(environment, "PATH");
  return {
    ...(temporary === undefined ? {} : { temporary }),
    ...(searchPath === undefined ? {} : { searchPath }),
    ...(worktrees === undefined ? {} : { worktrees }),
    project: { id: project.id, root: project.root },
    sessionId: event.sessionId,
    transcriptPath,
    configDirectory:
      configDirectory ?? configDirectoryOf(transcriptPath) ?? join(homeDirectory(), ".claude"),
  };
}

/** A file of `/tmp`, or of a cache, as held commands of the session see it, where the client's own tools are to find it too. */
function scratchPath(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
  judged: JudgedPath | undefined,
): JudgedPath | undefined {
  const { hold } = request.services.ports;
  if (judged === undefined || hold === undefined) return judged;
  const isNew = event.call.input.kind === "write";
  const real = hold.scratchFile(holdSession(request, event), judged.real, isNew);
  return real === undefined ? judged : { ...judged, real };
}

/** Tells when the shell's snapshot was altered between two calls: what it defines is in force in every later one. */
async function noteShell(request: HookRequest, { shellSeen }: Judgement): Promise<void> {
  const how = shellSeen === undefined ? undefined : request.session.noteShell(shellSeen);
  if (how === undefined) return;
  publish(request.services, { ...place(request), what: "failure", summary: SHELL_TEXT[how] });
  await note(request, { kind: "shell-change", submitter: request.submitter, how });
}

const SHELL_TEXT = {
  changed: "the snapshot of the user's shell was changed: what it defines now is in force",
  gone: "the snapshot of the user's shell was removed: start-up files are read in every call",
} as const;

export function unrecorded(cause: unknown): Decision {
  const text = cause instanceof Failure ? cause.message : "the audit log cannot be written";
  return denyInstead({
    rule: "log",
    what: "could not be put on record",
    text: `${text}; no call runs unrecorded`,
    instead: "ask the person to free space on the disk of the data directory, then try again",
    unknown: "unmodelled",
  });
}

/** Whether the policy that judged says that nothing runs before it is on record. */
export function isAudited({ policy }: Judgement): boolean {
  return policy?.requires?.includes("audit") === true;
}
