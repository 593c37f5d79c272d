// The index as one SQLite file: opened by one process, filled in batches, thrown away when it is damaged or of another version.
import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "#base/failure.ts";
import sqlite from "node-sqlite3-wasm";
import {
  INDEX_STATISTICS,
  INDEX_TABLES,
  INDEX_VERSION,
  INDEX_VIEW_STATEMENTS,
} from "../../index/index-schema.ts";
import { hourlyCounts } from "../../index/hourly-counts.ts";
import { type IndexedEvent, WORD_FIELDS } from "../../index/indexed-event.ts";
import { removeStaleIndexLock } from "./index-lock.ts";
import { makePrivateDirectory, replaceFile, syncDirectory } from "../private-files.ts";

type Database = InstanceType<typeof sqlite.Database>;
type Statement = ReturnType<Database["prepare"]>;

/** A value of a cell. */
export type Cell = string | number | null;

/** How far the index is: the entries from `first` to before `indexed`, their log, and the hash of the last one. */
export type IndexState = {
  readonly indexed: number;
  readonly first: number;
  readonly origin: string;
  readonly lastHash: string;
};

/** One event for the index. `subject` is the id of whose data was sealed in it; `name` is the user's name, sealed. */
export type IndexRow = {
  readonly event: IndexedEvent;
  readonly subject: string | undefined;
  readonly name: { readonly pseudonym: string; readonly sealed: Uint8Array } | undefined;
};

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
  eventsWith(field: string, values: readonly string[], beginnings: readonly string[]): number;
  /** Removes what came out of a subject's sealed fields, and every trace of it in the file. Rows that were changed. */
  erase(subject: string): number;
  /** Refuses writing until it is undone: for questions of others. */
  readOnly(isOn: boolean): void;
  /** Writes back what is in the write-ahead log. */
  settle(): void;
  close(): void;
};

export type Selected = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly isCut: boolean;
};
export type SealedName = {
  readonly pseudonym: string;
  readonly subject: string;
  readonly sealed: Uint8Array;
};

/** Pages of 4 KiB that stay in memory: 16 MiB. */
const CACHE_KIB = 16 * 1024;
/** Words whose numbers are kept in memory. */
const WORDS_KEPT_MAX = 20_000;

/** Opens the index or makes an empty one; `state` is then undefined for the caller to fill it. Memory only without `file`. */
export async function openIndexFile(file: string | undefined): Promise<IndexFile> {
  if (file === undefined) return wrap(prepare(new sqlite.Database(":memory:")));
  await makePrivateDirectory(dirname(file));
  await removeStaleIndexLock(file);
  const isThere = await stat(file).then(
    (status) => status.size > 0,
    () => false,
  );
  if (isThere) {
    const kept = tryOpen(file);
    if (kept !== undefined) return kept;
    await removeIndexFile(file);
  }
  // WHY made by us: so that it is nobody else's to read from its first byte on.
  await replaceFile(file, "");
  await syncDirectory(dirname(file));
  return wrap(prepare(new sqlite.Database(file)));
}

/** Removes the index with all that the library keeps beside it. The log has everything. */
export async function removeIndexFile(file: string): Promise<void> {
  await removeStaleIndexLock(file);
  for (const path of [file, `${file}-wal`, `${file}-journal`, `${file}-shm`])
    await rm(path, { force: true });
}

/** Whether an error says that the file is not what we wrote: then it is made again. */
export function isIndexDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    /malformed|not a database|corrupt|disk I\/O error.*short|no such (?:table|column)|database schema|fts5/i.test(
      error.message,
    )
  );
}

/** The index of a file; undefined when it is damaged or of another version. */
function tryOpen(file: string): IndexFile | undefined {
  let db: Database | undefined;
  try {
    db = new sqlite.Database(file, { fileMustExist: true });
    configure(db);
    if (db.get("PRAGMA user_version")?.["user_version"] !== INDEX_VERSION)
      throw new Failure("index-version", "the index is of another version");
    const index = wrap(db);
    const { indexed } = index.state();
    const last = index.select("SELECT max(idx) FROM event", [], 1).rows[0]?.[0] ?? -1;
    // The views and the words behind them are part of what must be readable.
    index.select("SELECT * FROM marks LIMIT 1", [], 1);
    if (last !== indexed - 1) throw new Failure("index-damaged", "the index is not whole");
    return index;
  } catch {
    try {
      db?.close();
    } catch {
      // It goes away.
    }
    return undefined;
  }
}

function configure(db: Database): void {
  // WHY exclusive: without it the library keeps to a rollback journal, whatever is asked for.
  db.exec("PRAGMA locking_mode = exclusive");
  db.exec("PRAGMA journal_mode = wal");
  // WHY normal: a power cut may cost the last batches, and the log has them.
  db.exec("PRAGMA synchronous = normal");
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  db.exec("PRAGMA trusted_schema = off");
}

function prepare(db: Database): Database {
  configure(db);
  db.exec("BEGIN");
  db.exec(INDEX_TABLES);
  db.exec(INDEX_VIEW_STATEMENTS);
  db.exec("COMMIT");
  db.exec(INDEX_STATISTICS);
  db.exec(`PRAGMA user_version = ${INDEX_VERSION}`);
  return db;
}

const EVENT_COLUMNS = [
  ...["idx", "id", "time_ms", "subject"],
  ...WORD_FIELDS,
  ...["duration", "size", "findings", "enforced", "canary"],
];
const HOURLY = "kind, verdict, hour_ms, user, tool, class, mode, outcome, what, enforced, canary";

