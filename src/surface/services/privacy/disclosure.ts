// The event of an export of a person, written as hooks write: with or without a daemon that has the log.
import { monotonicMs } from "#platform/monotonic.ts";
import { disclosureEvent } from "#record/event/privacy-events.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import { productVersion } from "../../foundation/product/product.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** Records it; resolves when it is durable. */
export async function recordDisclosure(
  { keys: place, spool }: Directories,
  counts: { readonly events: number; readonly places: number },
): Promise<void> {
  const clock = { nowMs: () => Date.now(), monotonicMs };
  const keys = await readEventKeys(place);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock, product: productVersion(), random });
  const event = disclosureEvent(encoder.stamp("cli"), counts);
  await openSpool(spool, () => clock.nowMs()).append([encoder.encode(event)], { durable: true });
}
