// Tables of generated pages whose rows are known by an id in the first cell, so that a few can be measured again.

/** A row: its id, and all cells, the first one with the id in backticks. */
export type TableLine = { readonly id: string; readonly cells: readonly string[] };

/** The rows of a page's table; a bar inside a cell is escaped there. */
export function parseTable(page: string): readonly TableLine[] {
  return page.split("\n").flatMap((line) => {
    const id = /^\| `([a-z0-9-]+)` \| /.exec(line)?.[1];
    return id === undefined ? [] : [{ id, cells: line.slice(2, -2).split(" | ") }];
  });
}

/** The rows of a page with new ones put in place of those with the same id, in the given order; others are dropped. */
export function mergeTable(
  page: string,
  rows: readonly TableLine[],
  order: readonly string[],
): readonly TableLine[] {
  const all = new Map([...parseTable(page), ...rows].map((row) => [row.id, row]));
  return order.flatMap((id) => all.get(id) ?? []);
}

/** The lines of a table without its head. */
export function formatTable(rows: readonly TableLine[]): string {
  return rows.map(({ cells }) => `| ${cells.join(" | ")} |`).join("\n");
}
