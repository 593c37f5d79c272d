// csv: a table for spreadsheets (RFC 4180 quoting, plain newlines) whose cells no spreadsheet takes for a formula.
import { printable, printableJson } from "#base/printable.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { timeText } from "../event/describe.ts";
import type { Exporter } from "./forms/exporter.ts";

/** Metadata with a column of its own; the rest stands as JSON in the last one. */
const COLUMNS = [
  "kind",
  "verdict",
  "rules",
  "tool",
  "session",
  "agent",
  "call",
  "submitter",
  "mode",
  "enforced",
  "doubts",
  "effects",
] as const;
const HEAD = ["index", "id", "time", ...COLUMNS, "more"];

/** Every cell is quoted. A list is joined by spaces, an object is JSON. */
export const csv: Exporter = {
  id: "csv",
  title: "a table for spreadsheets",
  head: csvRow(HEAD),
  line: (entry) => {
    if (entry.kind === "fault") {
      const empty = COLUMNS.slice(1).map(() => "");
      return csvRow([String(entry.index), "", "", "fault", ...empty, entry.reason]);
    }
    const { index, id, timeMs, metadata } = entry;
    const own: readonly string[] = COLUMNS;
    const more = Object.entries(metadata).filter(([name]) => !own.includes(name));
    return csvRow([
      String(index),
      id,
      timeText(timeMs),
      ...COLUMNS.map((name) => text(Object.hasOwn(metadata, name) ? metadata[name] : undefined)),
      more.length === 0 ? "" : printableJson(Object.fromEntries(more)),
    ]);
  },
};

/** One line of a table: every cell quoted, none that a spreadsheet runs. */
export function csvRow(cells: readonly string[]): string {
  return cells.map(cell).join(",");
}

/** WHY the apostrophe: spreadsheets run what begins so, quoted or not; with it in front the cell is text. */
function cell(value: string): string {
  const shown = printable(value);
  const inert = /^[\s]*[=+\-@|%\uff0b\uff0d\uff1d\uff20]/.test(shown) ? `'${shown}` : shown;
  return `"${inert.replaceAll('"', '""')}"`;
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(" ");
  return printableJson(value);
}
