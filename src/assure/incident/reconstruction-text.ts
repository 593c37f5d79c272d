// A reconstruction as a person reads it: seven headings, each line printable.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import { NAME_KINDS, type NameKind } from "#record/event/readable-part.ts";
import { timeText } from "#record/event/describe.ts";
import type { Reconstruction, TracedStep } from "./reconstruction.ts";
import type { TracedCall } from "./traced-calls.ts";

const SAID_CHARS = 160;
const LINES_MAX = 60;

const TITLES: Readonly<Record<NameKind, string>> = {
  reads: "read",
  changes: "changed",
  hosts: "contacted",
  remotes: "pushed to",
  branches: "branches",
  packages: "installed",
  servers: "asked servers",
};

/** The lines. Of long lists the newest are shown; `--json` has all. */
export function reconstructionLines(whole: Reconstruction): readonly string[] {
  const { identity, prompts, calls, steps, affected, allowed, containment } = whole;
  const told = [...calls.map(callLine), ...steps.map(stepLine)].toSorted(
    (one, other) => one.timeMs - other.timeMs || one.at - other.at,
  );
  const names = NAME_KINDS.flatMap((kind) => [
    ...row(TITLES[kind], affected[kind]),
    ...row(`perhaps ${TITLES[kind]}`, affected.perhaps[kind]),
  ]);
  const effects = Object.entries(affected.effects).map(
    ([effect, at]) => `  ${effect}: event ${newest(at).join(", ")}`,
  );
  const lines = [
    `${whole.incident}${whole.drill ? "  DRILL" : ""}`,
    whole.title,
    ...heading(1, "who and where"),
    ...Object.entries(identity).flatMap(([name, values]) => row(name, values)),
    ...heading(2, "what was asked for"),
    ...listed(
      prompts.map(({ timeMs, event, promptId, said }) => {
        const id = promptId === null ? "" : ` prompt ${promptId}`;
        return `  ${timeText(timeMs)}  #${event}${id}  ${said?.slice(0, SAID_CHARS) ?? "(its text is not here)"}`;
      }),
      "no prompt is on record",
    ),
    ...heading(3, "what was done"),
    ...listed(
      told.map(({ line }) => line),
      "nothing is on record",
    ),
    ...heading(4, "what was affected"),
    ...listed([...names, ...effects], "nothing that the record names"),
    ...heading(5, "how it was allowed"),
    ...Object.entries(allowed.counts).map(
      ([how, count]) => `  ${how}: ${counted(count ?? 0, "call")}`,
    ),
    ...(allowed.unjudged === 0 ? [] : [`  nobody judged ${counted(allowed.unjudged, "call")}`]),
    `  the record speaks for: ${allowed.proposed ?? "nothing; a person has to say"}`,
    ...(allowed.said === null ? [] : [`  closed as: ${allowed.said}`]),
    ...heading(6, "what contained it"),
    ...listed(
      containment.actions.map(({ atMs, what, by, note }) => {
        return `  ${timeText(atMs)}  ${what} by ${by}${note === undefined ? "" : `: ${note}`}`;
      }),
      "nothing was done yet",
    ),
    ...row("sessions that are held now", containment.held),
    ...containment.playbooks.map(
      ({ playbook, done, steps: all }) =>
        `  playbook ${playbook}: ${done.length} of ${counted(all.length, "step")}`,
    ),
    ...heading(7, "what tests that it does not happen again"),
    ...whole.regression.commands.map((line) => `  ${line}`),
    "",
    ...whole.gaps.map((gap) => `not in this: ${gap}`),
  ];
  return lines.map((line) => printable(line));
}

type Line = { readonly timeMs: number; readonly at: number; readonly line: string };

function callLine(call: TracedCall): Line {
  const said = call.said?.slice(0, SAID_CHARS) ?? "(its words are not here)";
  const alerts = call.alerts.length === 0 ? "" : `  ! ${call.alerts.join(", ")}`;
  const at = call.event === null ? "drill" : `#${call.event}`;
  const line = `  ${timeText(call.timeMs)}  ${at}  ${call.how}  ${call.tool} ${said} (${call.why})${alerts}`;
  return { timeMs: call.timeMs, at: call.event ?? 0, line };
}

function stepLine({ timeMs, event, kind, what }: TracedStep): Line {
  return { timeMs, at: event, line: `  ${timeText(timeMs)}  #${event}  ${kind} ${what}` };
}

function heading(number: number, title: string): readonly string[] {
  return ["", `${number}. ${title}`];
}

function row(name: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [`  ${name}: ${newest(values).join(", ")}`];
}

function newest<Item>(items: readonly Item[]): readonly Item[] {
  return items.slice(-24);
}

function listed(lines: readonly string[], none: string): readonly string[] {
  if (lines.length === 0) return [`  ${none}`];
  const left = lines.length - LINES_MAX;
  return left <= 0
    ? lines
    : [`  ${left} earlier ones: \`--json\` has them`, ...lines.slice(-LINES_MAX)];
}
