// The answer to a call's result: what it left behind, what its profile refused, and what of its output is kept back.
import type { Redacted } from "#guard/content/redact.ts";
import { neutralAnswer } from "#guard/protocol/hook-io.ts";
import type { JudgedPath } from "#guard/protocol/pinned-path.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { toolWord } from "#record/event/call-events.ts";
import { revisionAt, seenChanges } from "../facts/git/seen-changes.ts";
import { leftInAnswersFairly, redactFairly } from "../heavy/fair-content.ts";
import type { ChangedFiles } from "../sessions/changed-files.ts";
import { endedTurn, kindsIn, replacedOutput, requirementsOf } from "../content/content-answers.ts";
import { goOn } from "./still-calls.ts";
import { digestOf } from "../sessions/open-calls.ts";
import type { Observation, ResolvePath } from "./ports.ts";
import type { StoredCall } from "../sessions/session-record.ts";
import { holdSession } from "./answer-call.ts";
import { countOutcome, turnOverBudget } from "./budgets-held.ts";
import { judge } from "./judge-call.ts";
import { noteOvertaken } from "./ask-elsewhere.ts";
import { metLater, noteMade } from "./refused-later.ts";
import {
  type Answer,
  type HookRequest,
  isLifted,
  isObserved,
  isOfPerson,
  note,
  place,
  publish,
  taint,
} from "./hook-request.ts";

