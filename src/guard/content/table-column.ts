// Cells that the head of their column names: in the tables that spreadsheets export, and in what SQL inserts.
import { TABLE_ROWS_MAX } from "#base/limits.ts";
import type { Span } from "./detector.ts";

/** Characters of a line that are taken for the heads or the cells of a table. */
const LINE_MAX = 4_096;
const DELIMITERS = ["\t", ",", ";", "|"];

/** The cells of both forms whose column `label` names, where its name lies in `within`. */
export function* namedCells(text: string, within: Span, label: () => RegExp): Generator<Span> {
  yield* columnValues(text, within, label);
  yield* insertedValues(text, within, label);
}

/**
 * The cells below a head that `label` names, where the first line of `text` is the heads of a table and begins in `within`. Quotes around a cell are no part of it. At most
 * `TABLE_ROWS_MAX` rows.
 */
function* columnValues(text: string, within: Span, label: () => RegExp): Generator<Span> {
  const first = lineAt(text, 0);
  if (within.start > 0 || first.end > LINE_MAX) return;
  const heads = text.slice(0, first.end);
  const delimiter =
    DELIMITERS.find((one) => heads.split(one).length > 2) ??
    (heads.includes(",") ? "," : undefined);
  if (delimiter === undefined || /[{}()<>=]/.test(heads)) return;
  const columns = heads
    .split(delimiter)
    .flatMap((head, at) => (isNamed(head, label()) ? [at] : []));
  if (columns.length === 0) return;
  let from = first.end + 1;
  for (let row = 0; row < TABLE_ROWS_MAX && from < text.length; row += 1) {
    const line = lineAt(text, from);
    if (line.end - line.start > LINE_MAX) return;
    const cells = cellsIn(text, line, delimiter);
    if (cells.length < 2) return;
    for (const at of columns) {
      const cell = cells[at];
      if (cell !== undefined && cell.end > cell.start) yield cell;
    }
    from = line.end + 1;
  }
}

/** Characters behind a list of columns in which its first row begins. */
const VALUES_REACH = 40;
const COLUMNS = /\(([^()]{1,2000})\)\s{0,8}values\s{0,8}(?=\()/gi;

/** The values of `INSERT INTO table (columns) VALUES (row), (row)` in the columns that `label` names. */
function* insertedValues(text: string, within: Span, label: () => RegExp): Generator<Span> {
  const around = text.slice(
    Math.max(0, within.start - LINE_MAX / 4),
    within.end + VALUES_REACH + LINE_MAX / 4,
  );
  if (!/values/i.test(around)) return;
  const offset = Math.max(0, within.start - LINE_MAX / 4);
  for (const { 0: found, 1: list = "", index } of around.matchAll(COLUMNS)) {
    const columns = list.split(",").flatMap((head, at) => (isNamed(head, label()) ? [at] : []));
    if (columns.length === 0) continue;
    let from = offset + index + found.length;
    for (let row = 0; row < TABLE_ROWS_MAX && text.charAt(from) === "("; row += 1) {
      const tuple = tupleAt(text, from);
      if (tuple === undefined) return;
      yield* columns.flatMap((at) => tuple.cells[at] ?? []);
      from = tuple.end;
      while (/[\s,]/.test(text.charAt(from))) from += 1;
    }
  }
}

/** The values of one row in brackets, without their quotes; undefined where it does not end within `LINE_MAX` characters. */
function tupleAt(
  text: string,
  open: number,
): { readonly cells: readonly Span[]; readonly end: number } | undefined {
  const cells: Span[] = [];
  let start = open + 1;
  let quote = "";
  for (let at = start; at < text.length && at < open + LINE_MAX; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "," || character === ")") {
      cells.push(trimmed(text, start, at));
      start = at + 1;
      if (character === ")") return { cells, end: at + 1 };
    }
  }
  return undefined;
}

function isNamed(head: string, label: RegExp): boolean {
  const [found] = head.matchAll(label);
  return found !== undefined;
}

/** A line, without its end. */
function lineAt(text: string, start: number): Span {
  const end = text.indexOf("\n", start);
  return { start, end: end < 0 ? text.length : end };
}

/** The cells of a line; a delimiter inside of double quotes divides nothing (RFC 4180). */
function cellsIn(text: string, line: Span, delimiter: string): readonly Span[] {
  const cells: Span[] = [];
  let start = line.start;
  let isQuoted = false;
  for (let at = line.start; at <= line.end; at += 1) {
    const character = at === line.end ? delimiter : text.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    if (character !== delimiter || (isQuoted && at < line.end)) continue;
    cells.push(trimmed(text, start, at));
    start = at + 1;
  }
  return cells;
}

function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && /[\s"']/.test(text.charAt(start))) start += 1;
  while (end > start && /[\s"']/.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}
