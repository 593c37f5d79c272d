// What is done to a log as a whole while nobody writes it, each on record in the log itself: keys changed, entries removed.
import type { AuditEvent } from "../event/event.ts";
import { logKeyEvent, prunedEvent } from "../event/guard-events.ts";
import { changeKey, type KeyChange } from "./key-rotation.ts";
import { openLog } from "./log-writer.ts";
import type { Log, LogOptions } from "./writing-log.ts";
import { pruneEntries, type Pruning } from "./pruning.ts";

/** Introduces a new signing key, or retires the old one. Failures: `log-in-use` while a daemon runs, `usage`. */
export async function rotateKey(options: LogOptions, what: KeyChange["what"]): Promise<KeyChange> {
  await settle(options);
  const change = await changeKey(options, what);
  await record(options, (log) => logKeyEvent(log.stamp("cli"), change));
  return change;
}

/** Removes the entries below `index`, in whole bundles of 256; see `pruneEntries`. */
export async function pruneLog(options: LogOptions, index: number): Promise<Pruning> {
  await settle(options);
  const pruning = await pruneEntries(options, index, options.clock.nowMs());
  await record(options, (log) => prunedEvent(log.stamp("cli"), pruning));
  return pruning;
}

/** Publishes what a stop left in the journal. */
async function settle(options: LogOptions): Promise<void> {
  await (await openLog(options)).close();
}

async function record(options: LogOptions, make: (log: Log) => AuditEvent): Promise<void> {
  const log = await openLog(options);
  try {
    await log.append(make(log), { durable: true });
  } finally {
    await log.close();
  }
}
