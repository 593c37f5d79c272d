// A table as text for spreadsheets.

export type Cell = string | number | boolean | null;

/** A table as RFC 4180 has it; no cell is one that a spreadsheet runs. */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** WHY the apostrophe: spreadsheets run what begins so, quoted or not; with it in front the cell is text. */
function csvCell(value: Cell): string {
  if (typeof value === "number") return String(value);
  const text = value === null ? "" : String(value);
  const inert = /^[\s]*[=+\-@|%\uff0b\uff0d\uff1d\uff20]/.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}
