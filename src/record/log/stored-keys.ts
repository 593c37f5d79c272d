// The key statements that lie in a log directory, followed from the key that the reader trusts.
import {
  type HistoryReading,
  KEY_STATEMENTS_MAX,
  type KeyHistory,
  oneKey,
  readKeyHistory,
} from "./key-history.ts";
import { keyStatementPath } from "./layout.ts";
import type { NoteVerifier } from "./note.ts";
import type { LogFault, LogFiles } from "./report.ts";

/** The statements of a log, in order, up to the first number that is missing. */
export async function readStatements(files: LogFiles): Promise<readonly Uint8Array[]> {
  const statements: Uint8Array[] = [];
  while (statements.length < KEY_STATEMENTS_MAX) {
    const bytes = await files.read(keyStatementPath(statements.length + 1));
    if (bytes === undefined) break;
    statements.push(bytes);
  }
  return statements;
}

/** The keys of the log by its statements. Where one does not hold, that is reported, and those before it count. */
export async function readStoredKeys(
  files: LogFiles,
  trusted: NoteVerifier,
  report: (fault: LogFault) => void,
): Promise<KeyHistory> {
  const statements = await readStatements(files);
  let reading: HistoryReading = readKeyHistory(trusted, statements);
  if (reading.kind === "fault") {
    report({ kind: "key-statement", path: keyStatementPath(reading.statement), why: reading.why });
    reading = readKeyHistory(trusted, statements.slice(0, reading.statement - 1));
  }
  return reading.kind === "history" ? reading.history : oneKey(trusted);
}
