// `sallyport incident list` and `show`: the incidents of this installation.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { type Incident, INCIDENT_STATES, isReviewOpen } from "#detect/incident/incident.ts";
import { Failure } from "#base/failure.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import { sessionsOf } from "../../../services/incidents/incident-sessions.ts";
import { progressLines } from "./playbook-lines.ts";

/** `sallyport incident list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `the incidents that are not closed, the newest first

  sallyport incident list
  sallyport incident list --state closed --json`,
  },
  args: {
    state: {
      type: "string",
      valueHint: `${INCIDENT_STATES.join("|")}|all`,
      description: "only incidents in this state (default: all that are not closed)",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const wanted = args.state;
    if (wanted !== undefined && wanted !== "all" && !INCIDENT_STATES.some((one) => one === wanted))
      throw new Failure("usage", `\`--state\` is one of ${INCIDENT_STATES.join(", ")}, all`);
    const store = openIncidents(directoriesIn(args.data ?? dataDirectory()));
    const { incidents, damaged } = store.all();
    const shown = incidents.filter(({ state }) =>
      wanted === undefined ? state !== "closed" : wanted === "all" || state === wanted,
    );
    for (const file of damaged)
      process.stderr.write(`sallyport: \`${printable(file)}\` cannot be read and is not shown\n`);
    for (const incident of shown)
      await print(args.json === true ? printableJson(incident) : lineOf(incident));
    if (args.json !== true)
      await print(
        shown.length === 0 ? "no incident" : `${shown.length} of ${incidents.length} incidents`,
      );
    if (shown.some(({ state }) => state !== "closed") || damaged.length > 0) process.exitCode = 1;
  },
});

/** `sallyport incident show`. */
export const showCommand = defineCommand({
  meta: {
    name: "show",
    description: `one incident: its alerts, what was done, who has it

  sallyport incident show inc-01k7
  sallyport incident show inc-01k7 --json`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, how it begins, or `drill`" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const incident = openIncidents(directories).named(args.id);
    const sessions = await sessionsOf(incident, directories).catch(() => []);
    if (args.json === true) return print(printableJson({ ...incident, sessions }));
    for (const line of linesOf(incident, sessions)) await print(line);
  },
});

function lineOf(incident: Incident) {
  const { id, level, state, title, alerts, alertsOmitted, owner, updatedMs } = incident;
  const count = alerts.length + alertsOmitted;
  const whose = owner === undefined ? "nobody's" : printable(owner);
  return `${id}  ${level.padEnd(8)}  ${state.padEnd(13)}  ${time(updatedMs)}  ${printable(title)} (${count} ${count === 1 ? "alert" : "alerts"}, ${whose})`;
}

function linesOf(incident: Incident, sessions: readonly string[]): readonly string[] {
  const { id, level, state, title, owner, outcome, openedMs, alerts, alertsOmitted, actions } =
    incident;
  const rows = [
    ...alerts.map(({ timeMs, level: of, rule, title: what, events, repeats }) => ({
      timeMs,
      line: `alert  ${of.padEnd(8)}  ${rule}: ${what} (${events.length === 0 ? "no event" : `event ${events.join(", ")}`}${repeats === 0 ? "" : `, ${repeats} more before`})`,
    })),
    ...actions.map(({ atMs, by, what, note }) => ({
      timeMs: atMs,
      line: `done   ${what} by ${by}${note === undefined ? "" : `: ${note}`}`,
    })),
  ].toSorted((one, other) => one.timeMs - other.timeMs);
  return [
    `${id}  ${level}  ${state}${incident.drill === true ? "  DRILL" : ""}`,
    `  ${printable(title)}`,
    `  opened ${time(openedMs)}, ${owner === undefined ? "nobody has it" : `with ${printable(owner)}`}`,
    ...(outcome === undefined ? [] : [`  outcome: ${outcome}`]),
    ...(isReviewOpen(incident) ? ["  a review of the policy is open"] : []),
    ...sessions.map((session) => `  session ${printable(session)}`),
    ...progressLines(incident),
    "",
    ...(alertsOmitted === 0 ? [] : [`  ${alertsOmitted} earlier alerts are in the log alone`]),
    ...rows.map(({ timeMs, line }) => `  ${time(timeMs)}  ${printable(line)}`),
    "",
    `  \`sallyport log show EVENT\` has more of an event, \`sallyport log session ${printable(sessions[0] ?? "ID")}\` the session`,
  ];
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
