// `sallyport log completeness`: every call of every class, paired with its end, and what speaks against the record being whole.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import {
  CALL_CLASSES,
  type Completeness,
  FINDING_KINDS,
  OPEN_KINDS,
  startCompleteness,
} from "#assure/completeness/completeness.ts";
import type { LogView, ReadEntry, ViewedEntry } from "#record/store/log-view.ts";
import { openLogFiles, firstEntry } from "#record/store/log-reader.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { isWithinPeriod, type Period, periodOptions, readPeriod } from "../../log/period.ts";

/** `sallyport log completeness`. */
export const completenessCommand = defineCommand({
  meta: {
    name: "completeness",
    description: `is every call on record, with what was decided and how it ended?

  sallyport log completeness --since 2026-03-01 --until 2026-04-01
  sallyport log completeness --session 3f2a...

Counts calls by class and pairs decisions with results; names results without a decision, calls that ran although they were refused,
duplicates, calls that nobody judged, doubted and refused submitters, floods, and daemons that did not stop in order. That the
log itself is whole is another question: \`sallyport log verify\`.`,
  },
  args: {
    ...periodOptions,
    session: { type: "string", valueHint: "ID", description: "one session, by the client's id" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const period = readPeriod(args);
    const view = await openView(args.data);
    const first = await firstEntry(openLogFiles(directoriesIn(args.data ?? dataDirectory()).log));
    const report = await countAll(view, { period, session: args.session, isCut: first > 0 });
    await print(args.json === true ? printableJson(jsonOf(report)) : completenessText(report));
    if (Object.keys(report.findings).length > 0) process.exitCode = 1;
  },
});

async function countAll(
  view: LogView,
  asked: { readonly period: Period; readonly session: string | undefined; readonly isCut: boolean },
): Promise<Completeness> {
  const { period, session, isCut } = asked;
  const tally = startCompleteness({ isCut });
  const size = await view.size();
  // Sealed fields are opened only to know a session by the client's id.
  const entries: AsyncGenerator<ReadEntry & Partial<Pick<ViewedEntry, "sealed">>> =
    session === undefined ? view.leaves(0, size) : view.entries(0, size);
  for await (const { index, leaf, sealed } of entries) {
    if (leaf.kind === "fault") {
      tally.add({ index, timeMs: 0, metadata: undefined, isMeant: session === undefined });
      continue;
    }
    const { timeMs, metadata } = leaf;
    const isOfSession =
      session === undefined || sealed?.["sessionId"] === session || metadata["session"] === session;
    tally.add({ index, timeMs, metadata, isMeant: isOfSession && isWithinPeriod(timeMs, period) });
  }
  return tally.result();
}

function completenessText(report: Completeness): string {
  const { entries, calls, paired, sessions, classes, findings, open, submitters, pauses } = report;
  const rows = CALL_CLASSES.flatMap((name) => {
    const count = classes[name];
    return count === undefined ? [] : [`  ${name.padEnd(20)} ${count}`];
  });
  const against = FINDING_KINDS.flatMap((kind) => {
    const found = findings[kind];
    if (found === undefined) return [];
    return [`  ${kind}: ${found.count} (entry ${found.entries.join(", ")})`];
  });
  const waiting = OPEN_KINDS.flatMap((kind) => {
    const count = open[kind];
    return count === undefined ? [] : [`  ${kind}: ${count}`];
  });
  const by = Object.entries(submitters).map(
    ([name, { events, doubted }]) =>
      `  ${printable(name).padEnd(20)} ${events}${doubted === 0 ? "" : `, ${doubted} of them doubted`}`,
  );
  const pausedMs = pauses.reduce(
    (sum, { fromMs, untilMs }) => sum + Math.max(0, untilMs - fromMs),
    0,
  );
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title, ...lines];
  return [
    `${entries} entries, ${sessions} sessions, ${calls} calls judged, ${paired} of them with their end`,
    ...section("calls:", rows),
    ...section("handed in by:", by),
    ...section("open:", waiting),
    ...(pauses.length === 0
      ? []
      : [
          `the daemon was down ${pauses.length} times, ${Math.round(pausedMs / 60_000)} minutes in all`,
        ]),
    ...(report.isWhole ? [] : ["more calls than are followed at once: name a shorter period"]),
    ...(against.length === 0 ? ["nothing speaks against it"] : section("against it:", against)),
  ].join("\n");
}

function jsonOf({ findings, open, classes, submitters, pauses, ...sums }: Completeness) {
  const listed = Object.entries(findings).map(([kind, { count, entries }]) => ({
    kind,
    count,
    entries: [...entries],
  }));
  return {
    isComplete: listed.length === 0,
    ...sums,
    classes: { ...classes },
    open: { ...open },
    findings: listed,
    submitters: Object.fromEntries(
      Object.entries(submitters).map(([name, sum]) => [name, { ...sum }]),
    ),
    pauses: pauses.map((pause) => ({ ...pause })),
  };
}
