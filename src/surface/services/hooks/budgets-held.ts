// Budgets held in the answers to hooks: calls refused or asked about, prompts held back, turns ended. None of them allows anything.
import type { HookAnswer } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { type Budget, budgetName, type BudgetStep } from "#guard/policy/budget.ts";
import type { Decision, Reason } from "#guard/policy/decision.ts";
import { unanswerable } from "#guard/policy/authorize/settle.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type Reached, reachedInWords } from "../budgets/budget-check.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import {
  type Answer,
  type HookRequest,
  isCanary,
  isLifted,
  place,
  publish,
} from "./hook-request.ts";

/** Refusals in a row of the same calls after which the turn is ended: the agent had its chance to do something else. */
const REFUSED_REPEATS_MAX = 2;
/** What is compared of a tool's answer. */
const OUTCOME_CHARS_MAX = 64 * 1024;

/** The judgement with what budgets add to it, and the budgets that a person is only told of. */
export type Budgeted = { readonly judgement: Judgement; readonly reached: readonly Reached[] };

/** Holds a call to the budgets of its policy. */
export function withBudgets(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
  judgement: Judgement,
): Budgeted {
  const { services, project } = request;
  const { budgets: port } = services.ports;
  const budgets = judgement.policy?.budgets ?? [];
  if (port === undefined || isCanary(event.sessionId)) return { judgement, reached: [] };
  port.touch(project, event, budgets);
  if (budgets.length === 0) return { judgement, reached: [] };
  const reached = port.reached(project, event, budgets, event.call);
  const decision = decisionWith(judgement, reached);
  return { judgement: { ...judgement, decision }, reached };
}

/** What became of the call is counted. `isEnforced`: a refusal kept it from running. */
export function countCall(
  { services, project }: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
  { judgement, reached }: Budgeted,
  isEnforced: boolean,
): void {
  const { budgets: port } = services.ports;
  if (port === undefined || isCanary(event.sessionId)) return;
  if ((judgement.policy?.budgets ?? []).length === 0) return;
  const verdict = isEnforced ? judgement.decision.verdict : "abstain";
  port.decided(project, event, event.call, { verdict, reached });
}

function decisionWith(
  { decision, interactive = true }: Judgement,
  reached: readonly Reached[],
): Decision {
  const [first] = reached;
  if (first === undefined) return decision;
  const reasons = reached.map(reasonOf);
  const [reason] = reasons;
  if (first.step === "warn" || decision.verdict === "deny" || reason === undefined)
    return { ...decision, reasons: [...decision.reasons, ...reasons] };
  if (first.step === "stop")
    return { ...decision, verdict: "deny", reasons: [...reasons, ...decision.reasons] };
  if (interactive)
    return { ...decision, verdict: "ask", reasons: [...reasons, ...decision.reasons] };
  const refused = unanswerable(reason);
  return { ...decision, verdict: "deny", reasons: [refused, ...reasons, ...decision.reasons] };
}

const VERDICTS: Readonly<Record<BudgetStep, Reason["verdict"]>> = {
  warn: "abstain",
  ask: "ask",
  stop: "deny",
};

function reasonOf(one: Reached): Reason {
  const { budget, step } = one;
  const text = reachedInWords(one);
  const isLoop = budget.unit === "repeats";
  return {
    verdict: VERDICTS[step],
    rule: budgetName(budget),
    effect: undefined,
    text,
    instead: isLoop
      ? "do something else: the same call will not end otherwise; tell the person what you are stuck on"
      : "stop here and tell the person what is done and what is left; only they can raise the budget",
    told: {
      what: isLoop ? "makes no progress" : "would go on although a budget is used up",
      why: text,
    },
  };
}

/** The answer with a line for the person about budgets that are only told of. */
export function withWarning(
  { services }: HookRequest,
  answer: Answer,
  reached: readonly Reached[],
): Answer {
  const warned = reached.filter(({ step }) => step === "warn");
  if (warned.length === 0) return answer;
  services.ports.budgets?.told(warned);
  return { ...(answer as HookAnswer), systemMessage: warningOf(warned) } as Answer;
}

