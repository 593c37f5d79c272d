// A request of a person about their data: received, identity checked, searched, answered within a month; each step with its time.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";

const DAY_MS = 86_400_000;
/** One month to answer, and two more where a request is complex or there are many: GDPR Art. 12(3). */
export const ANSWER_DAYS = 30;
export const EXTENSION_DAYS = 60;
/** How old a request may be that is entered. */
export const RECEIVED_DAYS_MAX = 365;
/** A request that is due within so many days is told. */
export const SOON_DAYS = 7;

/** Rights of Art. 15 to 21. */
export const RIGHTS = [
  "access",
  "rectification",
  "erasure",
  "restriction",
  "portability",
  "objection",
] as const;
export type PersonRight = (typeof RIGHTS)[number];

export const STEPS = [
  "received",
  "identity",
  "searched",
  "extended",
  "answered",
  "refused",
] as const;
export type RequestStep = (typeof STEPS)[number];

const moment = v.pipe(v.number(), v.integer(), v.minValue(0));
export const personRequestSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  right: v.picklist(RIGHTS),
  /** What the request is called elsewhere, such as a ticket. It names nobody. */
  reference: v.pipe(v.string(), v.maxLength(100)),
  receivedMs: moment,
  /** In the order in which they were entered; the first is `received`. */
  steps: v.pipe(
    v.array(
      v.strictObject({
        step: v.picklist(STEPS),
        atMs: moment,
        note: v.pipe(v.string(), v.maxLength(300)),
      }),
    ),
    v.minLength(1),
    v.maxLength(STEPS.length),
  ),
});
export type PersonRequest = v.InferOutput<typeof personRequestSchema>;

/** `late` was answered after its time. */
export type RequestState = "open" | "due soon" | "overdue" | "answered" | "late" | "refused";

/** By when it has to be answered. */
export function dueMsOf({ receivedMs, steps }: PersonRequest): number {
  const days = ANSWER_DAYS + (steps.some(({ step }) => step === "extended") ? EXTENSION_DAYS : 0);
  return receivedMs + days * DAY_MS;
}

/** How a request stands now. */
export function stateOf(request: PersonRequest, nowMs: number): RequestState {
  const dueMs = dueMsOf(request);
  const end = request.steps.find(({ step }) => isEnd(step));
  if (end !== undefined)
    return end.atMs > dueMs ? "late" : end.step === "refused" ? "refused" : "answered";
  if (nowMs > dueMs) return "overdue";
  return dueMs - nowMs <= SOON_DAYS * DAY_MS ? "due soon" : "open";
}

/** The step that a person has to take next; undefined where the request is over. */
export function nextStep({ steps }: PersonRequest): RequestStep | undefined {
  const done = new Set(steps.map(({ step }) => step));
  if (steps.some(({ step }) => isEnd(step))) return undefined;
  return (["identity", "searched", "answered"] as const).find((step) => !done.has(step));
}

/** A request with one more step. Throws a Failure `usage` where the step cannot be taken now. */
export function withStep(
  request: PersonRequest,
  { step, atMs, note }: PersonRequest["steps"][number],
): PersonRequest {
  const refuse = (why: string): never => {
    throw new Failure("usage", `the request \`${request.id}\` ${why}`);
  };
  const done = new Set(request.steps.map((one) => one.step));
  if (request.steps.some((one) => isEnd(one.step))) refuse("is over: nothing more can be entered");
  if (done.has(step)) refuse(`has the step \`${step}\` already`);
  if (step === "extended" && atMs > dueMsOf(request))
    refuse("is overdue: the time can be extended only before its end");
  if ((step === "extended" || step === "refused") && note.trim() === "")
    refuse(`needs a reason for \`${step}\`: give it with \`--note\``);
  if (step === "searched" && !done.has("identity"))
    refuse("has no checked identity: enter the step `identity` first");
  if (step === "answered" && !(done.has("identity") && done.has("searched")))
    refuse("cannot be answered before the steps `identity` and `searched`");
  return { ...request, steps: [...request.steps, { step, atMs, note }] };
}

function isEnd(step: RequestStep): boolean {
  return step === "answered" || step === "refused";
}
