// Verifying a log directory: the verifier over its files, and its size against the last head that the key store signed.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readCheckpoint } from "../log/checkpoint.ts";
import type { NoteVerifier } from "../log/note.ts";
import type { LogReport } from "../log/report.ts";
import { hashLeaf } from "../log/tree.ts";
import { verifyLog } from "../log/verify.ts";
import { readJournal } from "./journal.ts";
import { readHead } from "./keys.ts";
import { openLogFiles } from "./log-reader.ts";

/** Longer than a writer takes from signing a head to publishing it. */
const PUBLICATION_MS = 1_500;

export type CheckOptions = {
  readonly log: string;
  /** The key store, when it is here: its last signed head must not be ahead of the log. */
  readonly keys: string | undefined;
  readonly verifier: NoteVerifier;
  readonly trusted: Uint8Array | undefined;
};

/** Verifies the log in a directory, with or without its writer running. */
export async function checkLog(options: CheckOptions): Promise<LogReport> {
  const { verifier, trusted } = options;
  const verify = (): Promise<LogReport> =>
    verifyLog(
      openLogFiles(options.log),
      trusted === undefined ? { verifier } : { verifier, trusted },
    );
  const report = await verify();
  const ahead = await headAhead(options, report);
  if (ahead === undefined) return report;
  // A writer that lives signs first and publishes a moment later.
  await sleep(PUBLICATION_MS);
  const again = await verify();
  const still = await headAhead(options, again);
  if (still === undefined) return again;
  const fault = {
    kind: "rollback",
    size: again.checkpoint?.size ?? 0,
    trustedSize: still,
  } as const;
  return { ...again, faults: [...again.faults, fault] };
}

/** The size of the head that the key store signed, when log and journal together do not reach it. */
async function headAhead(
  { log, keys, verifier }: CheckOptions,
  report: LogReport,
): Promise<number | undefined> {
  const bytes = keys === undefined ? undefined : await readHead(keys);
  const head = bytes === undefined ? undefined : readCheckpoint(bytes, verifier);
  if (head?.kind !== "signed" || report.checkpoint === undefined) return undefined;
  const published = report.checkpoint.size;
  if (head.body.size <= published) return undefined;
  const waiting = await readJournal(join(log, "journal"), published, hashLeaf);
  return published + waiting.entries.length >= head.body.size ? undefined : head.body.size;
}

/**
 * Waits, as long as a living writer needs, until what is on disk is published too. Gives the number of events that still
 * wait: without a writer they stay in the journal until one starts.
 */
export async function awaitPublication(log: string): Promise<number> {
  const endsAt = performance.now() + PUBLICATION_MS;
  for (;;) {
    const checkpoint = await openLogFiles(log).read("checkpoint");
    // Only a hint for waiting: who relies on the size verifies the signature.
    const size = Number(
      /^[^\n]*\n(\d{1,15})\n/.exec(Buffer.from(checkpoint ?? []).toString())?.[1] ?? 0,
    );
    const { entries } = await readJournal(join(log, "journal"), size, hashLeaf);
    if (entries.length === 0 || performance.now() > endsAt) return entries.length;
    await sleep(50);
  }
}
