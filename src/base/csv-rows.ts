// Rows of CSV (RFC 4180): separated fields, some in double quotes, any line end.

/** The rows without empty lines, or what is wrong. Total. One row more than `rowsMax` is already too many; the first is counted. */
export function csvRows(
  text: string,
  rowsMax: number,
  separator = ",",
): readonly (readonly string[])[] | string {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length || row.length > 0) {
    const end = fieldEnd(text, at, separator);
    if (end === undefined)
      return `row ${rows.length + 1}: a quote stands where none may, or a quote does not end`;
    const field = text.slice(at, end);
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (text[end] === separator) {
      at = end + 1;
      continue;
    }
    at = text.startsWith("\r\n", end) ? end + 2 : end + 1;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    if (rows.length > rowsMax) return `it has more than ${rowsMax - 1} rows`;
    row = [];
  }
  return rows;
}

/** Where the field that begins at a place ends; undefined for quotes where none may stand. WHY no expression: its stack would grow with a field. */
function fieldEnd(text: string, start: number, separator: string): number | undefined {
  let at = start;
  if (text[at] === '"') {
    do {
      const close = text.indexOf('"', at + 1);
      if (close === -1) return undefined;
      at = close + 1;
    } while (text[at] === '"');
    return isEnd(text[at], separator) ? at : undefined;
  }
  while (!isEnd(text[at], separator)) {
    if (text[at] === '"') return undefined;
    at += 1;
  }
  return at;
}

function isEnd(one: string | undefined, separator: string): boolean {
  return one === undefined || one === separator || one === "\n" || one === "\r";
}
