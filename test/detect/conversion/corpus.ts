// Events of many sessions at once, made anew for a seed: everything that trips a detection, ordinary work between, handed in out of order.
import { canonicalJson } from "#record/log/canonical.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { FIRING } from "../examples/firing.ts";
import { openMaker } from "../examples/maker.ts";
import type { Event } from "./told.ts";

/** Milliseconds that an event may come late; below what the stream puts into order. */
const LATE_MS = 400_000;

/** Sorted by when they arrive. Some times are the same, so that the order of the log decides. */
export function mixedEvents(seeds: readonly number[]): readonly Event[] {
  const random = openMaker(seeds[0] ?? 0).random;
  const events = seeds.flatMap((seed) =>
    Object.values(FIRING).flatMap(({ make }, at) => {
      const maker = openMaker(seed * 1_000 + at);
      make(maker);
      const shiftMs = Math.round(random() * 40) * 60_000;
      return maker.made.map(({ timeMs, event }) => ({
        timeMs: timeMs + shiftMs,
        metadata: JSON.parse(canonicalJson(event.metadata)) as JsonObject,
      }));
    }),
  );
  return events
    .map((event) => ({ event, arrivesMs: event.timeMs + Math.round(random() * LATE_MS) }))
    .toSorted((one, other) => one.arrivesMs - other.arrivesMs)
    .map(({ event }) => event);
}
