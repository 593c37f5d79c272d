// The record of what was archived: an event of the log, through the spool, for the log itself has one writer.
import { archiveEvent } from "#record/event/retention-events.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { createRandomPool } from "#record/store/random-pool.ts";
import { openSpool } from "#record/store/spool.ts";
import { productVersion } from "../daemon/product.ts";
import type { Directories } from "../directories.ts";

/** Puts on record what became of an archive; durable when it resolves. */
export async function recordArchive(
  { keys: place, spool }: Directories,
  input: Parameters<typeof archiveEvent>[1],
): Promise<void> {
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const keys = await readEventKeys(place);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock, product: productVersion(), random });
  const event = archiveEvent(encoder.stamp("cli"), input);
  await openSpool(spool, () => clock.nowMs()).append([encoder.encode(event)], { durable: true });
}
