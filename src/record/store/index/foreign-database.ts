// SQLite files of other programs: rows that speak of a person, read, and removed with every trace of them in the file.
import { chmod, copyFile, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { Failure } from "#base/failure.ts";
import type { PersonMatcher } from "../../privacy/person.ts";
import { hasCode, syncDirectory } from "../files/private-files.ts";
import { cellOf } from "./statements.ts";

type Database = InstanceType<typeof sqlite.Database>;
type Cell = string | number | null;

/** A row that speaks of the person; bytes are told by their number alone. */
export type ForeignRow = {
  readonly table: string;
  readonly columns: Readonly<Record<string, Cell>>;
};

/** Rows of one database that are read; more than that is a Failure and nothing is done. */
const ROWS_MAX = 1_000_000;
const TABLES_MAX = 1_000;

/** Finds rows. Works on a copy, so that a program that has the file open is not disturbed. */
export async function readForeignRows(
  file: string,
  matcher: PersonMatcher,
): Promise<readonly ForeignRow[]> {
  return withCopy(file, (db) =>
    tablesOf(db).flatMap((table) =>
      [...matchingRows(db, table, matcher, sessionsOf(db, matcher))].map(({ row }) => ({
        table,
        columns: Object.fromEntries(
          Object.entries(row)
            .filter(([name]) => name !== ROW_NUMBER)
            .map(([name, value]) => [name, cellOf(value)]),
        ),
      })),
    ),
  );
}

/**
 * Removes the rows and writes the file anew without the pages that held them: full-text tables are rebuilt, the write-ahead log
 * goes. The caller has seen to it that no program has the file open. Returns how many rows went. A crash leaves the old
 * file or the new one.
 */
export async function eraseForeignRows(file: string, matcher: PersonMatcher): Promise<number> {
  return withCopy(file, async (db, copy) => {
    db.exec("PRAGMA secure_delete = on");
    db.exec("PRAGMA foreign_keys = off");
    const sessions = sessionsOf(db, matcher);
    let removed = 0;
    db.exec("BEGIN IMMEDIATE");
    for (const table of tablesOf(db)) {
      const numbers = [...matchingRows(db, table, matcher, sessions)].map(({ number }) => number);
      for (const number of numbers)
        db.run(`DELETE FROM ${quoted(table)} WHERE rowid = ?`, [number]);
      removed += numbers.length;
    }
    db.exec("COMMIT");
    if (removed === 0) return 0;
    for (const table of fullTextTables(db)) rebuild(db, table);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.exec("PRAGMA journal_mode = delete");
    db.exec("VACUUM");
    db.close();
    await writeFile(join(dirname(copy), READY), "", { flush: true });
    await syncDirectory(dirname(copy));
    await putInPlace(dirname(copy), basename(copy));
    return removed;
  });
}

/** Begins a folder that an erasure works in, beside the file; what a crash leaves of one goes with the next erasure. */
export const WORK_PREFIX = ".sallyport-erasing-";
/** Says in such a folder that the new file is whole: from then on it is the one that counts. */
const READY = "ready";

/**
 * Puts the new file in the place of the old one. INVARIANT: what a program wrote behind goes first, for SQLite would write it into
 * the new file; it is in the new file already, which a crash in between leaves ready.
 */
async function putInPlace(folder: string, name: string): Promise<void> {
  const file = join(dirname(folder), name);
  for (const end of ["-wal", "-shm", "-journal"]) await rm(`${file}${end}`, { force: true });
  await rename(join(folder, name), file);
  await syncDirectory(dirname(file));
}

/** Ends what a crash left in a folder of ours: a file that was ready is put in place, anything else goes. */
export async function endForeignWork(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  const [name] = names.filter((one) => one !== READY);
  if (names.includes(READY) && name !== undefined) await putInPlace(folder, name);
  await rm(folder, { recursive: true, force: true });
}

/** WHY a name of its own: a column that is the row's number answers under the column's name. */
const ROW_NUMBER = "sallyport_row";

async function withCopy<Result>(
  file: string,
  work: (db: Database, copy: string) => Result | Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(dirname(file), WORK_PREFIX));
  const copy = join(folder, basename(file));
  let db: Database | undefined;
  try {
    await copyFile(file, copy);
    // What a program committed and did not write back yet is in the log beside the file.
    for (const end of ["-wal", "-journal"])
      await copyFile(`${file}${end}`, `${copy}${end}`).catch((error: unknown) => {
        if (!hasCode(error, "ENOENT")) throw error;
      });
    const { mode } = await stat(file);
    db = new sqlite.Database(copy, { fileMustExist: true });
    // WHY exclusive: the library reads a write-ahead log only then.
    db.exec("PRAGMA locking_mode = exclusive");
    db.exec("PRAGMA trusted_schema = off");
    const result = await work(db, copy);
    await chmod(file, mode & 0o777);
    return result;
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("database", "the database cannot be read: it is damaged or of another kind", {
      cause,
    });
  } finally {
    try {
      if (db?.isOpen === true) db.close();
    } catch {
      // The copy goes away.
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Ordinary tables, then virtual ones: what a virtual table keeps of its own is written through it alone, and what it shows of
 * another table is gone by then.
 */
function tablesOf(db: Database): readonly string[] {
  const rows = db.all(
    "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%' ORDER BY type = 'virtual', name",
  );
  if (rows.some((row) => Number(row["wr"]) !== 0) || rows.length > TABLES_MAX)
    throw new Failure(
      "database",
      "it has tables without row numbers, or too many: clean it by hand",
    );
  return rows.map(nameOf);
}

function fullTextTables(db: Database): readonly string[] {
  const rows = db.all(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts%'",
  );
  return rows.slice(0, TABLES_MAX).map(nameOf);
}

function nameOf(row: Readonly<Record<string, unknown>>): string {
  const name = row["name"];
  return typeof name === "string" ? name : "";
}

/** WHY both: a table over another one is made anew from it, one of its own merges what was removed away. */
function rebuild(db: Database, table: string): void {
  for (const order of ["rebuild", "optimize"])
    try {
      db.exec(`INSERT INTO ${quoted(table)} (${quoted(table)}) VALUES ('${order}')`);
    } catch {
      // A table without content of its own knows only one of the two.
    }
}

/** Ids of sessions of the person: what belongs to one goes with it, whether or not it names anybody. */
function sessionsOf(db: Database, matcher: PersonMatcher): ReadonlySet<string> {
  const known = new Set(matcher.person.sessions);
  if (!tablesOf(db).includes("sessions")) return known;
  for (const { row } of matchingRows(db, "sessions", matcher, known)) {
    const { id } = row;
    if (typeof id === "string" && id !== "") known.add(id);
  }
  return known;
}

function* matchingRows(
  db: Database,
  table: string,
  matcher: PersonMatcher,
  sessions: ReadonlySet<string>,
): Generator<{ readonly number: number; readonly row: Readonly<Record<string, unknown>> }> {
  const statement = db.prepare(`SELECT rowid AS ${ROW_NUMBER}, * FROM ${quoted(table)}`);
  let seen = 0;
  try {
    for (const row of statement.iterate() as Iterable<Record<string, unknown>>) {
      seen += 1;
      if (seen > ROWS_MAX)
        throw new Failure("database", `a table has more than ${ROWS_MAX} rows: clean it by hand`);
      if (speaksOf(row, matcher, sessions)) yield { number: Number(row[ROW_NUMBER]), row };
    }
  } finally {
    statement.finalize();
  }
}

function speaksOf(
  row: Readonly<Record<string, unknown>>,
  matcher: PersonMatcher,
  sessions: ReadonlySet<string>,
): boolean {
  const session = row["session_id"];
  if (typeof session === "string" && sessions.has(session)) return true;
  return Object.values(row).some(
    (value) =>
      (typeof value === "string" && matcher.isIn(value)) ||
      (value instanceof Uint8Array && matcher.isInBytes(Buffer.from(value))),
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
