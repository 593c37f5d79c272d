// What was done in the dashboard, on record: written as commands write, with or without a daemon that has the log.
import type { Clock } from "#base/clock.ts";
import { dashboardEvent } from "#record/event/dashboard-events.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { productVersion } from "../foundation/product/product.ts";
import type { DashboardNote } from "./access/dashboard-note.ts";

/** Records it; resolves when it is durable. */
export async function recordNote(
  { keys: place, spool }: Directories,
  clock: Clock,
  note: DashboardNote,
): Promise<void> {
  const keys = await readEventKeys(place);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock, product: productVersion(), random });
  const event = dashboardEvent(encoder.stamp("cli"), note);
  await openSpool(spool, () => clock.nowMs()).append([encoder.encode(event)], { durable: true });
}
