// The rows of a named answer for a person: a table that fits a terminal, what belongs to a row under it, and what its words mean.
import { printable } from "#base/printable.ts";
import type {
  AnswerCell,
  AnswerColumn,
  AnswerWord,
  NamedAnswer,
} from "#assure/query/answers/named-question.ts";
import { timeText } from "#record/event/describe.ts";

const LINE_CHARS = 120;
/** Widest cell of a column in the table but the last, which takes what is left. */
const CELL_CHARS_MAX = 40;
/** The longest thing under a row: `log show` has all of it. */
const UNDER_CHARS_MAX = 600;
const INDENT = "    ";

type Row = readonly AnswerCell[];

/** The lines of an answer from its order to the meaning of its words; `shown` are the rows to tell, from the first on. */
export function answerLines(answer: NamedAnswer, shown: readonly Row[]): readonly string[] {
  if (shown.length === 0) return ["", "Nothing of this is on record for this time."];
  const { rows, order } = answer;
  const cut =
    shown.length < rows.length
      ? [`(${shown.length} of ${rows.length} rows; \`--limit\` shows more)`]
      : [];
  return [
    ...[order, ""],
    ...tableLines(answer.columns, shown),
    ...cut,
    ...["", ...nextLines(answer.columns, shown)],
    ...wordLines(answer.words, shown),
  ];
}

function tableLines(columns: readonly AnswerColumn[], rows: readonly Row[]): readonly string[] {
  const cells = rows.map((row) =>
    columns.map(({ key }, place): string => cellText(row[place] ?? null, key)),
  );
  const titles = columns.map(({ title }) => title);
  const shown = [...columns.keys()].filter((place) => titles[place] !== "");
  const inside = shown.filter((place) => columns[place]?.isBelow !== true);
  const last = inside.at(-1) ?? 0;
  const widths = new Map(
    inside.map((place) => [
      place,
      Math.max(...[titles, ...cells].map((row) => cut(row[place] ?? "").length)),
    ]),
  );
  const before = inside.slice(0, -1).reduce((sum, place) => sum + (widths.get(place) ?? 0) + 2, 0);
  // What a call said is told whole: where one of them does not fit beside the rest, all stand below.
  const isLastBelow = cells.some((row) => before + (row[last]?.length ?? 0) > LINE_CHARS);
  const table = isLastBelow ? inside.slice(0, -1) : inside;
  const line = (row: readonly string[]): string =>
    table
      .map((place) => {
        const cell = place === last ? (row[place] ?? "") : cut(row[place] ?? "");
        const width = widths.get(place) ?? 0;
        return columns[place]?.key === "event" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const event = columns.findIndex(({ key }) => key === "event");
  let saidBefore = "";
  const lines = [line(titles)];
  for (const row of cells) {
    const under = underLines(columns, row, (place) => {
      if (!table.includes(place)) return shown.includes(place);
      return place !== last && (row[place]?.length ?? 0) > CELL_CHARS_MAX;
    });
    const said = [row[event], ...under].join("\n");
    lines.push(line(row));
    // One call about several names has a row for each: what is under it is said once.
    if (said !== saidBefore) lines.push(...under);
    saidBefore = said;
  }
  return lines;
}

/** What is said under a row, one thing a line; a session and its folder share one. */
function underLines(
  columns: readonly AnswerColumn[],
  row: readonly string[],
  isUnder: (place: number) => boolean,
): readonly string[] {
  const lines: string[] = [];
  for (const [place, { key, title }] of columns.entries()) {
    const cell = cut(row[place] ?? "", UNDER_CHARS_MAX);
    if (cell === "" || !isUnder(place)) continue;
    const joined = `${lines.at(-1) ?? ""}, ${title} ${cell}`;
    if (key === "place" && lines.length > 0) lines.splice(-1, 1, joined);
    else lines.push(key === "session" ? `${title} ${cell}` : `${title}: ${cell}`);
  }
  return lines.flatMap((one) => wrapped(one, INDENT));
}

/** Breaks a text between words into lines that fit; a word that is longer stays whole. */
function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const joined = `${lines.at(-1) ?? indent} ${word}`;
    if (lines.length > 0 && joined.length <= LINE_CHARS) lines.splice(-1, 1, joined);
    else lines.push(lines.length === 0 ? `${indent}${word}` : `${indent}  ${word}`);
  }
  return lines;
}

/** How to go on from the first row. */
function nextLines(columns: readonly AnswerColumn[], [first]: readonly Row[]): readonly string[] {
  const value = (key: string): AnswerCell =>
    first?.[columns.findIndex((column) => column.key === key)] ?? null;
  const event = value("event");
  const session = value("session");
  return [
    ...(typeof event === "number"
      ? [`Open a row by the number under \`event\`, the first one so: sallyport log show ${event}`]
      : []),
    ...(typeof session === "string" && /^[\w.:-]{1,128}$/.test(session)
      ? [`Read the whole session of that row: sallyport log session ${session}`]
      : []),
  ];
}

/** What the words mean that the rows say. */
function wordLines(words: readonly AnswerWord[], rows: readonly Row[]): readonly string[] {
  const cells = rows.flat().filter((cell) => typeof cell === "string");
  const isSaid = ({ word, where }: AnswerWord): boolean =>
    cells.some((cell) => {
      if (where === "within") return cell.includes(word);
      return where === "begin" ? cell.startsWith(`${word} `) : cell === word;
    });
  const said = words.filter(isSaid);
  if (said.length === 0) return [];
  return [
    "What the words mean:",
    ...said.flatMap(({ word, means }) => wrapped(`${word}: ${means}`, "  ")),
  ];
}

function cellText(cell: AnswerCell, key: string): string {
  if (cell === null) return "";
  if (typeof cell === "number" && key.endsWith("_ms")) return plainTime(cell);
  return printable(String(cell).replaceAll(/\s+/g, " "));
}

function cut(text: string, chars = CELL_CHARS_MAX): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 3)}...`;
}

/** A time as a person reads it, in UTC to the second. */
export function plainTime(timeMs: number): string {
  return timeText(timeMs).slice(0, 19).replace("T", " ");
}
