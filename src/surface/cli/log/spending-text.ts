// What `log cost` prints: sums as a table, loops of failing commands, and what is not known.
import { printable } from "#base/printable.ts";
import { notesOf } from "#assure/activity/spending-notes.ts";
import type { Spending, SpendingKey } from "#assure/activity/spending-groups.ts";
import { allTokens, type SpendingRow } from "#assure/activity/spending-sums.ts";
import { csvRow } from "#record/export/csv.ts";

const ROWS_SHOWN = 40;
const LOOPS_SHOWN = 10;
const KEY_CHARS = 40;
const COMMAND_CHARS = 60;
const UNKNOWN = "(not opened)";

const COLUMNS: readonly (readonly [name: string, of: (row: SpendingRow) => string])[] = [
  ["cost USD", (row) => (isKnown(row) ? dollars(row.costUsdMicros) : "?")],
  ["tokens", (row) => (isKnown(row) ? String(allTokens(row.tokens)) : "?")],
  ["requests", (row) => String(row.requests)],
  ["calls", (row) => String(row.calls)],
  ["asked", (row) => String(row.questions.asked)],
  ["of 100", (row) => shareText(row)],
  ["yes", (row) => String(row.questions.allowed)],
  ["no", (row) => String(row.questions.refused)],
  ["nobody", (row) => String(row.questions.nobody)],
  ["median s", (row) => seconds(row.questions.medianMs)],
  ["loops", (row) => String(row.loops)],
  ["in loops USD", (row) => (isKnown(row) ? dollars(row.loopCostUsdMicros) : "?")],
  ["silent", (row) => `${row.silent}/${row.sessions}`],
];

/** Lines for a person. */
export function spendingLines(spending: Spending, by: SpendingKey): readonly string[] {
  const { all, rows, loops } = spending;
  if (all.sessions === 0) return ["no session is recorded in this period"];
  const shown = rows.slice(0, ROWS_SHOWN);
  const cells = [
    [by, ...COLUMNS.map(([name]) => name)],
    ...shown.map((row) => [keyText(row), ...COLUMNS.map(([, of]) => of(row))]),
    ["all", ...COLUMNS.map(([, of]) => of(all))],
  ];
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const table = cells.map((row) =>
    row
      .map((cell, at) =>
        at === 0 ? cell.padEnd(widths?.[at] ?? 0) : cell.padStart(widths?.[at] ?? 0),
      )
      .join("  "),
  );
  return [
    ...table,
    ...(rows.length > shown.length
      ? [`and ${rows.length - shown.length} more rows: \`--json\` or \`--csv\` has all`]
      : []),
    ...(loops.length === 0 ? [] : ["", "the same command failed again and again:"]),
    ...loops
      .slice(0, LOOPS_SHOWN)
      .map(
        (loop) =>
          `  ${loop.failures} times in ${seconds(loop.untilMs - loop.fromMs)} s, ${spentText(loop)}: ${cut(printable(loop.command), COMMAND_CHARS)} (session ${cut(printable(loop.session), KEY_CHARS)})`,
      ),
    ...(loops.length > LOOPS_SHOWN ? [`  and ${loops.length - LOOPS_SHOWN} more`] : []),
    "",
    ...notesOf(spending),
  ];
}

/** A table for spreadsheets. A figure that is not known is empty. */
export function spendingCsv({ rows }: Spending, by: SpendingKey): readonly string[] {
  const head = [
    ...[by, "sessions", "sessions_without_telemetry", "missing_events", "calls", "requests"],
    ...["requests_without_price", "cost_usd", "input_tokens", "output_tokens", "cache_read_tokens"],
    ...["cache_creation_tokens", "loops", "loop_tokens", "loop_cost_usd", "questions", "allowed"],
    ...["refused", "nobody", "answers_timed", "answer_median_ms", "answer_slowest_ms"],
  ];
  return [
    csvRow(head),
    ...rows.map((row) => {
      const { tokens, questions } = row;
      const known = (value: number | string) => (isKnown(row) ? String(value) : "");
      return csvRow([
        row.key ?? "",
        ...[row.sessions, row.silent, row.missing, row.calls, row.requests, row.unpriced].map(
          String,
        ),
        ...[dollars(row.costUsdMicros), tokens.input, tokens.output].map(known),
        ...[tokens.cacheRead, tokens.cacheCreation].map(known),
        String(row.loops),
        ...[row.loopTokens, dollars(row.loopCostUsdMicros)].map(known),
        ...[questions.asked, questions.allowed, questions.refused, questions.nobody].map(String),
        ...[questions.timed, questions.medianMs ?? "", questions.slowestMs ?? ""].map(String),
      ]);
    }),
  ];
}

function spentText({ tokens, costUsdMicros }: Spending["loops"][number]): string {
  return tokens === undefined || costUsdMicros === undefined
    ? "cost not known"
    : `${tokens} tokens, ${dollars(costUsdMicros)} USD`;
}

/** Whether the client told of any of the sessions. */
function isKnown({ sessions, silent }: SpendingRow): boolean {
  return silent < sessions;
}

function keyText({ key }: SpendingRow): string {
  return key === undefined ? UNKNOWN : cut(printable(key), KEY_CHARS);
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 3)}...`;
}

/** WHY not divided: a sum of millionths stays exact as a text. */
function dollars(micros: number): string {
  const text = String(Math.round(micros)).padStart(7, "0");
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "-" : (ms / 1_000).toFixed(1);
}

function shareText({ calls, questions }: SpendingRow): string {
  return calls === 0 ? "-" : ((100 * questions.asked) / calls).toFixed(1);
}
