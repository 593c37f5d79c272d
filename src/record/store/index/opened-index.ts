// The index while it is open: batches go in whole or not at all, questions are answered, a person's traces go.
import type { byKind } from "../../index/filter-sql.ts";
import { hourlyCounts } from "../../index/hourly-counts.ts";
import { WORD_FIELDS } from "../../index/indexed-event.ts";
import type { IndexRow } from "./index-row.ts";
import { createUpkeep, HOURLY_COLUMNS as HOURLY, type IndexUpkeep } from "./index-upkeep.ts";
import { createMarkHours, type MarkHours } from "./mark-hours.ts";
import { createSpentSums, type SpentSums, unspendSubject } from "./spent-sums.ts";
import { createWordNumbers } from "./word-numbers.ts";
import {
  type Cell,
  cellOf,
  createStatements,
  type Database,
  select,
  type Selected,
  type Statements,
} from "./statements.ts";

/** How far the index is: the entries from `first` to before `indexed`, their log, and the hash of the last one. */
export type IndexState = {
  readonly indexed: number;
  readonly first: number;
  readonly origin: string;
  readonly lastHash: string;
};

/** The index while one process has it open. */
export type IndexFile = {
  state(): IndexState;
  /** Adds events and says how far the index is now, all of it or nothing. */
  append(rows: readonly IndexRow[], state: IndexState): void;
  /** Rows of a query of ours or of one that was checked; at most `rowsMax`, and whether there were more. */
  select(
    sql: string,
    values: readonly Cell[] | Readonly<Record<string, Cell>>,
    rowsMax: number,
  ): Selected;
  /** The sealed names behind pseudonyms. */
  names(pseudonyms: readonly string[]): readonly SealedName[];
  /** Events that have a member of a list whose value meets the condition on `value`. */
  eventsWith(field: string, matches: ReturnType<typeof byKind>): number;
  /** Removes what came out of a subject's sealed fields, and every trace of it in the file. Rows that were changed. */
  erase(subject: string): number;
  /** Leaves in the file no byte of rows and words that were removed. Reads and writes all of it. */
  scrub(): void;
  /** Refuses writing until it is undone: for questions of others. */
  readOnly(isOn: boolean): void;
  /** Holding it against itself, and making a part of it anew; undefined where the key that seals its ranges is not here. */
  readonly upkeep: IndexUpkeep | undefined;
  /** What sessions cost, as it was summed of the log. */
  readonly spent: SpentSums;
  /** Members of lists as they are counted by hour. */
  readonly markHours: MarkHours;
  /** Writes back what is in the write-ahead log. */
  settle(): void;
  close(): void;
};

/** The sealed name of a user, and whose data it is. */
export type SealedName = {
  readonly pseudonym: string;
  readonly subject: string;
  readonly sealed: Uint8Array;
};

const EVENT_COLUMNS = [
  ...["idx", "id", "time_ms", "subject"],
  ...WORD_FIELDS,
  ...["duration", "size", "findings", "enforced", "canary"],
];

const INSERT_EVENT = `INSERT INTO event (${EVENT_COLUMNS.join(", ")}) VALUES (${EVENT_COLUMNS.map(() => "?").join(", ")})`;

const ADD_HOURLY = `INSERT INTO hourly (${HOURLY}, events, findings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events, findings = findings + excluded.findings`;

