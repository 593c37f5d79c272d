// The record of what was archived and removed: an event of the log, through the spool, for the log itself has one writer.
import { monotonicMs } from "#platform/monotonic.ts";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { archiveEvent, retentionEvent } from "#record/event/retention-events.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import { productVersion } from "../../foundation/product/product.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** Puts on record what became of an archive; durable when it resolves. */
export function recordArchive(
  directories: Directories,
  input: Parameters<typeof archiveEvent>[1],
): Promise<void> {
  return record(directories, (stamp) => archiveEvent(stamp, input));
}

/** Puts on record what a person ordered about retention, or what it did; durable when it resolves. */
export function recordRetention(
  directories: Directories,
  input: Parameters<typeof retentionEvent>[1],
): Promise<void> {
  return record(directories, (stamp) => retentionEvent(stamp, input));
}

async function record(
  { keys: place, spool }: Directories,
  make: (stamp: EventStamp) => AuditEvent,
): Promise<void> {
  const clock = { nowMs: () => Date.now(), monotonicMs };
  const keys = await readEventKeys(place);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock, product: productVersion(), random });
  const event = make(encoder.stamp("cli"));
  await openSpool(spool, () => clock.nowMs()).append([encoder.encode(event)], { durable: true });
}
