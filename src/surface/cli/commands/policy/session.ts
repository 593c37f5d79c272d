// `sallyport session label`: marking a session of the client, so that rules which speak of its label hold for it.
import { defineCommand } from "citty";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { list, state, withdraw } from "../../operator/statements.ts";

/** `sallyport session label add`. */
export const addCommand = defineCommand({
  meta: {
    name: "add",
    description: `mark a session; typed at a terminal, signed, on record. It counts from its next call on, also when the session is resumed

  sallyport session label add 205f7a4e-396c-40eb-ad75-3ec2ea0369d6 incident --reason "works on incident 12"

The id is the client's: \`/status\` shows it.`,
  },
  args: {
    session: { type: "positional", required: true, description: "the client's id" },
    label: { type: "positional", required: true, description: "the label" },
    for: { type: "string", default: "7d", valueHint: "TIME", description: "how long: 8h, 7d" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: {
      type: "string",
      valueHint: "NAME",
      description: "who answers for it (default: you)",
    },
    ...dataOption,
    ...jsonOption,
  },
  run: ({ args }) =>
    state(
      {
        for: args.for,
        reason: args.reason,
        owner: args.owner,
        digest: null,
        kind: "label",
        about: args.label,
        scope: { of: "session", id: args.session },
      },
      args,
    ),
});

/** `sallyport session label list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The labels that people gave, each with its session. Example: sallyport session label list --json",
  },
  args: { ...dataOption, ...jsonOption },
  run: ({ args }) => list(["label"], args),
});

/** `sallyport session label remove`. */
export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description:
      "take a label away; typed at a terminal, never by the agent. Example: sallyport session label remove 00112233445566aa",
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `list` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  run: ({ args }) => withdraw(["label"], args.id, args),
});
