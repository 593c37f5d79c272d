// The ranges of an open index: sealed while events come in, held against what is stored, made anew where somebody edited them.
import { WORD_FIELDS } from "../../index/indexed-event.ts";
import type { IndexRow } from "./index-row.ts";
import {
  addSums,
  NO_WORDS,
  type RangeSeal,
  rowText,
  SEALED_EVENTS_MAX,
  textOf,
  type WordSums,
} from "./range-seal.ts";
import { cellOf, type Database, type Statements } from "./statements.ts";

/** Ranges of one block before they are made one: each question seals the few events that came since. */
const RANGES_IN_BLOCK_MAX = 32;

/** Events from `first` to before `end` that one digest covers. */
export type Range = { readonly first: number; readonly end: number };

type StoredRange = Range & { readonly words: Uint8Array; readonly tag: Uint8Array };

export type IndexRanges = {
  /** Seals events that were just written; within their transaction. */
  seal(rows: readonly IndexRow[]): void;
  /** Every range in order. */
  list(): readonly Range[];
  /** Whether the rows of a range are what was sealed. */
  holds(range: Range): boolean;
  /** The rows of a range as text, by place. */
  stored(range: Range): ReadonlyMap<number, string>;
  /** Ranges whose words are not those that were sealed, and whether there are words of no range. Takes turns, because it reads the whole full text. */
  wrongWords(): Generator<undefined, WrongWords>;
  /** Seals a range as it is stored now, with these words; within a transaction. */
  resealed(range: Range, sums: WordSums): void;
  /** Work that changes rows of ranges on purpose; those that held before are sealed anew, the others stay found. */
  changing(ranges: readonly Range[], work: () => void, taken: (range: Range) => WordSums): void;
};

export type WrongWords = { readonly ranges: readonly Range[]; readonly isStray: boolean };

/** The ranges of a file under an installation's key. */
export function createIndexRanges(
  db: Database,
  run: Statements["run"],
  seal: RangeSeal,
): IndexRanges {
  const write = (range: Range, sums: WordSums, texts: readonly string[]): void =>
    run("INSERT OR REPLACE INTO seal (first, end, words, tag) VALUES (?, ?, ?, ?)", [
      ...[range.first, range.end, seal.hide(range, sums), seal.tag({ ...range, sums, texts })],
    ]);
  const read = (first: number, end: number): readonly StoredRange[] =>
    db
      .all(
        "SELECT first, end, words, tag FROM seal WHERE first >= ? AND first < ? ORDER BY first",
        [first, end],
      )
      .map((row) => ({
        first: Number(row["first"]),
        end: Number(row["end"]),
        words: bytesIn(row["words"]),
        tag: bytesIn(row["tag"]),
      }));
  const textsOf = (stored: ReadonlyMap<number, string>, range: Range): readonly string[] =>
    [...stored].flatMap(([place, text]) =>
      place >= range.first && place < range.end ? [text] : [],
    );
  const holdsWith = (range: StoredRange, stored: ReadonlyMap<number, string>): boolean =>
    seal
      .tag({ ...range, sums: seal.show(range, range.words), texts: textsOf(stored, range) })
      .equals(range.tag);

  /** Adds rows that lie in one block, and makes its ranges one when they are many or the block is full. */
  const sealPiece = (rows: readonly IndexRow[]): void => {
    const [start, last] = [rows[0], rows.at(-1)];
    if (start === undefined || last === undefined) return;
    const range = { first: start.event.index, end: last.event.index + 1 };
    const texts = rows.map(rowText);
    const sums = rows.reduce(
      (sum, { event }) => addSums(sum, seal.wordsOf(event.index, event.words)),
      NO_WORDS,
    );
    const block = blockOf(range.first);
    const before = range.first === block ? [] : read(block, range.first);
    const isFull = range.end === block + SEALED_EVENTS_MAX;
    const merged = { first: before[0]?.first ?? range.first, end: range.end };
    if (before.length > 0 && (isFull || before.length >= RANGES_IN_BLOCK_MAX)) {
      const stored = storedTexts(db, { first: merged.first, end: range.first });
      // WHY looked at first: whoever seals what was edited would sign the edit.
      if (
        isTiled(before, merged.first, range.first) &&
        before.every((one) => holdsWith(one, stored))
      ) {
        const all = before.reduce((sum, one) => addSums(sum, seal.show(one, one.words)), sums);
        run("DELETE FROM seal WHERE first >= ? AND first < ?", [merged.first, merged.end]);
        write(merged, all, [...stored.values(), ...texts]);
        return;
      }
    }
    write(range, sums, texts);
  };

  return {
    seal(rows) {
      for (let from = 0; from < rows.length; ) {
        const block = blockOf(rows[from]?.event.index ?? 0);
        let end = from + 1;
        while (end < rows.length && blockOf(rows[end]?.event.index ?? 0) === block) end += 1;
        sealPiece(rows.slice(from, end));
        from = end;
      }
    },
    list: () =>
      db
        .all("SELECT first, end FROM seal ORDER BY first")
        .map((row) => ({ first: Number(row["first"]), end: Number(row["end"]) })),
    holds(range) {
      const [known] = read(range.first, range.first + 1);
      return known?.end === range.end && holdsWith(known, storedTexts(db, range));
    },
    stored: (range) => storedTexts(db, range),
    wrongWords: () => wrongWords(db, seal, read(-1, Number.MAX_SAFE_INTEGER)),
    resealed(range, sums) {
      run("DELETE FROM seal WHERE first >= ? AND first < ?", [range.first, range.end]);
      write(range, sums, [...storedTexts(db, range).values()]);
    },
    changing(ranges, work, taken) {
      const holding = ranges.flatMap((range) => {
        const [known] = read(range.first, range.first + 1);
        if (known?.end !== range.end || !holdsWith(known, storedTexts(db, range))) return [];
        const [one, other] = taken(range);
        return [
          { range, sums: addSums(seal.show(known, known.words), [-one >>> 0, -other >>> 0]) },
        ];
      });
      work();
      for (const { range, sums } of holding)
        write(range, sums, [...storedTexts(db, range).values()]);
    },
  };
}

