// Events that commands put on record: sealed with the keys of the log and left in the spool, for the log itself has one writer.
import type { Clock } from "#base/clock.ts";
import { assert } from "#base/failure.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { isSpoolable } from "#record/event/submitters.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import type { Directories } from "../files/directories.ts";
import { productVersion } from "../product/product.ts";

/** Puts events on record, with or without a daemon that has the log. */
export type SpoolRecorder = {
  /** Identity, time and keyed digests for a new event. */
  stamp(): EventStamp;
  /** Resolves when they are durable. */
  append(events: readonly AuditEvent[]): Promise<void>;
};

const CLOCK: Clock = { nowMs: () => Date.now(), monotonicMs };

/** Opens it. Rejects where the keys of the log cannot be read. */
export async function openSpoolRecorder(
  { keys: place, spool }: Pick<Directories, "keys" | "spool">,
  { clock = CLOCK }: { readonly clock?: Clock } = {},
): Promise<SpoolRecorder> {
  const keys = await readEventKeys(place);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock, product: productVersion(), random });
  const written = openSpool(spool, () => clock.nowMs());
  return {
    stamp: () => encoder.stamp("cli"),
    async append(events) {
      for (const { metadata } of events)
        assert(isSpoolable(metadata), `the log takes no ${metadata.kind} from the spool`);
      await written.append(events.map(encoder.encode), { durable: true });
    },
  };
}
