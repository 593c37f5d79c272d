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
import { removeStaleIndexLock } from "./index-lock.ts";
import { makePrivateDirectory, replaceFile, syncDirectory } from "../files/private-files.ts";
import type { Database } from "./statements.ts";
import { type IndexFile, wrap } from "./opened-index.ts";

/** Pages of 4 KiB that stay in memory: 16 MiB. */
const CACHE_KIB = 16 * 1024;

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
