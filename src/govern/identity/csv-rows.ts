// Rows of CSV (RFC 4180): commas, fields in double quotes, any line end.

/** The rows without empty lines, or what is wrong. Total. */
export function csvRows(text: string, rowsMax: number): readonly (readonly string[])[] | string {
  const rows: string[][] = [];
  let row: string[] = [];
  const token = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\n|\r|$)/y;
  while (token.lastIndex < text.length || row.length > 0) {
    const found = token.exec(text);
    if (found === null) return `row ${rows.length + 1}: a quote stands where none may`;
    const [, field = "", end = ""] = found;
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    if (rows.length > rowsMax) return `it has more than ${rowsMax - 1} rows`;
    row = [];
  }
  return rows;
}
