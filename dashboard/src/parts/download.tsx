// What the page holds as a file: made in the browser, kept by the person.
import type { ComponentChildren } from "preact";

/** Saves a text under a name. */
export function saveText(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

export function Download(props: {
  readonly name: string;
  readonly type: string;
  /** Made when it is asked for. */
  readonly text: () => string;
  readonly children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="button"
      onClick={() => saveText(props.name, props.type, props.text())}
    >
      {props.children}
    </button>
  );
}

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
