// A log in a fresh temporary directory, and the events that tests write to it.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { daemonEvent } from "#record/event/guard-events.ts";
import type { LogReport } from "#record/log/report.ts";
import { verifyLog } from "#record/log/verification/verify.ts";
import { hashLeaf } from "#record/log/tree.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { startJournal } from "#record/store/files/journal.ts";
import { readEventKeys, readVerifier } from "#record/store/keys.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

/** Runs `use` with directories that are gone afterwards. */
export async function withLogDirectories(
  use: (options: LogOptions, root: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "sallyport-log-"));
  try {
    await use(
      {
        log: join(root, "log"),
        keys: join(root, "keys"),
        clock: systemClock,
        productVersion: "0.1.0",
      },
      root,
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Opens a log, and closes it when `use` has ended. */
export async function withLog<Result>(
  options: LogOptions,
  use: (log: Log) => Promise<Result>,
): Promise<Result> {
  const log = await openLog(options);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** Appends `count` durable events, all at once. */
export async function appendMany(
  log: Log,
  count: number,
): Promise<readonly (number | undefined)[]> {
  return Promise.all(
    Array.from({ length: count }, () =>
      log.append(daemonEvent(log.stamp("daemon"), "start"), { durable: true }),
    ),
  );
}

/**
 * Leaves events in the journal of a closed log, each as `change` makes it, as a writer does that dies before it publishes them.
 */
export async function leaveInJournal(
  options: LogOptions,
  events: (stamp: () => EventStamp) => readonly AuditEvent[],
  change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Promise<void> {
  const keys = await readEventKeys(options.keys);
  const { clock, productVersion: product } = options;
  const encoder = createEventEncoder({
    keys,
    clock,
    product,
    random: (count) => randomBytes(count),
  });
  const entries = events(() => encoder.stamp("hook")).map((event) => {
    const bytes = change(encoder.encode(event));
    return { bytes, hash: hashLeaf(bytes) };
  });
  const size = (await verifyDirectory(options)).checkpoint?.size ?? 0;
  const journal = await startJournal(join(options.log, "journal"), size);
  await journal.append(entries);
  await journal.close();
}

/** Verifies the log in `options.log` with the key in its key store. */
export async function verifyDirectory(
  options: LogOptions,
  trusted?: Uint8Array,
): Promise<LogReport> {
  const verifier = await readVerifier(options.keys);
  if (verifier === undefined) throw new Error("no verifier key");
  return verifyLog(
    openLogFiles(options.log),
    trusted === undefined ? { verifier } : { verifier, trusted },
  );
}
