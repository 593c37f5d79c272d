// Generated pages of the reference: read, written again on request, and held to what they are made from.
import { readFileSync, writeFileSync } from "node:fs";

/** The page `docs/reference/<name>.md` as it stands; with `UPDATE=1` the text is written there first. */
export function heldPage(name: string, text: string): string {
  const url = new URL(`../../docs/reference/${name}.md`, import.meta.url);
  if (process.env["UPDATE"] === "1") writeFileSync(url, text);
  return readFileSync(url, "utf8");
}

/** A table of a page, with an empty line after it; nothing for no rows. */
export function pageTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line), ""];
}
