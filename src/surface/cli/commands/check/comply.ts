// `sallyport comply`: what the log shows for a control of a framework, counted, with what the counts do not prove.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { EVIDENCED } from "#assure/control/catalogues.ts";
import type { Control } from "#assure/control/control.ts";
import { type EvidenceCount, startTally } from "#assure/control/tally.ts";
import { timeText } from "#record/event/describe.ts";
import type { Checkpoint } from "#record/log/checkpoint.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openStatements, type StatementStatus } from "../../../services/exceptions/statements.ts";
import { loadControls } from "../../../foundation/product/shipped-data.ts";
import { openView } from "../../../services/log/opened-log.ts";
import {
  controlsOf,
  type EvidencedControls,
  evidencedBy,
  evidencedNamed,
} from "../../../services/evidence/shipped-controls.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { asShown, linesOf } from "../../operator/statements.ts";
import { isWithinPeriod, type Period, periodOptions, readPeriod } from "../../log/period.ts";

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The controls that this version can count evidence for, and the places of a catalogue that take theirs from these. Examples: sallyport comply list --json; sallyport comply list --framework iso27001",
  },
  args: {
    framework: {
      type: "string",
      valueHint: "NAME",
      description: `one of ${EVIDENCED.join(", ")} (default: the frameworks with controls of their own)`,
    },
    ...jsonOption,
  },
  async run({ args }) {
    const framework = args.framework === undefined ? undefined : evidencedNamed(args.framework);
    const { controls, notCovered = [] }: EvidencedControls =
      framework === undefined ? { controls: loadControls() } : evidencedBy(framework);
    const [wide, far] = [
      Math.max(...controls.map(({ id }) => id.length)),
      Math.max(...controls.map(({ reference }) => reference.length)),
    ];
    for (const { id, framework, reference, title } of controls) {
      await print(
        args.json === true
          ? printableJson({ id, framework, reference, title })
          : `${id.padEnd(wide)}  ${reference.padEnd(far)}  ${title}`,
      );
    }
    for (const one of notCovered)
      await print(
        args.json === true
          ? printableJson({ notCovered: one.references, why: one.why })
          : `not covered: ${one.references}: ${one.why}`,
      );
  },
});

export const showCommand = defineCommand({
  meta: {
    name: "show",
    description:
      "Counts the evidence for one control over a period. Example: sallyport comply show soc2/cc7-2 --since 2026-01-01 --until 2026-04-01",
  },
  args: {
    control: { type: "positional", required: true, description: "id as `comply list` tells it" },
    ...periodOptions,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const control = chosen(args.control);
    const period = readPeriod(args);
    const view = await openView(args.data);
    const checkpoint = await view.checkpoint();
    const tally = startTally(control);
    let [events, unreadable] = [0, 0];
    for await (const { leaf } of view.leaves(0, checkpoint.size)) {
      if (leaf.kind === "fault") unreadable += 1;
      else if (isWithinPeriod(leaf.timeMs, period)) {
        events += 1;
        tally.add(leaf.metadata, leaf.timeMs);
      }
    }
    const directories = directoriesIn(args.data ?? dataDirectory());
    const stated = openStatements(directories)
      .all(Date.now())
      .filter(
        ({ receipt: { statement } }) =>
          statement.about === control.id ||
          control.attestations.some(({ about }) => about === statement.about),
      );
    const counts = tally.result();
    const shown = { control, period, checkpoint, events, unreadable, counts, stated };
    await print(args.json === true ? printableJson(jsonOf(shown)) : pageOf(shown));
    if (unreadable > 0) process.exitCode = 1;
  },
});

type Shown = {
  readonly control: Control;
  readonly period: Period;
  readonly checkpoint: Checkpoint;
  readonly events: number;
  readonly unreadable: number;
  readonly counts: readonly EvidenceCount[];
  /** What people waived or attested of the control. */
  readonly stated: readonly StatementStatus[];
};

function chosen(id: string): Control {
  const [framework = ""] = id.split("/", 1);
  const controls = EVIDENCED.includes(framework) ? controlsOf(framework) : loadControls();
  const control = controls.find((one) => one.id === id);
  if (control !== undefined) return control;
  const known = controls.map((one) => one.id).join(", ");
  throw new Failure("usage", `there is no control \`${printable(id)}\`: use ${known}`);
}

function pageOf(shown: Shown): string {
  const { control, period, checkpoint, events, unreadable, counts, stated } = shown;
  const root = Buffer.from(checkpoint.root).toString("base64");
  const width = Math.max(0, ...counts.map(({ count }) => String(count).length));
  return [
    `${control.reference}  ${control.framework}`,
    control.title,
    control.description,
    "",
    `period       ${periodText(period)}`,
    `checkpoint   ${checkpoint.size} entries, root ${root}, signed by ${printable(checkpoint.origin)}`,
    `events       ${events} in the period${unreadable === 0 ? "" : `; ${unreadable} entries cannot be read by this version`}`,
    "",
    "evidence",
    ...counts.map((one) => `  ${String(one.count).padStart(width)}  ${one.title}${details(one)}`),
    ...(stated.length === 0 ? [] : ["", "stated by people"]),
    ...stated.flatMap(({ receipt: { statement }, state }) => [
      `  ${statement.id}  ${statement.kind}, ${state}`,
      ...linesOf(statement).map((line) => `    ${printable(line)}`),
    ]),
    "",
    "what this does not prove",
    ...control.limits.map((limit) => `  - ${limit}`),
    "  - That the entries are the ones that were signed: `sallyport log verify` re-derives them.",
  ].join("\n");
}

function periodText({ sinceMs, untilMs }: Period): string {
  const from = sinceMs === 0 ? "the log's beginning" : timeText(sinceMs);
  return `from ${from} to ${Number.isFinite(untilMs) ? `before ${timeText(untilMs)}` : "now"}`;
}

function details({ count, groups, firstMs, lastMs }: EvidenceCount): string {
  if (count === 0 || firstMs === undefined || lastMs === undefined) return "";
  const split = Object.entries(groups ?? {}).map(([name, many]) => `${printable(name)} ${many}`);
  const between = `${timeText(firstMs)} to ${timeText(lastMs)}`;
  return `${split.length === 0 ? "" : ` (${split.join(", ")})`}, ${between}`;
}

function jsonOf({ control, period, checkpoint, events, unreadable, counts, stated }: Shown) {
  const { id, framework, reference, title, limits } = control;
  const { origin, size, root } = checkpoint;
  return {
    control: { id, framework, reference, title },
    sinceMs: period.sinceMs,
    untilMs: Number.isFinite(period.untilMs) ? period.untilMs : null,
    checkpoint: { origin, size, root: Buffer.from(root).toString("base64") },
    verified: false,
    events,
    unreadable,
    evidence: counts,
    stated: stated.map(asShown),
    limits,
  };
}
