// Holding an open index against itself, and making a part of it anew: derived data that somebody edited is replaced, never believed.
import type { IndexRow } from "./index-row.ts";
import {
  createIndexRanges,
  type IndexRanges,
  isTiled,
  type Range,
  termSums,
} from "./index-ranges.ts";
import { addSums, createRangeSeal, NO_WORDS, type WordSums } from "./range-seal.ts";
import { UNSPEND_RANGE } from "./spent-sums.ts";
import type { Database, Statements } from "./statements.ts";

export const HOURLY_COLUMNS =
  "kind, verdict, hour_ms, user, tool, class, mode, outcome, what, enforced, canary";

const WORD = (name: string): string => `coalesce(${name}, '')`;
/** The hourly counts as the events make them. */
const COUNTED = `SELECT ${[
  ...[WORD("kind"), WORD("verdict"), "time_ms / 3600000 * 3600000", WORD("user"), WORD("tool")],
  ...[WORD("class"), WORD("mode"), WORD("outcome"), WORD("what"), "enforced", "canary"],
  ...["count(*)", "sum(CAST(coalesce(findings, 0) AS INTEGER))"],
].join(", ")} FROM event GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11`;
const KEPT = `SELECT ${HOURLY_COLUMNS}, events, findings FROM hourly`;

/** What one can do with an index whose key is here. */
export type IndexUpkeep = {
  readonly ranges: IndexRanges;
  /** Whether ranges follow one another over all events and there is no event beside them. */
  isTiled(first: number, end: number): boolean;
  /** Whether the hourly counts are those of the events. */
  countsHold(): boolean;
  /** Whether the file's trees agree with each other. Reads all of it. */
  isIntact(): boolean;
  /** Puts rows of the log in the place of a range, and seals them. Gives how many events were otherwise than the log says. */
  remake(range: Range, rows: readonly IndexRow[]): number;
  /** Makes what is counted over all events anew. */
  recount(): void;
  /** Lets go of pages in memory, so that what is read next comes from the disk. */
  forget(): void;
  /** Runs `work` on rows of a subject and seals their ranges anew, where these held. */
  changing(subject: number, work: () => void): void;
};

/** The upkeep of an open file. `write` writes one row and `counted` ends a transaction, as for new events. */
export function createUpkeep(
  db: Database,
  key: string,
  {
    run,
    write,
    atOnce,
    counted,
    forgotten,
  }: Pick<Statements, "run"> & {
    readonly write: (row: IndexRow) => void;
    readonly atOnce: <Result>(work: () => Result) => Result;
    readonly counted: () => void;
    /** Has what is counted by hour in lists counted anew. */
    readonly forgotten: () => void;
  },
): IndexUpkeep {
  const seal = createRangeSeal(key);
  const ranges = createIndexRanges(db, run, seal);
  return {
    ranges,
    isTiled(first, end) {
      const beside = db.get("SELECT 1 AS one FROM event WHERE idx < ? OR idx >= ? LIMIT 1", [
        first,
        end,
      ]);
      return beside === null && isTiled(ranges.list(), first, end);
    },
    countsHold: () =>
      [`${COUNTED} EXCEPT ${KEPT}`, `${KEPT} EXCEPT ${COUNTED}`].every(
        (sql) => db.get(`SELECT 1 AS one FROM (${sql}) LIMIT 1`) === null,
      ),
    isIntact: () => Object.values(db.get("PRAGMA integrity_check(1)") ?? {})[0] === "ok",
    remake(range, rows) {
      const before = ranges.stored(range);
      return atOnce(() => {
        const bounds = [range.first, range.end];
        db.run(UNSPEND_RANGE, bounds);
        run("DELETE FROM mark WHERE word NOT IN (SELECT number FROM word)", []);
        run(
          "DELETE FROM mark WHERE word IN (SELECT number FROM word) AND idx >= ? AND idx < ?",
          bounds,
        );
        run("DELETE FROM command WHERE rowid >= ? AND rowid < ?", bounds);
        run("DELETE FROM event WHERE idx >= ? AND idx < ?", bounds);
        for (const row of rows) write(row);
        db.run(UNSPEND_RANGE, bounds);
        counted();
        const sums = rows.reduce(
          (sum, { event }) => addSums(sum, seal.wordsOf(event.index, event.words)),
          NO_WORDS,
        );
        ranges.resealed(range, sums);
        return differences(before, ranges.stored(range));
      });
    },
    recount: () => {
      forgotten();
      atOnce(() => {
        db.exec("DELETE FROM hourly");
        db.exec(`INSERT INTO hourly (${HOURLY_COLUMNS}, events, findings) ${COUNTED}`);
        db.exec(
          "UPDATE word SET events = (SELECT count(*) FROM mark WHERE mark.word = word.number)",
        );
      });
    },
    forget: () => db.exec("PRAGMA shrink_memory"),
    changing(subject, work) {
      const places = new Set(
        db
          .all("SELECT idx FROM event WHERE subject = ?", [subject])
          .map((row) => Number(row["idx"])),
      );
      const touched = ranges.list().filter((range) => hasPlaceIn(range, places));
      const taken = new Map<Range, WordSums>();
      const byPlace = new Map<number, Range>();
      for (const range of touched)
        for (let at = range.first; at < range.end; at += 1)
          if (places.has(at)) byPlace.set(at, range);
      for (const _ of termSums(db, seal, (place, sums) => {
        const range = byPlace.get(place);
        if (range !== undefined) taken.set(range, addSums(taken.get(range) ?? NO_WORDS, sums));
      }));
      ranges.changing(touched, work, (range) => taken.get(range) ?? NO_WORDS);
    },
  };
}

function hasPlaceIn({ first, end }: Range, places: ReadonlySet<number>): boolean {
  for (let at = first; at < end; at += 1) if (places.has(at)) return true;
  return false;
}

function differences(
  before: ReadonlyMap<number, string>,
  after: ReadonlyMap<number, string>,
): number {
  let count = 0;
  for (const [place, text] of after) if (before.get(place) !== text) count += 1;
  for (const place of before.keys()) if (!after.has(place)) count += 1;
  return count;
}
