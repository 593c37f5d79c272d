// A table that somebody exported: CSV (RFC 4180) or JSON, as rows of named texts, bounded and never guessed.
import { csvRows } from "#base/csv-rows.ts";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";

/** Rows of a table, columns of a row, and characters of a cell. */
export const TABLE_ROWS_MAX = 200_000;
const COLUMNS_MAX = 200;
const CELL_CHARS_MAX = 4_000;

export type TableRow = Readonly<Record<string, string>>;

/** Reads it by its first character: a list or an object with one list is JSON. Throws a Failure `table-invalid`. */
export function readTable(text: string, file: string): readonly TableRow[] {
  const start = text.replace(/^\uFEFF/, "");
  return /^\s{0,100}[[{]/.test(start) ? rowsOfJson(start, file) : rowsOfCsv(start, file);
}

function refuse(file: string, why: string): never {
  throw new Failure("table-invalid", `\`${file}\` is no table: ${why}`, { at: { file } });
}

function rowsOfJson(text: string, file: string): readonly TableRow[] {
  const value = readJson(text);
  const list = Array.isArray(value) ? value : onlyListOf(value);
  if (list === undefined) refuse(file, "it is JSON without a list of objects");
  if (list.length > TABLE_ROWS_MAX) refuse(file, `it has more than ${TABLE_ROWS_MAX} rows`);
  return list.map((item, index) => {
    if (item === null || typeof item !== "object" || Array.isArray(item))
      refuse(file, `its item ${index + 1} is no object`);
    const cells = Object.entries(item as object)
      .slice(0, COLUMNS_MAX)
      .flatMap(([key, cell]) => {
        const said = cellText(cell);
        return said === undefined ? [] : [[columnName(key), bounded(said)] as const];
      });
    return Object.fromEntries(cells);
  });
}

/** Exports wrap their list: `value` (Intune), `results` (Jamf), `devices` (Kandji), `Resources` (SCIM). */
function onlyListOf(value: unknown): readonly unknown[] | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const lists = Object.values(value).filter((one) => Array.isArray(one));
  return lists.length === 1 ? lists[0] : undefined;
}

function cellText(cell: unknown): string | undefined {
  if (typeof cell === "string") return cell;
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  if (Array.isArray(cell)) {
    const words = cell.flatMap((one) => {
      const said = typeof one === "object" && one !== null ? nameIn(one) : cellText(one);
      return said === undefined ? [] : [said];
    });
    return words.join(";");
  }
  return undefined;
}

function nameIn(value: object): string | undefined {
  const { name, value: said, display } = value as Readonly<Record<string, unknown>>;
  return [said, name, display].find((one): one is string => typeof one === "string");
}

function columnName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_")
    .slice(0, 100);
}

function bounded(text: string): string {
  return text.trim().slice(0, CELL_CHARS_MAX);
}

function rowsOfCsv(text: string, file: string): readonly TableRow[] {
  const records = csvRows(text, TABLE_ROWS_MAX + 1, separatorOf(text));
  if (typeof records === "string") refuse(file, records);
  const [head, ...rows] = records;
  if (head === undefined) refuse(file, "it is empty");
  const names = head.map(columnName);
  if (names.length > COLUMNS_MAX) refuse(file, `it has more than ${COLUMNS_MAX} columns`);
  if (new Set(names).size !== names.length) refuse(file, "two columns have one name");
  return rows.map((row, index) => {
    if (row.length !== names.length)
      refuse(file, `row ${index + 2} has ${row.length} cells, the head has ${names.length}`);
    return Object.fromEntries(names.map((name, column) => [name, bounded(row[column] ?? "")]));
  });
}

function separatorOf(text: string): string {
  const head = text.slice(0, 4_000).split("\n", 1)[0] ?? "";
  return (
    [",", ";", "\t"].toSorted(
      (one, other) => head.split(other).length - head.split(one).length,
    )[0] ?? ","
  );
}
