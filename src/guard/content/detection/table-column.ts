// Cells that the head of their column names: in the tables that spreadsheets export, and in what SQL inserts.
import { TABLE_ROWS_MAX } from "#base/limits.ts";
import { lazily } from "#base/lazily.ts";
import type { Span, Surroundings, TableSigns } from "./detector.ts";

/** Says whether a head names what is looked for; an expression does. */
export type Label = { test(head: string): boolean; lastIndex: number };

/** Characters of a line that are taken for the heads or the cells of a table. */
const LINE_MAX = 4_096;
const DELIMITERS = ["\t", ",", ";", "|"];

/**
 * The cells whose column `label` names, where its name lies in `within`: of exported tables, and of rows that SQL holds. `heads`: whether
 * any line may be the heads of a table, or the first of the text alone; `whole` is for who looks at a whole text at once: the first line,
 * and those above a rule.
 */
export function* namedCells(
  { text, tables }: Pick<Surroundings, "text" | "tables">,
  within: Span,
  label: () => Label,
  heads: "any" | "first" | "whole" = "any",
): Generator<Span> {
  const first = within.start === 0 ? firstHeads(text) : undefined;
  if (first !== undefined) yield* below(text, first, label);
  if (heads === "any") yield* columnValues(text, within, label, first?.end);
  if (heads === "whole") yield* ruledValues(text, label, first?.end);
  if (tables.hasInserts()) yield* insertedValues(text, within, label);
  if (tables.hasCopies()) yield* copiedValues(text, within, label);
}

/** What can be said of all of a text at once. */
export function tableSigns(text: string): TableSigns {
  // WHY the words first: a search for a word costs a tenth of one for a pattern, and hardly a text has it.
  return {
    hasInserts: lazily(() => hasWord(text, "values") && INSERTED.test(text)),
    hasCopies: lazily(() => hasWord(text, "stdin") && COPIED_FROM.test(text)),
  };
}

/** The cells of one line with their delimiter, which may be blanks of a table that is set in columns. */
type Row = { readonly delimiter: string; readonly cells: readonly Span[]; readonly end: number };
/** Lines of a window that are tried as heads of a table. */
const HEADS_MAX = 64;
const GAP = "  ";

