// The page of the cases, and what is printed of them.
import { allBorrowed } from "./all-borrowed.ts";
import { isHarm, type Row, WAYS } from "./forms.ts";

export function linesOf(rows: readonly Row[]): string {
  return rows
    .map((row) =>
      "failed" in row
        ? `${row.id} [${row.way}] FAILED ${row.failed}`
        : `${row.id} [${row.way}] ${isHarm(row) ? "HARM" : "-"} ${row.harms.join()} asked ${row.asked}, refused ${row.refused} ${row.told.join(" ")}`,
    )
    .join("\n");
}

export function summary(rows: readonly Row[]): string {
  return WAYS.map(({ name }) => {
    const own = rows.filter(({ way }) => way === name);
    return `${name}: ${own.filter(isHarm).length} of ${own.length} did harm`;
  }).join("\n");
}

export function borrowedPage(rows: readonly Row[], about: object): string {
  return `${JSON.stringify(about)}${allBorrowed.length}${summary(rows)}`;
}