export async function answerResult(
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  outcome: "success" | "failure",
  chars: number,
): Promise<Answer> {
  const { services, session, submitter } = request;
  const { durationMs } = event;
  const opened = session.calls?.close(event.call.id);
  const { judged, changes, ticket } = opened ?? {};
  services.ports.undo?.end(event.call.id);
  const drift = judged && driftOf(event.call, judged, services.ports.resolvePath);
  // WHY after the look: what goes on may turn the path at once.
  goOn(services.ports, request.project, { sessionId: event.sessionId, callId: event.call.id });
  const { call, isAsAnswered } = ranHeld(request, event, opened);
  countOutcome(request, event, call);
  const breach = breachOf(request, call);
  const isStopped = event.kind === "post-tool-use-failure" && event.interrupted;
  // WHY: a call that was asked about runs by a person's yes alone.
  if (isAsAnswered && !isStopped && isOfPerson(submitter) && !isLifted(services, request.project))
    session.answers?.approve(call.id, services.ports.clock.nowMs());
  const launched = event.kind === "post-tool-use" ? event.launched : undefined;
  const background = event.kind === "post-tool-use" && event.background;
  if (launched !== undefined) session.calls?.noteAgent(launched, call.id);
  session.track?.ended(call.id, launched);
  if (call.input.kind === "write" || call.input.kind === "edit") {
    const written = services.ports.resolvePath(call.input.path);
    session.noteWritten(written);
    services.ports.hold?.accept(holdSession(request, event), written);
  }
  if (breach === undefined) await noteOvertaken(request, call.id);
  if (!session.wasJudged(call.id)) {
    const certain = session.isComplete();
    tellUnjudged(request, [call]);
    await note(request, { kind: "unjudged", submitter, call, certain });
  }
  const found = await redacted(request, event);
  const own = ticket === undefined ? [] : await metProfile(request, event, { call, ticket });
  const seen =
    ticket === undefined
      ? undefined
      : services.ports.hold?.seen(ticket, holdSession(request, event));
  const told = [
    ...own,
    ...(seen === undefined ? [] : [seen]),
    ...(await metLater(request, event, call)),
  ];
  const met = told.length === 0 ? undefined : told.join("\n");
  const machinePorts = services.ports.hold?.reachedPorts(holdSession(request, event)) ?? [];
  // WHY not what failed: its words are mostly the program's own.
  const orders =
    event.kind === "post-tool-use" ? (services.ports.ordersIn?.(event.response) ?? []) : [];
  const result = { kind: "result", submitter, call, outcome, chars, durationMs } as const;
  await note(request, {
    ...result,
    launched,
    background,
    ...(machinePorts.length === 0 ? {} : { machinePorts }),
    ...(found === undefined ? {} : { found }),
    ...(orders.length === 0 ? {} : { orders }),
  });
  if (judged !== undefined && drift !== undefined) await noteDrift(request, call, judged, drift);
  if (changes !== undefined) await noteChanges(request, call, changes);
  if (breach !== undefined) {
    const alarm = await raiseAlarm(request, call, breach);
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
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  opened: StoredCall | undefined,
): { readonly call: ToolCall; readonly isAsAnswered: boolean } {
  const { hold } = request.services.ports;
  const { call } = event;
  const ticket = opened?.ticket;
  const isJudged = opened?.digest === digestOf(call, undefined);
  if (hold === undefined || call.input.kind !== "bash") return { call, isAsAnswered: isJudged };
  const ran = hold.ranAs(call.input.command);
  if (ran !== undefined && ran.ticket === ticket) {
    const isOver = event.kind === "post-tool-use-failure" || !event.background;
    if (isOver) hold.close(ran.ticket);
    const written = { ...call, input: { ...call.input, command: ran.command } };
    if (!isOver) hold.goesOn(ran.ticket, holdSession(request, event), written);
    return { call: written, isAsAnswered: true };
  }
  if (ticket !== undefined) hold.giveUp(holdSession(request, event), RAN_OTHERWISE);
  return { call, isAsAnswered: isJudged && ticket === undefined };
}

const RAN_OTHERWISE =
  "something beside sallyport rewrites commands in this session, so its sandbox holds none of them";

/** Records what the profile of a held call refused, as far as its proxy and its output tell, and says so to the agent. */
async function metProfile(
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  { call, ticket }: { readonly call: ToolCall; readonly ticket: string },
): Promise<readonly string[]> {
  const said = event.kind === "post-tool-use" ? saidIn(event.response) : event.error;
  const { hold } = request.services.ports;
  const of = holdSession(request, event);
  // WHY first: what it left for later may be among what is put back.
  const written = await hold?.written(of);
  const met = [hold?.refused(said, ticket, of), written, await hold?.left(of)].filter(
    (one) => one !== undefined,
  );
  for (const { kind: what } of met)
    await note(request, { kind: "held-refusal", submitter: request.submitter, call, what });
  await noteMade(request, call, hold?.made(ticket));
  return met.map(({ text }) => text);
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
  { session }: HookRequest,
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
  request: HookRequest,
  call: ToolCall,
  how: Extract<Observation, { kind: "breach" }>["how"],
): Promise<Answer | undefined> {
  const { services, project, submitter } = request;
  const summary = BREACH_TEXT[how];
  publish(services, { ...place(request), what: "drift", tool: toolWord(call.tool), summary });
  await note(request, { kind: "breach", submitter, call, how });
  if (how !== "ran-refused" || isObserved(services, project)) return undefined;
  const { sessionId } = submitter;
  services.ports.held?.hold({
    sessionId,
    root: project.root,
    what: BREACH_TEXT[how],
    digests: [],
    cause: "ran-although-refused",
    sinceMs: services.ports.clock.nowMs(),
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
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
): Promise<Redacted<Json> | undefined> {
  const { call } = event;
  const response = event.kind === "post-tool-use" ? event.response : event.error;
  const { services, project, submitter } = request;
  // What a failed tool says cannot be replaced: it is counted here, and the batch ends the turn.
  const isKept = isLifted(services, project) || event.kind === "post-tool-use-failure";
  const requires = isKept ? [] : await requirementsOf(services.ports, project);
  const { sessionId } = submitter;
  const path = "path" in call.input ? call.input.path : undefined;
  return redactFairly(response, path, { ports: services.ports, requires, sessionId });
}

/** The file that was worked on may not be the one that was judged. It is too late to stop the call, not to tell. */
async function noteDrift(
  request: HookRequest,
  call: ToolCall,
  judged: JudgedPath,
  drift: Drift,
): Promise<void> {
  const { services, submitter } = request;
  publish(services, {
    ...place(request),
    what: "drift",
    tool: toolWord(call.tool),
    summary: DRIFT_TEXT[drift.how],
  });
  await note(request, { kind: "drift", submitter, call, judged: judged.real, ...drift });
}

/** Records the files that a call changed. What no longer shows a change is counted and not named. */
async function noteChanges(
  request: HookRequest,
  call: ToolCall,
  changes: ChangedFiles,
): Promise<void> {
  const { submitter } = request;
  const files = await seenChanges(changes.files, changes.sinceMs);
  if (files.length === 0 && changes.omitted === 0) return;
  const unchanged = changes.files.length - files.length;
  const revision = await revisionAt(submitter.cwd);
  const { omitted } = changes;
  await note(request, { kind: "change", submitter, call, files, unchanged, omitted, revision });
}

const DRIFT_TEXT = {
  moved: "the judged path leads elsewhere now",
  turned: "a symlink was turned elsewhere while the call ran; the call stayed on the judged path",
  "unjudged-path": "the tool ran on another path than the judged one",
} as const;

export async function answerBatch(
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-batch" },
): Promise<Answer> {
  const { calls, malformed, answers } = event;
  const { services, project, session, submitter } = request;
  const missed = calls.filter((call) => !session.wasJudged(call.id));
  const refused = refusedByClient(missed, answers);
  for (const call of refused) await noteRefused(request, event, call);
  const unjudged = missed.filter((call) => !refused.includes(call));
  const certain = session.isComplete();
  tellUnjudged(request, unjudged);
  const requires = isLifted(services, project) ? [] : await requirementsOf(services.ports, project);
  const { sessionId } = submitter;
  const left = await leftInAnswersFairly(answers, { ports: services.ports, requires, sessionId });
  await note(request, { kind: "batch", submitter, calls, malformed, unjudged, certain, left });
  if (left.length === 0)
    return (await turnOverBudget(request, event)) ?? neutralAnswer("PostToolBatch");
  // WHY: the client keeps what was said, and would send it with the next prompt.
  taint(request).set("", { path: "", words: kindsIn(left) });
  return endedTurn(left);
}

/** What the client answers before any hook where a rule of settings refuses a file to its own tools (2.1.328, 2.1.332). */
const CLIENT_REFUSAL =
  /^<tool_use_error>File is (?:in a directory that is denied by|covered by a Read deny rule in) your permission settings/;

/**
 * Calls of the file tools that the client refused by its rules, so that no hook was asked. WHY by number: the answers of a batch bear
 * no ids. Where some other call of these tools was answered otherwise, none counts.
 */
function refusedByClient(
  missed: readonly ToolCall[],
  answers: readonly string[],
): readonly ToolCall[] {
  const ofFiles = missed.filter(({ input }) => ["read", "write", "edit"].includes(input.kind));
  const refusals = answers.filter((answer) => CLIENT_REFUSAL.test(answer)).length;
  return refusals >= ofFiles.length ? ofFiles : [];
}

/** Puts on record what the policy says of a call that the client refused before it could be judged. Nothing ran. */
async function noteRefused(
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-batch" },
  call: ToolCall,
): Promise<void> {
  const { services, session, submitter } = request;
  session.noteJudged(call.id);
  const judgement = await judge(request, { ...event, call });
  if (judgement.decision.verdict !== "deny") return;
  const durationMs = services.ports.clock.monotonicMs() - request.startedMs;
  const { payloadBytes } = request;
  const { mode } = event;
  await note(request, {
    kind: "decision",
    submitter,
    call,
    judgement,
    mode,
    durationMs,
    payloadBytes,
  });
}

/** PreToolUse never saw these calls: an unknown tool, input that fails its schema, or hooks that were away. */
function tellUnjudged(request: HookRequest, calls: readonly ToolCall[]): void {
  const { session } = request;
  for (const call of calls) {
    // Told once: result and batch both speak of the same call.
    session.noteJudged(call.id);
    publish(request.services, {
      ...place(request),
      what: "unjudged",
      tool: toolWord(call.tool),
      summary: session.isComplete()
        ? "was never put to judgement"
        : "was not put to judgement while this daemon ran",
    });
  }
}

/**
 * How a path drifted, and where it leads now. `moved`: the judged path itself. `turned`: the path that the agent gave,
 * while the call stayed on the judged one. `unjudged-path`: the tool ran on a path that was not judged.
 */
type Drift = { readonly how: "moved" | "turned" | "unjudged-path"; readonly now: string };

/** Compares where a path led when it was judged with where it leads after the call. `call` is the one that ran. */
function driftOf(call: ToolCall, judged: JudgedPath, resolvePath: ResolvePath): Drift | undefined {
  const used = usedPath(call);
  if (used !== undefined && used !== judged.real && used !== judged.path) {
    return { how: "unjudged-path", now: resolvePath(used) };
  }
  const real = resolvePath(judged.real);
  if (real !== judged.real) return { how: "moved", now: real };
  const given = resolvePath(judged.path);
  // A given path that leads to itself is a plain file now, or gone.
  if (given === judged.real || given === judged.path) return undefined;
  return { how: used === judged.path ? "moved" : "turned", now: given };
}

function usedPath({ input }: ToolCall): string | undefined {
  switch (input.kind) {
    case "read":
    case "edit":
    case "write":
      return input.path.startsWith("~") ? undefined : input.path;
    default:
      return undefined;
  }
}
