// Answers from events one after the other, without an index: slower, and the same.
import { type Filter, meets } from "./filter.ts";
import { type IndexedEvent, MARK_FIELDS, type MarkField, type WordField } from "./indexed-event.ts";
import { bucketOf, columnOf, type Found, type GroupField, type Table } from "./question.ts";

/** Collects the newest `limit` places that meet a filter, from events that come oldest first. */
export function startSearch(
  filter: Filter,
  { limit, before }: { readonly limit: number; readonly before: number | null },
) {
  const places: number[] = [];
  let isMore = false;
  return {
    add(event: IndexedEvent): void {
      if (before !== null && event.index >= before) return;
      if (!meets(event, filter)) return;
      places.push(event.index);
      if (places.length <= limit) return;
      places.shift();
      isMore = true;
    },
    result(): Found {
      const newestFirst = places.toReversed();
      return {
        kind: "found",
        places: newestFirst,
        next: isMore ? (newestFirst.at(-1) ?? null) : null,
      };
    },
  };
}

type Cell = string | number;

/** Counts events by fields. */
export function startCount(
  filter: Filter,
  {
    by,
    limit,
    inOrder,
  }: { readonly by: readonly GroupField[]; readonly limit: number; readonly inOrder: boolean },
) {
  const groups = new Map<string, { readonly cells: readonly Cell[]; count: number }>();
  return {
    add(event: IndexedEvent): void {
      if (!meets(event, filter)) return;
      for (const cells of cellsOf(event, by)) {
        const key = JSON.stringify(cells);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { cells, count: 1 });
        else group.count += 1;
      }
    },
    result(): Table {
      const rows = [...groups.values()].map(({ cells, count }) => [...cells, count]);
      const width = by.length;
      rows.sort((left, right) => {
        const byCount = Number(right[width]) - Number(left[width]);
        return !inOrder && byCount !== 0 ? byCount : compareRows(left, right, width);
      });
      const columns = [...by.map(columnOf), "events"];
      return { kind: "table", columns, rows: rows.slice(0, limit), isCut: rows.length > limit };
    },
  };
}

/** One row for each member of the list that is counted by, else one. An event without a member counts for none. */
function cellsOf(event: IndexedEvent, by: readonly GroupField[]): readonly (readonly Cell[])[] {
  const list = by.find(isMarkField);
  const one = (value: string): readonly Cell[] =>
    by.map((field) => {
      if (field === "hour" || field === "day") return bucketOf(event.timeMs, field);
      return isMarkField(field) ? value : (event.word[field as WordField] ?? "");
    });
  if (list === undefined) return [one("")];
  const values = event.marks.flatMap(({ field, value }) => (field === list ? [value] : []));
  return [...new Set(values)].map(one);
}

/** Whether events are counted by the members of a list. */
export function isMarkField(field: GroupField): field is MarkField {
  return (MARK_FIELDS as readonly string[]).includes(field);
}

/** WHY code points: SQLite orders texts by their UTF-8 bytes, which is their order, and UTF-16 is not. */
function compareRows(left: readonly Cell[], right: readonly Cell[], width: number): number {
  for (let place = 0; place < width; place += 1) {
    const [one, other] = [left[place] ?? "", right[place] ?? ""];
    if (one === other) continue;
    if (typeof one === "number" && typeof other === "number") return one - other;
    return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
  }
  return 0;
}
