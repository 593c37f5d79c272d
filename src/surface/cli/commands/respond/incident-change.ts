// `sallyport incident take | note | contain | quarantine | close | reopen | review | reviewed`: each is an order to the daemon, which puts it on record first.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { OUTCOMES } from "#detect/incident/incident.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import type { IncidentOrder } from "../../../services/incidents/incident-desk.ts";
import { orderIncident } from "./incident-order.ts";

type Given = {
  readonly id: string;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
  readonly note?: string | undefined;
};

async function change(
  args: Given,
  what: keyof typeof SAID,
  more: Pick<IncidentOrder, "outcome"> = {},
): Promise<void> {
  const { id, note } = args;
  const answer = await orderIncident(args.data, { id, what, note, ...more });
  await tell(
    args,
    { outcome: what, id: answer.id, state: answer.state },
    `${answer.id}: ${what === "close" ? `closed as ${more.outcome}` : `${SAID[what]}, now ${answer.state}`}`,
  );
}

const SAID = {
  take: "you have it",
  note: "noted",
  contain: "contained",
  quarantine: "its sessions are held",
  close: "closed",
  reopen: "open again",
  review: "a review of the policy is open; it cannot be closed before",
  reviewed: "the policy was reviewed",
} as const;

const common = {
  id: { type: "positional", required: true, description: "its id, how it begins, or `drill`" },
  note: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
  ...dataOption,
  ...jsonOption,
} as const;

/** `sallyport incident take`. */
export const takeCommand = defineCommand({
  meta: {
    name: "take",
    description: "work on it: you own it from now on. Example: sallyport incident take inc-01k7",
  },
  args: common,
  run: ({ args }) => change(args, "take"),
});

/** `sallyport incident note`. */
export const noteCommand = defineCommand({
  meta: {
    name: "note",
    description:
      'write down what you found. Example: sallyport incident note inc-01k7 --note "the key was revoked at 14:05"',
  },
  args: common,
  run({ args }) {
    if (!args.note) throw new Failure("usage", "`--note` is missing: say what you found");
    return change(args, "note");
  },
});

/** `sallyport incident contain`. */
export const containCommand = defineCommand({
  meta: {
    name: "contain",
    description:
      "say that it goes no further; a new alert opens it again. Example: sallyport incident contain inc-01k7",
  },
  args: common,
  run: ({ args }) => change(args, "contain"),
});

/** `sallyport incident quarantine`. */
export const quarantineCommand = defineCommand({
  meta: {
    name: "quarantine",
    description: `refuse every further call of its sessions, over restarts, until a person releases them

  sallyport incident quarantine inc-01k7
  sallyport session held
  sallyport session release ID --reason "it was a test"`,
  },
  args: common,
  run: ({ args }) => change(args, "quarantine"),
});

/** `sallyport incident close`. */
export const closeCommand = defineCommand({
  meta: {
    name: "close",
    description: `close it, and say how it was possible. Sessions that are held stay held

  sallyport incident close inc-01k7 --outcome blocked-by-hook --note "a poisoned README"`,
  },
  args: {
    ...common,
    outcome: {
      type: "string",
      valueHint: OUTCOMES.join("|"),
      description: "how what happened was possible",
    },
  },
  run({ args }) {
    const outcome = OUTCOMES.find((one) => one === args.outcome);
    if (outcome === undefined)
      throw new Failure("usage", `\`--outcome\` is one of ${OUTCOMES.join(", ")}`);
    return change(args, "close", { outcome });
  },
});

/** `sallyport incident reopen`. */
export const reopenCommand = defineCommand({
  meta: {
    name: "reopen",
    description: "open a closed one again. Example: sallyport incident reopen inc-01k7",
  },
  args: common,
  run: ({ args }) => change(args, "reopen"),
});

/** `sallyport incident review`. */
export const reviewCommand = defineCommand({
  meta: {
    name: "review",
    description: `have the policy read again: the incident cannot be closed before somebody said what came of it

  sallyport incident review inc-01k7 --note "why was the push asked about and not refused?"
  sallyport incident reviewed inc-01k7 --note "history/push is refused now, policy.yaml 41f0"`,
  },
  args: common,
  run: ({ args }) => change(args, "review"),
});

/** `sallyport incident reviewed`. */
export const reviewedCommand = defineCommand({
  meta: {
    name: "reviewed",
    description:
      'end the review of its policy, and say what came of it. Example: sallyport incident reviewed inc-01k7 --note "nothing to change: a person said yes"',
  },
  args: common,
  run({ args }) {
    if (!args.note) throw new Failure("usage", "`--note` is missing: say what came of it");
    return change(args, "reviewed");
  },
});