/** A line between the heads of a table and its rows, or around them. */
const RULE = /^[\s|:+=-]{3,}$/;
/** What stands between the cells of a table on the line of its heads. */
const BETWEEN_CELLS = /\||\S\t|\S {2,}\S+[^\n:]* {2,}\S/;
/** A line of names with commas or semicolons between, as an export pasted into other text has it. */
const NAMES_LINE =
  /^["'`]{0,3}[A-Za-z][\w #./-]{0,40}["']?(?:,["']?[A-Za-z][\w #./-]{0,40}["']?){1,40}\r?$|^["'`]{0,3}[A-Za-z][\w #./-]{0,40}["']?(?:;["']?[A-Za-z][\w #./-]{0,40}["']?){1,40}\r?$/;
const SIGN_OF_NAMES = /[\w"'][,;]["']?[A-Za-z]/g;
/** Characters from such a sign to the end of its line. */
const SIGN_TO_END_MAX = 400;

/**
 * The cells below a head that `label` names, on a line in `within` whose cells stand between bars, tabs or wide gaps as those of the
 * line below do. Quotes around a cell are no part of it. At most `TABLE_ROWS_MAX` rows.
 */
function* columnValues(
  text: string,
  within: Span,
  label: () => Label,
  behind = -1,
): Generator<Span> {
  let start = behind < 0 ? lineStart(text, within.start) : behind + 1;
  if (start >= within.end) return;
  const inside = text.slice(start, within.end);
  if (!BETWEEN_CELLS.test(inside) && !isNamedBySigns(inside)) return;
  for (let line = 0; line < HEADS_MAX && start < within.end; line += 1) {
    const end = lineEnd(text, start);
    if (end === undefined) return;
    const heads = headsOf(text, { start, end });
    if (heads !== undefined) yield* below(text, heads, label);
    start = end + 1;
  }
}

/** Whether a comma or semicolon stands between names near the end of a line. WHY no expression: it went on from each sign of a long line. */
function isNamedBySigns(text: string): boolean {
  SIGN_OF_NAMES.lastIndex = 0;
  while (SIGN_OF_NAMES.test(text)) {
    const at = SIGN_OF_NAMES.lastIndex;
    const end = text.indexOf("\n", at);
    if (end < 0) return false;
    if (end - at <= SIGN_TO_END_MAX) return true;
    SIGN_OF_NAMES.lastIndex = end - SIGN_TO_END_MAX - 1;
  }
  return false;
}

/** Tables of a text that are found by their rule. */
const RULED_MAX = 64;

/** The cells below a head that `label` names, in tables whose heads stand above a rule, as in Markdown. */
function* ruledValues(text: string, label: () => Label, behind = -1): Generator<Span> {
  let at = text.indexOf("--", behind + 1);
  for (let count = 0; at > 0 && count < RULED_MAX; count += 1) {
    const start = lineStart(text, at);
    const end = lineEnd(text, start);
    if (end !== undefined && start > behind + 1 && RULE.test(text.slice(start, end))) {
      const above = { start: lineStart(text, start - 1), end: start - 1 };
      const heads = above.end > above.start ? headsOf(text, above) : undefined;
      if (heads !== undefined) yield* below(text, heads, label);
    }
    at = text.indexOf("--", Math.max(end ?? 0, at) + 1);
  }
}

/** The head of the column that a place lies in, of a table that begins with the text or that SQL inserts; undefined where there is none. */
export function headAbove(text: string, at: number): string | undefined {
  return headInTable(text, at) ?? headInInsert(text, at);
}

function headInTable(text: string, at: number): string | undefined {
  const heads = firstHeads(text);
  if (heads === undefined || heads.end >= at || heads.delimiter === GAP) return undefined;
  const start = lineStart(text, at);
  const end = lineEnd(text, start);
  if (end === undefined) return undefined;
  const cells = cellsIn(text, { start, end }, heads.delimiter);
  if (cells.length !== heads.cells.length) return undefined;
  return wordOf(text, heads.cells[cells.findIndex((cell) => cell.start <= at && at < cell.end)]);
}

/** Opening brackets before a value that are tried as the one of its row: a value may hold some itself. */
const BRACKETS_MAX = 8;

function headInInsert(text: string, at: number): string | undefined {
  const from = Math.max(0, at - LINE_MAX);
  const before = text.slice(from, at);
  if (!hasWord(before, "values")) return undefined;
  const list = [...before.matchAll(COLUMNS)].at(-1);
  if (list === undefined) return undefined;
  const heads = (list[1] ?? "").split(",");
  let open = text.lastIndexOf("(", at);
  for (let tries = 0; tries < BRACKETS_MAX && open >= from; tries += 1) {
    const cells = tupleAt(text, open)?.cells ?? [];
    const index = cells.findIndex((cell) => cell.start <= at && at < cell.end);
    if (index >= 0 && cells.length === heads.length) return heads[index]?.trim();
    open = text.lastIndexOf("(", open - 1);
  }
  return undefined;
}

function wordOf(text: string, span: Span | undefined): string | undefined {
  const word = span === undefined ? "" : text.slice(span.start, span.end);
  return /[A-Za-z]/.test(word) ? word : undefined;
}

/** The heads of a table that begins with the text: whatever divides them. */
function firstHeads(text: string): Row | undefined {
  const end = lineEnd(text, 0);
  if (end === undefined) return undefined;
  const line = text.slice(0, end);
  if (/[{}()<>=]/.test(line)) return undefined;
  const delimiter =
    DELIMITERS.find((one) => line.split(one).length > 2) ??
    [",", ";", "\t"].find((one) => line.includes(one));
  if (delimiter === undefined) return headsOf(text, { start: 0, end });
  return { delimiter, cells: cellsIn(text, { start: 0, end }, delimiter), end };
}

/** A line as heads, where the one below, or the one behind a rule, is divided alike, and the one above is not. */
function headsOf(text: string, line: Span): Row | undefined {
  const inside = text.slice(line.start, line.end);
  const isExport = NAMES_LINE.test(inside);
  if (!isExport && (!BETWEEN_CELLS.test(inside) || /[{}()<>=;]/.test(inside))) return undefined;
  const delimiter = isExport
    ? inside.includes(";")
      ? ";"
      : ","
    : inside.includes("|")
      ? "|"
      : inside.includes("\t")
        ? "\t"
        : GAP;
  const cells = cellsIn(text, line, delimiter);
  let start = line.end + 1;
  let end = lineEnd(text, start);
  if (end !== undefined && RULE.test(text.slice(start, end))) {
    start = end + 1;
    end = lineEnd(text, start);
  }
  if (cells.length < 2 || end === undefined || start >= text.length) return undefined;
  const isAlike = (row: Span): boolean => cellsIn(text, row, delimiter).length === cells.length;
  if (!isAlike({ start, end })) return undefined;
  const above = { start: lineStart(text, Math.max(0, line.start - 1)), end: line.start - 1 };
  const isInside =
    above.end > above.start && !RULE.test(text.slice(above.start, above.end)) && isAlike(above);
  return isInside ? undefined : { delimiter, cells, end: line.end };
}

function* below(text: string, heads: Row, label: () => Label): Generator<Span> {
  const columns = heads.cells.flatMap(({ start, end }, at) =>
    isNamed(text.slice(start, end), label()) ? [at] : [],
  );
  if (columns.length === 0) return;
  let start = heads.end + 1;
  for (let row = 0; row < TABLE_ROWS_MAX && start < text.length; row += 1) {
    const end = lineEnd(text, start);
    if (end === undefined) return;
    const cells = cellsIn(text, { start, end }, heads.delimiter);
    if (cells.length < 2) return;
    for (const at of columns) {
      const cell = cells[at];
      if (cell !== undefined && cell.end > cell.start) yield cell;
    }
    start = end + 1;
  }
}

/** Characters behind a list of columns in which its first row begins. */
const VALUES_REACH = 40;
const INSERTED = /\)\s{0,8}values\s{0,8}\(/i;
const COLUMNS = /\(([^()]{1,2000})\)\s{0,8}values\s{0,8}(?=\()/gi;

/** The values of `INSERT INTO table (columns) VALUES (row), (row)` in the columns that `label` names. */
function* insertedValues(text: string, within: Span, label: () => Label): Generator<Span> {
  const around = text.slice(
    Math.max(0, within.start - LINE_MAX / 4),
    within.end + VALUES_REACH + LINE_MAX / 4,
  );
  if (!hasWord(around, "values") || !INSERTED.test(around)) return;
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

/** Whether a word of SQL stands in a text, in small or in large letters, as programs and people write it. */
function hasWord(text: string, word: string): boolean {
  const capital = word.charAt(0).toUpperCase() + word.slice(1);
  return text.includes(word) || text.includes(word.toUpperCase()) || text.includes(capital);
}

const COPIED_FROM = /\)\s{1,8}from\s{1,4}stdin/i;
const COPIED =
  /copy\s{1,4}[\w."]{1,128}\s{0,4}\(([^()]{1,2000})\)\s{1,8}from\s{1,4}stdin[^\n]{0,80}\n/gi;

/** The values below `COPY table (columns) FROM stdin;`, as `pg_dump` writes them: tabs between, until `\.`. */
function* copiedValues(text: string, within: Span, label: () => Label): Generator<Span> {
  const offset = Math.max(0, within.start - LINE_MAX / 4);
  const around = text.slice(offset, within.end + LINE_MAX / 4);
  if (!hasWord(around, "stdin")) return;
  for (const { 0: found, 1: list = "", index } of around.matchAll(COPIED)) {
    const names = list.split(",");
    const columns = names.flatMap((head, at) => (isNamed(head, label()) ? [at] : []));
    let start = offset + index + found.length;
    for (let row = 0; row < TABLE_ROWS_MAX && columns.length > 0; row += 1) {
      const end = lineEnd(text, start);
      if (end === undefined || end <= start) break;
      const cells = cellsIn(text, { start, end }, "\t");
      if (cells.length !== names.length) break;
      yield* columns.flatMap((at) => cells[at] ?? []);
      start = end + 1;
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

function isNamed(head: string, label: Label): boolean {
  label.lastIndex = 0;
  const isFound = label.test(head);
  label.lastIndex = 0;
  return isFound;
}

/** Where a line ends; undefined where it is longer than `LINE_MAX`. */
function lineEnd(text: string, start: number): number | undefined {
  const end = text.slice(start, start + LINE_MAX).indexOf("\n");
  if (end >= 0) return start + end;
  return text.length - start <= LINE_MAX ? text.length : undefined;
}

/** Where the line begins that holds a place, or the next one where it is too long. */
function lineStart(text: string, at: number): number {
  const from = Math.max(0, at - LINE_MAX);
  const start = text.slice(from, at).lastIndexOf("\n");
  return start < 0 && from > 0 ? at : from + start + 1;
}

/** The cells of a line; a delimiter inside of double quotes divides nothing (RFC 4180). */
function cellsIn(text: string, line: Span, delimiter: string): readonly Span[] {
  if (delimiter === GAP) return cellsInGaps(text, line);
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

function cellsInGaps(text: string, line: Span): readonly Span[] {
  const cells = text.slice(line.start, line.end).matchAll(/\S+(?: \S+)*/g);
  return [...cells].map(({ 0: cell, index }) => ({
    start: line.start + index,
    end: line.start + index + cell.length,
  }));
}

function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && /[\s"']/.test(text.charAt(start))) start += 1;
  while (end > start && /[\s"']/.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}
