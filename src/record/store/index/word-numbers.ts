// The numbers under which the index keeps words, and how many events have each.
import type { IndexedEvent } from "../../index/indexed-event.ts";
import type { Database, Cell } from "./statements.ts";

/** Words whose numbers are kept in memory. */
const WORDS_KEPT_MAX = 20_000;

/** The numbers of words, and how many events of this batch have each. */
export function createWordNumbers(
  db: Database,
  run: (sql: string, values: readonly (Cell | Uint8Array)[]) => void,
) {
  const known = new Map<string, number>();
  const counts = new Map<number, number>();
  const names = new Set<string>();
  const numberFor = (field: string, value: string): number => {
    const key = `${field}\0${value}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    run("INSERT INTO word (field, value, events) VALUES (?, ?, 0) ON CONFLICT DO NOTHING", [
      ...[field, value],
    ]);
    const row = db.get("SELECT number FROM word WHERE field = ? AND value = ?", [field, value]);
    const number = Number(row?.["number"]);
    if (known.size >= WORDS_KEPT_MAX) known.clear();
    known.set(key, number);
    return number;
  };
  return {
    /** Each word of the marks once, with how often it stands there. */
    of(marks: IndexedEvent["marks"]): ReadonlyMap<number, number> {
      const own = new Map<number, number>();
      for (const { field, value, count } of marks) {
        const number = numberFor(field, value);
        if (!own.has(number)) counts.set(number, (counts.get(number) ?? 0) + 1);
        own.set(number, (own.get(number) ?? 0) + count);
      }
      return own;
    },
    writeCounts(): void {
      for (const [number, count] of counts)
        run("UPDATE word SET events = events + ? WHERE number = ?", [count, number]);
      counts.clear();
    },
    /** Whether a name was written by this process already. */
    hasName(pseudonym: string): boolean {
      if (names.has(pseudonym)) return true;
      if (names.size >= WORDS_KEPT_MAX) names.clear();
      names.add(pseudonym);
      return false;
    },
    forget(): void {
      known.clear();
      counts.clear();
      names.clear();
    },
  };
}
