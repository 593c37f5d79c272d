// A question of the client's that a person may answer elsewhere while it stands at the terminal, and the end of such questions.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import { toldRules } from "#guard/protocol/reason-text.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import { questionFacts, readableNote } from "../questions/question-facts.ts";
import type { QuestionNews } from "../questions/question-news.ts";
import type { JudgedCall, OpenQuestion, Outcome } from "../questions/waiting-room.ts";
import type { HookPorts } from "./ports.ts";
import { type HookRequest, note, place, publish } from "./hook-request.ts";

/** A call that our policy asks about now. */
type AskedAbout = {
  readonly call: ToolCall;
  readonly mode: PermissionMode;
  readonly judgement: Judgement;
  /** It runs in a sandbox of its own after a yes. */
  readonly held: boolean;
  /** Judges it again, when it was answered. */
  readonly again: () => Promise<Judgement>;
};

/** What a person said; `message` is for the agent. */
type Said = { readonly allows: true } | { readonly allows: false; readonly message: string };

/** Seconds for which a question of this request may wait for a person elsewhere; undefined where nobody is there. */
export function waitFor({ services, patience }: HookRequest): number | undefined {
  const attended = services.ports.questions?.attended();
  if (attended === undefined || patience === undefined || patience.gone.aborted) return undefined;
  return Math.min(attended, patience.seconds);
}

/**
 * Keeps the client's question open until a person answered it elsewhere, its time is over, or nobody asks any more. Undefined
 * leaves it to who sits at the terminal. What is not on record, or is judged otherwise by now, is not answered.
 */
export async function askElsewhere(
  request: HookRequest,
  about: AskedAbout,
  seconds: number,
): Promise<Said | undefined> {
  const { services, patience } = request;
  const opened = openQuestion(request, about, seconds);
  if (opened === undefined || patience === undefined) return undefined;
  const { question } = opened;
  patience.begin();
  const withdraw = () => opened.withdraw();
  patience.gone.addEventListener("abort", withdraw, { once: true });
  if (patience.gone.aborted) withdraw();
  publish(services, {
    ...place(request),
    what: "question",
    verdict: "ask",
    tool: question.tool,
    rule: question.rule,
    summary: question.id,
  });
  await tell(request, opened, { what: "asked", submitter: "hook" });
  const outcome = readable(request, about, await opened.outcome);
  patience.gone.removeEventListener("abort", withdraw);
  if (outcome.kind !== "answered") {
    await tell(request, opened, { what: outcome.kind, submitter: "daemon" });
    return undefined;
  }
  if (!(await counts(request, about, { opened, outcome }))) return undefined;
  return outcome.answer === "allow"
    ? { allows: true }
    : { allows: false, message: refusalText(outcome.note) };
}

/** The outcome with what the person said made readable. */
function readable(
  { services, submitter }: HookRequest,
  about: AskedAbout,
  outcome: Outcome,
): Outcome {
  if (outcome.kind !== "answered" || outcome.note === null) return outcome;
  const asked = { ...about, sessionId: submitter.sessionId };
  return { ...outcome, note: readableNote(services.ports.mark, asked, outcome.note) };
}

function openQuestion(
  { services, project, submitter }: HookRequest,
  { call, mode, judgement, held }: AskedAbout,
  seconds: number,
): OpenQuestion | undefined {
  const { questions, mark } = services.ports;
  const { sessionId, agentId } = submitter;
  const about = { call, sessionId, root: project.root, mode, judgement, held };
  const facts = questionFacts(mark, about);
  const judged: JudgedCall = {
    tool: call.tool,
    input: Object(call.input),
    cwd: call.cwd,
    root: project.root,
    sessionId,
    callId: call.id,
    agentId,
    policyDigest: judgement.policy?.digest ?? "",
    rules: toldRules(judgement.decision),
  };
  return questions?.open(judged, facts, seconds);
}

/** Whether a person's answer counts: a yes only where the same policy still asks or allows, and both only when on record. */
async function counts(
  request: HookRequest,
  about: AskedAbout,
  {
    opened,
    outcome,
  }: { readonly opened: OpenQuestion; readonly outcome: Outcome & { kind: "answered" } },
): Promise<boolean> {
  if (outcome.answer === "allow" && !(await isJudgedAlike(about))) {
    opened.confirm("changed");
    await tell(request, opened, { what: "refused", submitter: "daemon", code: "changed" });
    return false;
  }
  const { kind: _kind, waitedMs, ...answer } = outcome;
  const { question, call } = opened;
  const news: QuestionNews = {
    what: "answered",
    submitter: "operator",
    asked: { question, call },
    answer,
    waitedMs,
  };
  try {
    await request.services.recorder.record({ kind: "question", news }, { durable: true });
  } catch {
    opened.confirm("unrecorded");
    return false;
  }
  opened.confirm("counts");
  return true;
}

async function isJudgedAlike({ judgement, again }: AskedAbout): Promise<boolean> {
  const now = await again();
  const isSamePolicy = now.policy?.digest === judgement.policy?.digest;
  return isSamePolicy && (now.decision.verdict === "ask" || now.decision.verdict === "allow");
}

function tell(
  request: HookRequest,
  { question, call }: OpenQuestion,
  news: Omit<QuestionNews, "asked">,
): Promise<void> {
  return note(request, { kind: "question", news: { ...news, asked: { question, call } } });
}

/** What the agent is told of a person's no. */
function refusalText(said: string | null): string {
  const words = said === null ? "" : `: ${said}`;
  return `sallyport: a person refused this from elsewhere${words}`;
}

/**
 * Records that a call ran although a person elsewhere had said no. WHY this is no breach: the client goes on with a yes at its
 * terminal and leaves our hook waiting, so that a later no reaches nobody.
 */
export async function noteOvertaken(request: HookRequest, callId: string): Promise<void> {
  const { services, submitter } = request;
  const asked = services.ports.questions?.overtaken(submitter.sessionId, callId);
  if (asked === undefined) return;
  const news: QuestionNews = { what: "refused", submitter: "daemon", asked, code: "overtaken" };
  await note(request, { kind: "question", news });
}

/** Ends questions that nobody asks any more: the call has its result, the turn or the session is over. */
export function withdrawQuestions(
  { questions }: Pick<HookPorts, "questions">,
  event: HookEvent,
): void {
  if (questions === undefined) return;
  const { sessionId, agentId } = event;
  switch (event.kind) {
    case "post-tool-use":
    case "post-tool-use-failure":
      questions.withdraw(sessionId, ({ callId }) => callId === event.call.id);
      return;
    case "post-tool-batch": {
      const ids = new Set(event.calls.map(({ id }) => id));
      questions.withdraw(sessionId, ({ callId }) => ids.has(callId));
      return;
    }
    case "prompt":
      questions.withdraw(sessionId, (call) => call.agentId === agentId);
      return;
    case "session-start":
    case "session-end":
      questions.withdraw(sessionId, () => true);
      return;
    default:
      if (event.eventName === "Stop" || event.eventName === "StopFailure")
        questions.withdraw(sessionId, (call) => call.agentId === agentId);
  }
}