/** The index of a file that is open and has its tables. `key` seals its ranges; without it nothing says whether they were edited. */
export function wrap(db: Database, key?: string): IndexFile {
  const statements = createStatements(db);
  const writer = createRowWriter(db, statements.run);
  const atOnce = <Result>(work: () => Result): Result => {
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      writer.forget();
      if (db.inTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };
  const markHours = createMarkHours(db, {
    run: statements.run,
    atOnce,
    state: () => readState(db),
  });
  const upkeep =
    key === undefined
      ? undefined
      : createUpkeep(db, key, {
          run: statements.run,
          atOnce,
          write: writer.write,
          counted: writer.writeCounts,
          forgotten: () => markHours.forget(),
        });
  const spent = createSpentSums(db, {
    run: statements.run,
    atOnce,
    subjectNumber: writer.subjectNumber,
  });
  return {
    upkeep,
    spent,
    markHours,
    state: () => readState(db),
    append: (rows, state) =>
      atOnce(() => {
        for (const row of rows) writer.write(row);
        writer.writeCounts();
        const [first, last] = [rows[0], rows.at(-1)];
        if (first !== undefined && last !== undefined)
          markHours.add(first.event.index, last.event.index + 1);
        upkeep?.ranges.seal(rows);
        spent.unspend(rows);
        for (const [values, counts] of hourlyCounts(rows))
          statements.run(ADD_HOURLY, [...values, ...counts]);
        writeState(statements, state);
      }),
    select: (sql, values, rowsMax) => select(db, sql, values, rowsMax),
    names: (pseudonyms) => pseudonyms.flatMap((pseudonym) => sealedName(db, pseudonym)),
    eventsWith: (field, matches) => eventsWith(db, field, matches),
    erase: (subject) => erase(db, atOnce, { subject, upkeep }),
    scrub: () => scrub(db),
    readOnly: (isOn) => db.exec(`PRAGMA query_only = ${isOn ? "on" : "off"}`),
    settle: () => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"),
    close() {
      statements.finalize();
      db.close();
    },
  };
}

/** Writes events with their words, marks and names, and remembers the numbers under which those stand. */
function createRowWriter(db: Database, run: Statements["run"]) {
  const numbers = createWordNumbers(db, run);
  const subjects = new Map<string, number>();
  const subjectNumber = (id: string): number => {
    const known = subjects.get(id);
    if (known !== undefined) return known;
    run("INSERT INTO subject (id) VALUES (?) ON CONFLICT DO NOTHING", [id]);
    const number = Number(db.get("SELECT number FROM subject WHERE id = ?", [id])?.["number"]);
    subjects.set(id, number);
    return number;
  };
  return {
    subjectNumber,
    write({ event, subject, name }: IndexRow): void {
      const number = subject === undefined ? null : subjectNumber(subject);
      const { duration, size, findings } = event.number;
      run(INSERT_EVENT, [
        ...[event.index, event.id, event.timeMs, number],
        ...WORD_FIELDS.map((field) => event.word[field] ?? null),
        ...[duration ?? null, size ?? null, findings ?? null],
        ...[Number(event.enforced), Number(event.canary)],
      ]);
      for (const [word, count] of numbers.of(event.marks))
        run("INSERT INTO mark (word, idx, count) VALUES (?, ?, ?)", [word, event.index, count]);
      if (event.words.length > 0)
        run("INSERT INTO command (rowid, words) VALUES (?, ?)", [
          ...[event.index, event.words.join(" ")],
        ]);
      if (name !== undefined && number !== null && !numbers.hasName(name.pseudonym))
        run(
          "INSERT INTO name (pseudonym, subject, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
          [name.pseudonym, number, name.sealed],
        );
    },
    writeCounts: () => numbers.writeCounts(),
    /** For what was taken back: numbers that were given then are given anew. */
    forget(): void {
      numbers.forget();
      subjects.clear();
    },
  };
}

function readState(db: Database): IndexState {
  const rows = db.all("SELECT key, value FROM meta");
  const found = new Map(rows.map((row) => [cellOf(row["key"]), cellOf(row["value"])]));
  return {
    indexed: Number(found.get("indexed") ?? 0),
    first: Number(found.get("first") ?? 0),
    origin: String(found.get("origin") ?? ""),
    lastHash: String(found.get("lastHash") ?? ""),
  };
}

function writeState({ run }: Statements, state: IndexState): void {
  for (const [key, value] of Object.entries(state))
    run(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      [key, String(value)],
    );
}

function sealedName(db: Database, pseudonym: string): readonly SealedName[] {
  const row = db.get(
    "SELECT subject.id AS id, sealed FROM name JOIN subject ON subject.number = name.subject WHERE pseudonym = ?",
    [pseudonym],
  );
  const sealed = row?.["sealed"];
  return sealed instanceof Uint8Array
    ? [{ pseudonym, subject: String(cellOf(row?.["id"])), sealed }]
    : [];
}

function eventsWith(
  db: Database,
  field: string,
  { whole, open, ends }: ReturnType<typeof byKind>,
): number {
  let sum = 0;
  for (const value of whole)
    sum += numberOf(
      db.get("SELECT events FROM word WHERE field = ? AND value = ?", [field, value]),
    );
  for (const [part, texts] of [
    ["1, ?", open],
    ["-?", ends],
  ] as const)
    for (const text of texts)
      sum += numberOf(
        db.get(
          `SELECT sum(events) AS events FROM word WHERE field = ? AND substr(value, ${part}) = ?`,
          [field, [...text].length, text],
        ),
      );
  return sum;
}

function numberOf(row: unknown): number {
  const events = typeof row === "object" && row !== null && "events" in row ? row.events : 0;
  return Number(events ?? 0);
}

/** INVARIANT: what stood in the subject's sealed fields is in no page of the file afterwards; a test looks for its bytes. */
function erase(
  db: Database,
  atOnce: <Result>(work: () => Result) => Result,
  { subject, upkeep }: { readonly subject: string; readonly upkeep: IndexUpkeep | undefined },
): number {
  const number = db.get("SELECT number FROM subject WHERE id = ?", [subject])?.["number"];
  if (typeof number !== "number") return 0;
  db.exec("PRAGMA secure_delete = on");
  let changed = 0;
  const remove = (): void => {
    const events = "SELECT idx FROM event WHERE subject = ?";
    const users = "SELECT pseudonym FROM name WHERE subject = ?";
    db.run(`DELETE FROM command WHERE rowid IN (${events})`, [number]);
    // What was counted for the person is counted for nobody.
    db.run(
      `INSERT INTO hourly (${HOURLY}, events, findings)
       SELECT kind, verdict, hour_ms, '', tool, class, mode, outcome, what, enforced, canary, sum(events), sum(findings)
       FROM hourly WHERE user IN (${users}) GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10, 11
       ON CONFLICT DO UPDATE SET events = events + excluded.events, findings = findings + excluded.findings`,
      [number],
    );
    db.run(`DELETE FROM hourly WHERE user IN (${users})`, [number]);
    unspendSubject(db, number);
    db.run("DELETE FROM name WHERE subject = ?", [number]);
    db.run("DELETE FROM subject WHERE number = ?", [number]);
    changed = db.run("UPDATE event SET user = NULL, subject = NULL WHERE subject = ?", [
      number,
    ]).changes;
  };
  atOnce(() => (upkeep === undefined ? remove() : upkeep.changing(number, remove)));
  scrub(db);
  db.exec("PRAGMA secure_delete = off");
  return changed;
}

function scrub(db: Database): void {
  db.exec("INSERT INTO command (command) VALUES ('optimize')");
  db.exec("VACUUM");
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}