/** The sums of what the full text holds for events, and of each range of `ranges` that it holds them for. */
export function* termSums(
  db: Database,
  seal: RangeSeal,
  add: (place: number, sums: WordSums) => void,
): Generator<undefined, undefined> {
  db.exec("DROP TABLE IF EXISTS temp.held");
  db.exec("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, command, instance)");
  const statement = db.prepare(
    "SELECT term, group_concat(doc, ' ') AS docs FROM temp.held GROUP BY term",
  );
  let read = 0;
  try {
    for (const row of statement.iterate() as Iterable<Record<string, unknown>>) {
      const term = String(cellOf(row["term"]));
      for (const doc of String(cellOf(row["docs"])).split(" ")) {
        const place = Number(doc);
        add(place, seal.termAt(place, term));
      }
      read += 1;
      if (read % TERMS_A_TURN === 0) yield undefined;
    }
  } finally {
    statement.finalize();
    db.exec("DROP TABLE IF EXISTS temp.held");
  }
}

const TERMS_A_TURN = 500;

function* wrongWords(
  db: Database,
  seal: RangeSeal,
  ranges: readonly StoredRange[],
): Generator<undefined, WrongWords> {
  const found = new Map<StoredRange, WordSums>(ranges.map((range) => [range, NO_WORDS]));
  const blocks = new Map<number, StoredRange[]>();
  for (const range of ranges) {
    const block = blockOf(range.first);
    blocks.set(block, [...(blocks.get(block) ?? []), range]);
  }
  let isStray = false;
  yield* termSums(db, seal, (place, sums) => {
    const range = blocks
      .get(blockOf(place))
      ?.find(({ first, end }) => place >= first && place < end);
    if (range === undefined) isStray = true;
    else found.set(range, addSums(found.get(range) ?? NO_WORDS, sums));
  });
  const wrong = ranges.filter((range) => {
    const [one, other] = seal.show(range, range.words);
    const held = found.get(range) ?? NO_WORDS;
    return held[0] !== one || held[1] !== other;
  });
  return { ranges: wrong.map(({ first, end }) => ({ first, end })), isStray };
}

const COLUMNS = [
  "idx, id, time_ms, (SELECT subject.id FROM subject WHERE subject.number = event.subject) AS subject",
  ...WORD_FIELDS,
  "duration, size, findings, enforced, canary",
].join(", ");

function storedTexts(db: Database, { first, end }: Range): ReadonlyMap<number, string> {
  const marks = new Map<number, [string, string, number][]>();
  // WHY this order: members of lists are found by their number, and there is no index by event.
  for (const row of db.all(
    "SELECT mark.idx AS idx, word.field AS field, word.value AS value, mark.count AS count FROM word CROSS JOIN mark ON mark.word = word.number WHERE mark.idx >= ? AND mark.idx < ?",
    [first, end],
  )) {
    const place = Number(row["idx"]);
    const own = marks.get(place) ?? [];
    marks.set(place, own);
    own.push([String(cellOf(row["field"])), String(cellOf(row["value"])), Number(row["count"])]);
  }
  return new Map(
    db
      .all(`SELECT ${COLUMNS} FROM event WHERE idx >= ? AND idx < ? ORDER BY idx`, [first, end])
      .map((row) => {
        const place = Number(row["idx"]);
        return [place, textOf(Object.values(row).map(cellOf), marks.get(place) ?? [])];
      }),
  );
}

/** Whether ranges follow one another from `first` to `end` without a gap. */
export function isTiled(ranges: readonly Range[], first: number, end: number): boolean {
  let at = first;
  for (const range of ranges) {
    if (range.first !== at || range.end <= at) return false;
    at = range.end;
  }
  return at === end;
}

function blockOf(place: number): number {
  return Math.floor(place / SEALED_EVENTS_MAX) * SEALED_EVENTS_MAX;
}

function bytesIn(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
