// The index as one SQLite file: opened by one process, filled in batches, thrown away when it is damaged or of another version.
import { rm, stat, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { Failure } from "#base/failure.ts";
import {
  INDEX_STATISTICS,
  INDEX_TABLES,
  INDEX_TABLES_ADDED,
  INDEX_VERSION,
  INDEX_VERSION_BEFORE,
  INDEX_VIEW_STATEMENTS,
} from "../../index/index-schema.ts";
import {
  makePrivateDirectory,
  replaceFile,
  syncDirectory,
  hasCode,
} from "../files/private-files.ts";
import { noteFile } from "./index-traces.ts";
import { type IndexFile, wrap } from "./opened-index.ts";
import { ALL_UNSPENT } from "./spent-sums.ts";
import type { Database } from "./statements.ts";

/** Pages of 4 KiB that stay in memory: 16 MiB. */
const CACHE_KIB = 16 * 1024;

/** What an index is opened with. */
export type IndexOpening = {
  /** Seals its ranges: a text that only the key store gives. */
  readonly key?: string | undefined;
  /** Hears why the file that was there is thrown away. */
  readonly discarded?: (why: IndexLoss) => void;
};

/** Why a file was not taken: `version` is of another program, `damaged` cannot be read, `edited` has tables or rows that are not ours. */
export type IndexLoss = "version" | "damaged" | "edited";

/** Opens the index or makes an empty one; `state` is then undefined for the caller to fill it. Memory only without `file`. */
export async function openIndexFile(
  file: string | undefined,
  { key, discarded = () => undefined }: IndexOpening = {},
): Promise<IndexFile> {
  if (file === undefined) return wrap(prepare(new sqlite.Database(":memory:")), key);
  await makePrivateDirectory(dirname(file));
  await removeStaleIndexLock(file);
  const isThere = await stat(file).then(
    (status) => status.size > 0,
    () => false,
  );
  if (isThere) {
    const kept = tryOpen(file, key);
    if (typeof kept !== "string") return kept;
    discarded(kept);
    await removeIndexFile(file);
  }
  // WHY made by us: so that it is nobody else's to read from its first byte on.
  await replaceFile(file, "");
  await syncDirectory(dirname(file));
  return wrap(prepare(new sqlite.Database(file)), key);
}

/** Removes the index with all that the library keeps beside it. The log has everything. */
export async function removeIndexFile(file: string): Promise<void> {
  await removeStaleIndexLock(file);
  for (const path of [file, `${file}-wal`, `${file}-journal`, `${file}-shm`, noteFile(file)])
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

/** Opens a copy of an index to look at it: nothing is made, and nothing is removed. */
export function openIndexCopy(file: string, key: string): IndexFile | IndexLoss {
  return tryOpen(file, key);
}

/** The index of a file, or why it is none that answers. */
function tryOpen(file: string, key: string | undefined): IndexFile | IndexLoss {
  let db: Database | undefined;
  let why: IndexLoss = "damaged";
  const not = (loss: IndexLoss, text: string): Failure => {
    why = loss;
    return new Failure("index-damaged", text);
  };
  try {
    db = new sqlite.Database(file, { fileMustExist: true });
    configure(db);
    const version = db.get("PRAGMA user_version")?.["user_version"];
    if (version !== INDEX_VERSION && version !== INDEX_VERSION_BEFORE)
      throw not("version", "the index is of another version");
    if (version === INDEX_VERSION_BEFORE) addTables(db);
    // WHY: a view that answers something else, or a trigger, is in no row.
    if (schemaOf(db) !== ownSchema()) throw not("edited", "the index has other tables than ours");
    const index = wrap(db, key);
    const { indexed } = index.state();
    const last = index.select("SELECT max(idx) FROM event", [], 1).rows[0]?.[0] ?? -1;
    // The views and the words behind them are part of what must be readable.
    index.select("SELECT * FROM marks LIMIT 1", [], 1);
    if (last !== indexed - 1) throw not("edited", "the index is not whole");
    return index;
  } catch {
    try {
      db?.close();
    } catch {
      // It goes away.
    }
    return why;
  }
}

function schemaOf(db: Database): string {
  const rows = db.all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
  return JSON.stringify(rows.map((row) => Object.values(row)));
}

function ownSchema(): string {
  const made = prepare(new sqlite.Database(":memory:"));
  try {
    return schemaOf(made);
  } finally {
    made.close();
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
  db.exec(INDEX_TABLES_ADDED);
  db.exec(INDEX_VIEW_STATEMENTS);
  db.exec("COMMIT");
  db.exec(INDEX_STATISTICS);
  db.exec(`PRAGMA user_version = ${INDEX_VERSION}`);
  return db;
}

/** Makes an index of the version before one of this version: what is new is counted while it answers. */
function addTables(db: Database): void {
  db.exec("BEGIN IMMEDIATE");
  db.exec(INDEX_TABLES_ADDED);
  db.exec(ALL_UNSPENT);
  db.exec(`PRAGMA user_version = ${INDEX_VERSION}`);
  db.exec("COMMIT");
}

// The lock directory that the database library keeps beside its file, and what is left of it after a process was killed.

/**
 * Removes the lock that a killed process left. INVARIANT: only whoever holds the daemon's own lock calls this, and nobody
 * else opens the file, so that no living holder is robbed.
 */
async function removeStaleIndexLock(file: string): Promise<void> {
  await rmdir(`${file}.lock`).catch((error: unknown) => {
    if (!hasCode(error, "ENOENT")) throw error;
  });
}
