// A table of an answer in words, as JSON lines, or as CSV. Cells are foreign text.
import { printable, printableJson } from "#base/printable.ts";
import { timeText } from "#record/event/describe.ts";
import { csvRow } from "#record/export/csv.ts";
import type { Table } from "#record/index/question.ts";
import { print } from "./terminal.ts";

export type Form = "text" | "json" | "csv";

/** The form that options name. */
export function formOf(args: { json?: boolean | undefined; csv?: boolean | undefined }): Form {
  return args.json === true ? "json" : args.csv === true ? "csv" : "text";
}

/** Widest cell in a table for people. */
const CELL_CHARS_MAX = 60;

/** Prints a table, of which `all` rows are there where that is known; an empty one says so in words. Columns whose name ends in `_ms` are times for people. */
export async function printTable(table: Table, form: Form, all?: number): Promise<void> {
  const { columns, rows } = table;
  if (form === "json") {
    for (const row of rows)
      await print(
        printableJson(Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null]))),
      );
    return;
  }
  const texts = rows.map((row) => row.map((cell, place) => cellText(cell, columns[place] ?? "")));
  if (form === "csv") {
    if (columns.length > 0) await print(csvRow(columns));
    for (const row of texts) await print(csvRow(row));
    return;
  }
  if (rows.length === 0) return print("nothing was found");
  const short = texts.map((row) => row.map((text) => printable(cut(text))));
  const widths = columns.map((name, place) =>
    Math.max(name.length, ...short.map((row) => row[place]?.length ?? 0)),
  );
  const isNumber = columns.map(
    (name, place) => !isTime(name) && rows.every((row) => typeof row[place] === "number"),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, place) =>
        isNumber[place] === true
          ? text.padStart(widths[place] ?? 0)
          : text.padEnd(widths[place] ?? 0),
      )
      .join("  ")
      .trimEnd();
  await print(line(columns.map(printable)));
  for (const row of short) await print(line(row));
  const shown = all === undefined ? `the first ${rows.length}` : `${rows.length} of ${all} rows`;
  if (table.isCut) await print(`(${shown}; \`--limit\` shows more)`);
}

function cut(text: string): string {
  return text.length <= CELL_CHARS_MAX ? text : `${text.slice(0, CELL_CHARS_MAX - 3)}...`;
}

function isTime(column: string): boolean {
  return column.endsWith("_ms");
}

function cellText(cell: string | number | null, column: string): string {
  if (cell === null) return "";
  if (typeof cell === "number" && isTime(column) && Number.isSafeInteger(cell) && cell >= 0) {
    const text = timeText(cell);
    return column === "day_ms"
      ? text.slice(0, 10)
      : column === "hour_ms"
        ? text.slice(0, 16)
        : text;
  }
  return String(cell);
}
