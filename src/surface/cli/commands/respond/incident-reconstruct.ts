// `sallyport incident reconstruct`: the chain of an incident out of the log, in seven steps.
import { defineCommand } from "citty";
import { reconstruct, type Reconstruction } from "#assure/incident/reconstruction.ts";
import { reconstructionLines } from "#assure/incident/reconstruction-text.ts";
import { printableJson } from "#base/printable.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { chainLines } from "#detect/session/graph-text.ts";
import type { LogView } from "#record/store/log-view.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { traceIncident } from "../../log/incident-record.ts";
import { tellNote } from "../record/log-search.ts";

/** An incident with what the log says of it. */
export type Found = {
  readonly incident: Incident;
  readonly directories: Directories;
  readonly view: LogView;
  readonly whole: Reconstruction;
};

/** Finds an incident and its chain. Throws a Failure where there is no such incident or no log. */
export async function findIncident(data: string | undefined, id: string): Promise<Found> {
  const directories = directoriesIn(data ?? dataDirectory());
  const incident = openIncidents(directories).named(id);
  const view = await openView(data);
  const notes = new Set<string | undefined>();
  const tell = (note: string | undefined): void => {
    if (!notes.has(note)) tellNote(note);
    notes.add(note);
  };
  const traced = await traceIncident(incident, { directories, view, tell });
  return { incident, directories, view, whole: reconstruct(traced) };
}

/** `sallyport incident reconstruct`. */
export const reconstructCommand = defineCommand({
  meta: {
    name: "reconstruct",
    description: `the chain of an incident out of the log: who and where, what was asked, done and affected, how it was allowed, what contained it, what tests it

  sallyport incident reconstruct inc-01k7
  sallyport incident reconstruct inc-01k7 --json      with the client's own ids, for programs`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, how it begins, or `drill`" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { whole } = await findIncident(args.data, args.id);
    if (args.json === true) return print(printableJson(whole));
    await print([...reconstructionLines(whole), ...chainLines(whole.chains)].join("\n"));
  },
});
