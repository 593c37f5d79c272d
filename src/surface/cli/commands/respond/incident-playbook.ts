// `sallyport incident playbook list | show`, `incident start` and `incident done`: what to do about an incident, and how far it is.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { loadPlaybooks } from "../../../foundation/product/shipped-data.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import { playbookNamed } from "../../../services/incidents/playbook-orders.ts";
import { orderIncident } from "./incident-order.ts";
import { playbookLines } from "./playbook-lines.ts";

/** `sallyport incident playbook list`. */
export const playbookListCommand = defineCommand({
  meta: {
    name: "list",
    description: "the playbooks, and what they are for. Example: sallyport incident playbook list",
  },
  args: { ...jsonOption },
  async run({ args }) {
    const all = loadPlaybooks();
    if (args.json === true) {
      for (const one of all) await print(printableJson(one));
      return;
    }
    for (const { id, title, steps } of all)
      await print(`${id.padEnd(24)}${title} (${steps.length} steps)`);
  },
});

/** `sallyport incident playbook show`. */
export const playbookShowCommand = defineCommand({
  meta: {
    name: "show",
    description: `one playbook by phase: what to do, by whom, with which command, and what proves it

  sallyport incident playbook show key-in-git
  sallyport incident playbook show key-in-git --incident inc-01k7     filled in, with what is done`,
  },
  args: {
    name: { type: "positional", required: true, description: "as `list` shows it" },
    incident: { type: "string", valueHint: "ID", description: "fill in what this incident tells" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const playbook = playbookNamed(args.name);
    const incident =
      args.incident === undefined
        ? undefined
        : openIncidents(directoriesIn(args.data ?? dataDirectory())).named(args.incident);
    const run = incident?.playbooks?.find((one) => one.playbook === playbook.id);
    if (args.json === true) return print(printableJson({ ...playbook, run: run ?? null }));
    await print(playbookLines(playbook, incident).join("\n"));
  },
});

const incidentArgument = {
  id: { type: "positional", required: true, description: "the incident, or how its id begins" },
} as const;

/** `sallyport incident start`. */
export const startCommand = defineCommand({
  meta: {
    name: "start",
    description:
      "begin a playbook in an incident: its steps are checked off from now on. Example: sallyport incident start inc-01k7 credential-exposure",
  },
  args: {
    ...incidentArgument,
    playbook: { type: "positional", required: true, description: "as `playbook list` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const playbook = playbookNamed(args.playbook);
    const order = { id: args.id, what: "playbook", playbook: playbook.id } as const;
    const { id, state } = await orderIncident(args.data, order);
    await tell(
      args,
      { outcome: "begun", id, state, playbook: playbook.id, steps: playbook.steps.length },
      `${id}: ${playbook.id} begun, ${playbook.steps.length} steps; \`sallyport incident playbook show ${playbook.id} --incident ${id}\` has them`,
    );
  },
});

/** `sallyport incident done`. */
export const doneCommand = defineCommand({
  meta: {
    name: "done",
    description: `check a step of a playbook off, with the time and who did it

  sallyport incident done inc-01k7 revoke --note "revoked at 14:05, the old key answers 401"`,
  },
  args: {
    ...incidentArgument,
    step: { type: "positional", required: true, description: "the step, as the playbook names it" },
    playbook: { type: "string", valueHint: "NAME", description: "where several have such a step" },
    note: {
      type: "string",
      valueHint: "TEXT",
      description: "what proves it; kept sealed in the log",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { step, playbook, note } = args;
    if (!note) throw new Failure("usage", "`--note` is missing: say what proves that it is done");
    const { id, state } = await orderIncident(args.data, {
      id: args.id,
      what: "step",
      step,
      note,
      ...(playbook === undefined ? {} : { playbook }),
    });
    await tell(args, { outcome: "done", id, state, step }, `${id}: ${printable(step)} is done`);
  },
});
