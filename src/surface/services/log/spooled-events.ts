// Before a log is read: what command hooks wrote meanwhile is taken into it, by the daemon or else here.
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { openLog } from "#record/store/log-writer.ts";
import { createSpoolSequencer, hasSpooled } from "#record/store/spool/spool-sequencer.ts";
import { productVersion } from "../../foundation/product/product.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** The daemon takes what it finds each second. */
const DAEMON_MS_MAX = 3_000;
const LOOK_MS = 100;

/**
 * Takes the events of command hooks into the log, or waits a moment until the process that writes the log has done so.
 * Throws a Failure when the log cannot be written.
 */
export async function takeSpooled({ spool, log: logDirectory, keys }: Directories): Promise<void> {
  if (!(await hasSpooled(spool))) return;
  const clock = { nowMs: () => Date.now(), monotonicMs };
  const options = { log: logDirectory, keys, clock, productVersion: productVersion() };
  const endsAt = clock.monotonicMs() + DAEMON_MS_MAX;
  const log = await openLog(options).catch((cause: unknown) => {
    if (cause instanceof Failure && cause.code === "log-in-use") return undefined;
    throw cause;
  });
  if (log === undefined) {
    while ((await hasSpooled(spool)) && clock.monotonicMs() < endsAt) await sleep(LOOK_MS);
    return;
  }
  try {
    const sequencer = createSpoolSequencer({ spool, log, logDirectory });
    while ((await sequencer.pass()).files > 0);
  } finally {
    await log.close();
  }
}