function warningOf(warned: readonly Reached[]): string {
  return warned
    .map((one) => `sallyport: ${reachedInWords(one)}. See \`sallyport budget\`.`)
    .join("\n");
}

/** Why a prompt is not sent, or what a person is told with it; undefined where no budget is reached. */
export async function promptOverBudget(
  request: HookRequest,
  event: HookEvent & { kind: "prompt" },
): Promise<{ readonly action: "block" | "tell"; readonly message: string } | undefined> {
  const { services, project } = request;
  const { budgets: port } = services.ports;
  if (port === undefined || isCanary(event.sessionId)) return undefined;
  const budgets = await port.of(project);
  port.touch(project, event, budgets);
  if (budgets.length === 0 || isLifted(services, project)) return undefined;
  const reached = port.reached(project, event, budgets);
  const stops = reached.filter(({ step }) => step === "stop");
  if (stops.length > 0) return { action: "block", message: stoppedPrompt(stops) };
  const warned = reached.filter(({ step }) => step === "warn");
  if (warned.length === 0) return undefined;
  port.told(warned);
  return { action: "tell", message: warningOf(warned) };
}

function stoppedPrompt(stops: readonly Reached[]): string {
  const why = stops.map((one) => `${reachedInWords(one)} [${budgetName(one.budget)}]`).join("; ");
  return `sallyport: your prompt was not sent, because ${why}. \`sallyport budget\` shows what was spent on what. ${howToGoOn(stops.map(({ budget }) => budget))}`;
}

function howToGoOn(budgets: readonly Budget[]): string {
  const isManaged = budgets.some(({ from }) => from.layer === "managed");
  const ofSession = budgets.every(({ of }) => of === "session");
  const raise = isManaged
    ? "it is your organisation's, and only they raise it"
    : "raise it in the policy that has it";
  return ofSession ? `Begin a new session, or ${raise}.` : `To go on: ${raise}.`;
}

/**
 * Ends the turn where a budget is used up, before the model is asked again. WHY not by refusals alone: each is read by the model, and
 * costs another request.
 */
export async function turnOverBudget(
  request: HookRequest,
  event: HookEvent & { kind: "post-tool-batch" },
): Promise<Answer | undefined> {
  const { services, project } = request;
  const { budgets: port } = services.ports;
  if (port === undefined || isCanary(event.sessionId) || isLifted(services, project))
    return undefined;
  const budgets = await port.of(project);
  if (budgets.length === 0) return undefined;
  const stops = port
    .reached(project, event, budgets)
    .filter(({ step }) => step === "stop")
    .map((one) => `${reachedInWords(one)} [${budgetName(one.budget)}]`);
  const isStuck = port.refusedRepeats(event) >= REFUSED_REPEATS_MAX;
  const whys = isStuck ? [...stops, "the same calls were refused again and again"] : stops;
  if (whys.length === 0) return undefined;
  const text = `sallyport: stopped, because ${whys.join("; ")}. \`sallyport budget\` shows what was spent on what.`;
  const summary = "a budget is used up";
  publish(services, { ...place(request), what: "prompt", verdict: "blocked", summary });
  return { continue: false, stopReason: text, systemMessage: text };
}

/** A call came to its end: what it said is compared with what the same call said before. */
export function countOutcome(
  { services, project }: HookRequest,
  event: HookEvent & { kind: "post-tool-use" | "post-tool-use-failure" },
  call: (HookEvent & { kind: "post-tool-use" })["call"],
): void {
  const { budgets: port } = services.ports;
  if (port === undefined || isCanary(event.sessionId)) return;
  const said = event.kind === "post-tool-use" ? textOf(event.response) : event.error;
  port.ended(project, event, call, said);
}

function textOf(response: Json): string {
  const text = typeof response === "string" ? response : JSON.stringify(response);
  return text.length <= OUTCOME_CHARS_MAX
    ? text
    : `${text.slice(0, OUTCOME_CHARS_MAX / 2)}${text.length}${text.slice(-OUTCOME_CHARS_MAX / 2)}`;
}
