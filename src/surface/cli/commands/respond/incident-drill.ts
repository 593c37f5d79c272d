// `sallyport incident drill` and `incident drills`: a playbook practised on an incident that was made up, and the record of it.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { finishedMs } from "#detect/playbook/playbook-run.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import { playbookNamed } from "../../../services/incidents/playbook-orders.ts";
import { orderIncident } from "./incident-order.ts";
import { durationOf } from "./playbook-lines.ts";

/** `sallyport incident drill`. */
export const drillCommand = defineCommand({
  meta: {
    name: "drill",
    description: `practise a playbook: opens an incident that is made up and marked as a drill. No alert joins it, nobody is notified

  sallyport incident drill credential-exposure
  sallyport incident show drill                  the newest drill; its id does too`,
  },
  args: {
    playbook: { type: "positional", required: true, description: "as `playbook list` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const playbook = playbookNamed(args.playbook);
    const order = { id: "", what: "drill", playbook: playbook.id } as const;
    const { id, state } = await orderIncident(args.data, order);
    await tell(
      args,
      { outcome: "opened", id, state, playbook: playbook.id, drill: true },
      `${id}: a drill of ${playbook.id}; \`sallyport incident playbook show ${playbook.id} --incident drill\` has the steps`,
    );
  },
});

/** One drill, as its record says. */
type DrillRow = {
  readonly id: string;
  readonly playbook: string;
  readonly by: string;
  readonly state: string;
  readonly startedMs: number;
  /** When its last step was done; null while one is open. */
  readonly finishedMs: number | null;
  /** When it was closed last; null while it is open. */
  readonly closedMs: number | null;
  readonly done: number;
  readonly steps: number;
};

/** `sallyport incident drills`. */
export const drillsCommand = defineCommand({
  meta: {
    name: "drills",
    description:
      "the drills on record, the newest first: when, by whom, how long. Example: sallyport incident drills --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const store = openIncidents(directoriesIn(args.data ?? dataDirectory()));
    const { incidents, damaged } = store.all();
    const drills = incidents.filter(({ drill }) => drill === true);
    for (const file of damaged)
      process.stderr.write(`sallyport: \`${printable(file)}\` cannot be read and is not shown\n`);
    for (const incident of drills)
      for (const row of rowsOf(incident))
        await print(args.json === true ? printableJson(row) : lineOf(row, incident));
    if (drills.length === 0 && args.json !== true) await print("no drill is on record");
    if (damaged.length > 0) process.exitCode = 1;
  },
});

function rowsOf({ id, state, actions, playbooks = [] }: Incident): readonly DrillRow[] {
  const closed = state === "closed" ? actions.findLast(({ what }) => what === "close") : undefined;
  return playbooks.map((run) => ({
    id,
    playbook: run.playbook,
    by: run.by,
    state,
    startedMs: run.startedMs,
    finishedMs: finishedMs(run) ?? null,
    closedMs: closed?.atMs ?? null,
    done: run.done.length,
    steps: run.steps.length,
  }));
}

function lineOf(row: DrillRow, { playbooks = [] }: Incident): string {
  const run = playbooks.find(({ playbook }) => playbook === row.playbook);
  const took = run === undefined || row.finishedMs === null ? "not finished" : durationOf(run);
  const day = new Date(row.startedMs).toISOString().slice(0, 16).replace("T", " ");
  return printable(
    `${day}  ${row.playbook.padEnd(22)}  ${row.state.padEnd(13)}  ${row.done} of ${row.steps} steps, ${took}, by ${row.by}  ${row.id}`,
  );
}
