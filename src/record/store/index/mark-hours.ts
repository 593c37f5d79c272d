// Members of lists counted by hour: kept while events come in, and added up backwards for events that were there before.
import type { Database, Statements } from "./statements.ts";

/** Lists whose members are counted: those that pages ask for over weeks. */
export const COUNTED_LISTS: ReadonlySet<string> = new Set(["rule", "prompt"]);

/** Events that are added up at once. */
const EVENTS_AT_ONCE = 50_000;

/** Where what is counted begins: the events from there on are. */
const STATE = "marksCountedFrom";
const WRITE_STATE =
  "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";

/** WHY crossed: word by word, so that of each only the range is read. */
const ADD = `INSERT INTO mark_hour (word, hour_ms, kind, verdict, canary, events)
SELECT mark.word, event.time_ms / 3600000 * 3600000, coalesce(event.kind, ''), coalesce(event.verdict, ''), event.canary, count(*)
FROM word CROSS JOIN mark ON mark.word = word.number AND mark.idx >= ? AND mark.idx < ? CROSS JOIN event ON event.idx = mark.idx
WHERE word.field IN (${[...COUNTED_LISTS].map((list) => `'${list}'`).join(", ")}) GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO UPDATE SET events = events + excluded.events`;

export type MarkHours = {
  /** Counts events that were just written; within their transaction. */
  add(first: number, end: number): void;
  /** Whether all events are counted. */
  isWhole(): boolean;
  /** Counts some that are not; says whether there are more. */
  countMore(): boolean;
  /** Has all of them counted anew. */
  forget(): void;
};

/** The counts of an open index. `indexed` is where its events end. */
export function createMarkHours(
  db: Database,
  {
    run,
    atOnce,
    state,
  }: Pick<Statements, "run"> & {
    readonly atOnce: <Result>(work: () => Result) => Result;
    readonly state: () => { readonly first: number; readonly indexed: number };
  },
): MarkHours {
  const countedFrom = (): number => {
    const value = db.get("SELECT value FROM meta WHERE key = ?", [STATE])?.["value"];
    return value === undefined ? state().indexed : Number(value);
  };
  const isWhole = (): boolean => countedFrom() <= state().first;
  return {
    isWhole,
    add(first, end) {
      if (db.get("SELECT 1 AS one FROM meta WHERE key = ?", [STATE]) === null)
        run(WRITE_STATE, [STATE, String(first)]);
      run(ADD, [first, end]);
    },
    countMore() {
      if (isWhole()) return false;
      return atOnce(() => {
        const end = countedFrom();
        const first = Math.max(state().first, end - EVENTS_AT_ONCE);
        run(ADD, [first, end]);
        run(WRITE_STATE, [STATE, String(first)]);
        return first > state().first;
      });
    },
    forget: () =>
      atOnce(() => {
        db.exec("DELETE FROM mark_hour");
        run(WRITE_STATE, [STATE, String(state().indexed)]);
      }),
  };
}
