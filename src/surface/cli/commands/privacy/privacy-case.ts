// `sallyport privacy case`: requests of people about their data, from the day on which one came in to its answer.
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { readDay } from "#record/index/filter-time.ts";
import {
  dueMsOf,
  nextStep,
  type PersonRequest,
  RECEIVED_DAYS_MAX,
  RIGHTS,
  stateOf,
  STEPS,
} from "#record/privacy/person-request.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import {
  enterStep,
  keepPersonRequest,
  newPersonRequest,
  personRequestNamed,
  readPersonRequests,
} from "../../../services/privacy/person-requests.ts";
import { requireInstall } from "../../operator/operator-orders.ts";

const DAY_MS = 86_400_000;
const REFERENCE_CHARS_MAX = 100;
const NOTE_CHARS_MAX = 300;

/** `sallyport privacy case open`. */
export const openCommand = defineCommand({
  meta: {
    name: "open",
    description: `enter a request that came in; typed at a terminal, on record

  sallyport privacy case open --right access --reference TICKET-4711
  sallyport privacy case open --right erasure --reference TICKET-4712 --received 2026-11-20

It has to be answered within 30 days of that day. Give a reference and no name: whose data it is about stays in your own register.`,
  },
  args: {
    right: { type: "string", required: true, valueHint: "RIGHT", description: RIGHTS.join(", ") },
    reference: {
      type: "string",
      required: true,
      valueHint: "TEXT",
      description: "what the request is called elsewhere; no name",
    },
    received: { type: "string", valueHint: "DAY", description: "in UTC (default: today)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    requireInstall(directories);
    const right = RIGHTS.find((one) => one === args.right);
    if (right === undefined)
      throw new Failure("usage", `\`--right\` is one of ${RIGHTS.join(", ")}`);
    const reference = bounded("--reference", args.reference, REFERENCE_CHARS_MAX);
    if (reference.trim() === "" || /[^\s@]@[^\s@]/.test(reference))
      throw new Failure("usage", "`--reference` is the number of a ticket, and no name or address");
    const nowMs = Date.now();
    const receivedMs = receivedOf(args.received, nowMs);
    const request = newPersonRequest({ right, reference, receivedMs, nowMs });
    const lines = ["sallyport enters a request of a person:", ...linesOf(request, nowMs)];
    if (!(await isTyped(args, lines.map(printable)))) return;
    await keepPersonRequest(directories, request, nowMs);
    await tell(args, { outcome: "entered", ...shown(request, nowMs) }, textOf(request, nowMs));
  },
});

/** `sallyport privacy case step`. */
export const stepCommand = defineCommand({
  meta: {
    name: "step",
    description: `enter what was done about a request; typed at a terminal, on record

  sallyport privacy case step 3f2a identity --note "asked back on the known address"
  sallyport privacy case step 3f2a searched
  sallyport privacy case step 3f2a extended --note "many systems; the person was told"     60 days more, before the end
  sallyport privacy case step 3f2a answered
  sallyport privacy case step 3f2a refused --note "not the person that it is about"`,
  },
  args: {
    request: { type: "positional", required: true, description: "its id, or how it begins" },
    step: { type: "positional", required: true, description: STEPS.slice(1).join(", ") },
    note: { type: "string", valueHint: "TEXT", description: "how; no name" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    requireInstall(directories);
    const step = STEPS.slice(1).find((one) => one === args.step);
    if (step === undefined)
      throw new Failure("usage", `a step is one of ${STEPS.slice(1).join(", ")}`);
    const note = bounded("--note", args.note ?? "", NOTE_CHARS_MAX);
    const request = personRequestNamed(directories, args.request);
    const nowMs = Date.now();
    const lines = [`sallyport enters the step \`${step}\`:`, ...linesOf(request, nowMs)];
    if (!(await isTyped(args, lines.map(printable)))) return;
    const next = await enterStep(directories, request, { step, note, nowMs });
    await tell(args, { outcome: "entered", ...shown(next, nowMs) }, textOf(next, nowMs));
  },
});

/** `sallyport privacy case list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `requests of people, with their state, their next step and their day

  sallyport privacy case list
  sallyport privacy case list --open --json

Exit code 1 where one is overdue. \`evidence status --framework gdpr --record\` makes an alert of that.`,
  },
  args: {
    open: { type: "boolean", description: "only those that are not over" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const nowMs = Date.now();
    const requests = readPersonRequests(directoriesIn(args.data ?? dataDirectory())).filter(
      (one) => args.open !== true || nextStep(one) !== undefined,
    );
    if (requests.some((one) => stateOf(one, nowMs) === "overdue")) process.exitCode = 1;
    if (args.json === true) return print(printableJson(requests.map((one) => shown(one, nowMs))));
    if (requests.length === 0) return print("no request was entered");
    return print(requests.map((one) => textOf(one, nowMs)).join("\n"));
  },
});

function shown(request: PersonRequest, nowMs: number) {
  const next = nextStep(request) ?? null;
  return { ...request, state: stateOf(request, nowMs), dueMs: dueMsOf(request), next };
}

function textOf(request: PersonRequest, nowMs: number): string {
  return linesOf(request, nowMs).map(printable).join("\n");
}

function linesOf(request: PersonRequest, nowMs: number): readonly string[] {
  const { id, right, reference, receivedMs, steps } = request;
  const next = nextStep(request);
  const due = `received ${dayOf(receivedMs)}, due ${dayOf(dueMsOf(request))}`;
  return [
    `${id}  ${stateOf(request, nowMs)}  ${right}, ${reference}; ${due}`,
    ...steps.map(
      ({ step, atMs, note }) => `  ${dayOf(atMs)}  ${step}${note === "" ? "" : `: ${note}`}`,
    ),
    ...(next === undefined ? [] : [`  next: ${next}`]),
  ];
}

function bounded(option: string, text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  throw new Failure("usage", `\`${option}\` has at most ${charsMax} characters`);
}

function receivedOf(day: string | undefined, nowMs: number): number {
  if (day === undefined) return nowMs;
  const moment = readDay(day);
  if (moment === undefined)
    throw new Failure(
      "usage",
      `\`--received\` is \`${printable(day)}\`: give a day such as 2026-11-20`,
    );
  if (moment.fromMs > nowMs || nowMs - moment.fromMs > RECEIVED_DAYS_MAX * DAY_MS)
    throw new Failure("usage", "`--received` is a day of the last year, and not to come");
  return moment.fromMs;
}