function wrap(db: Database): IndexFile {
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  const run = (sql: string, values: readonly (Cell | Uint8Array)[]): void => {
    prepared(sql).run(values as (Cell | Uint8Array)[]);
  };
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
  const writeRow = (row: IndexRow): void => {
    const { event, subject, name } = row;
    const number = subject === undefined ? null : subjectNumber(subject);
    run(INSERT_EVENT, [
      ...[event.index, event.id, event.timeMs, number],
      ...WORD_FIELDS.map((field) => event.word[field] ?? null),
      ...[event.number.duration ?? null, event.number.size ?? null, event.number.findings ?? null],
      ...[Number(event.enforced), Number(event.canary)],
    ]);
    for (const [word, count] of numbers.of(event.marks))
      run("INSERT INTO mark (word, idx, count) VALUES (?, ?, ?)", [word, event.index, count]);
    if (event.words.length > 0)
      run("INSERT INTO command (rowid, words) VALUES (?, ?)", [event.index, event.words.join(" ")]);
    if (name !== undefined && number !== null && !numbers.hasName(name.pseudonym))
      run("INSERT INTO name (pseudonym, subject, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [
        ...[name.pseudonym, number, name.sealed],
      ]);
  };
  const writeState = (state: IndexState): void => {
    for (const [key, value] of Object.entries(state))
      run(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        [...[key, String(value)]],
      );
  };
  const atOnce = <Result>(work: () => Result): Result => {
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      numbers.forget();
      subjects.clear();
      if (db.inTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };
  return {
    state() {
      const rows = db.all("SELECT key, value FROM meta");
      const found = new Map(rows.map((row) => [cellOf(row["key"]), cellOf(row["value"])]));
      return {
        indexed: Number(found.get("indexed") ?? 0),
        first: Number(found.get("first") ?? 0),
        origin: String(found.get("origin") ?? ""),
        lastHash: String(found.get("lastHash") ?? ""),
      };
    },
    append: (rows, state) =>
      atOnce(() => {
        for (const row of rows) writeRow(row);
        numbers.writeCounts();
        for (const [values, counts] of hourlyCounts(rows)) run(ADD_HOURLY, [...values, ...counts]);
        writeState(state);
      }),
    select: (sql, values, rowsMax) => select(db, sql, values, rowsMax),
    names(pseudonyms) {
      return pseudonyms.flatMap((pseudonym) => {
        const row = db.get(
          "SELECT subject.id AS id, sealed FROM name JOIN subject ON subject.number = name.subject WHERE pseudonym = ?",
          [pseudonym],
        );
        const sealed = row?.["sealed"];
        return sealed instanceof Uint8Array
          ? [{ pseudonym, subject: String(cellOf(row?.["id"])), sealed }]
          : [];
      });
    },
    eventsWith(field, values, beginnings) {
      let sum = 0;
      for (const value of values)
        sum += numberOf(
          db.get("SELECT events FROM word WHERE field = ? AND value = ?", [field, value]),
        );
      for (const value of beginnings)
        sum += numberOf(
          db.get(
            "SELECT sum(events) AS events FROM word WHERE field = ? AND substr(value, 1, ?) = ?",
            [...[field, [...value].length, value]],
          ),
        );
      return sum;
    },
    erase: (subject) => erase(db, atOnce, subject),
    readOnly: (isOn) => db.exec(`PRAGMA query_only = ${isOn ? "on" : "off"}`),
    settle: () => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"),
    close() {
      for (const statement of statements.values()) statement.finalize();
      db.close();
    },
  };
}

const INSERT_EVENT = `INSERT INTO event (${EVENT_COLUMNS.join(", ")}) VALUES (${EVENT_COLUMNS.map(() => "?").join(", ")})`;
const ADD_HOURLY = `INSERT INTO hourly (${HOURLY}, events, findings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events, findings = findings + excluded.findings`;

function numberOf(row: unknown): number {
  const events = typeof row === "object" && row !== null && "events" in row ? row.events : 0;
  return Number(events ?? 0);
}

/** The numbers of words, and how many events of this batch have each. */
function createWordNumbers(
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

/** WHY step by step: an answer of a million rows must not be in memory before it is cut. */
function select(
  db: Database,
  sql: string,
  values: readonly Cell[] | Readonly<Record<string, Cell>>,
  rowsMax: number,
): Selected {
  const statement = db.prepare(sql);
  const rows: Cell[][] = [];
  let columns: readonly string[] = [];
  let isCut = false;
  try {
    const given = Array.isArray(values) ? [...values] : { ...(values as Record<string, Cell>) };
    for (const row of statement.iterate(given)) {
      if (rows.length >= rowsMax) {
        isCut = true;
        break;
      }
      if (rows.length === 0) columns = Object.keys(row);
      rows.push(Object.values(row).map(cellOf));
    }
  } finally {
    statement.finalize();
  }
  return { columns, rows, isCut };
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint8Array ? `(${value.length} bytes)` : null;
}

/** INVARIANT: what stood in the subject's sealed fields is in no page of the file afterwards; a test looks for its bytes. */
function erase(
  db: Database,
  atOnce: <Result>(work: () => Result) => Result,
  subject: string,
): number {
  const number = db.get("SELECT number FROM subject WHERE id = ?", [subject])?.["number"];
  if (typeof number !== "number") return 0;
  db.exec("PRAGMA secure_delete = on");
  const changed = atOnce(() => {
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
    db.run("DELETE FROM name WHERE subject = ?", [number]);
    db.run("DELETE FROM subject WHERE number = ?", [number]);
    return db.run("UPDATE event SET user = NULL, subject = NULL WHERE subject = ?", [number])
      .changes;
  });
  db.exec("INSERT INTO command (command) VALUES ('optimize')");
  db.exec("VACUUM");
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.exec("PRAGMA secure_delete = off");
  return changed;
}
