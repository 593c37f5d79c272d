// The clock of the demo's month: it goes on by itself as time passes, and is moved on between calls. Wall and monotonic time go together.
import type { Clock } from "#base/clock.ts";
import { monotonicMs } from "#platform/monotonic.ts";

export type DemoClock = Clock & {
  /** Moves on to this moment; never back. */
  moveTo(timeMs: number): void;
  pass(ms: number): void;
};

/** A clock that says `startMs` now. */
export function createDemoClock(startMs: number): DemoClock {
  const begun = monotonicMs();
  let skippedMs = 0;
  const passedMs = () => monotonicMs() - begun + skippedMs;
  const nowMs = () => Math.floor(startMs + passedMs());
  return {
    nowMs,
    monotonicMs: () => begun + passedMs(),
    moveTo(timeMs) {
      skippedMs += Math.max(0, timeMs - nowMs());
    },
    pass(ms) {
      skippedMs += Math.max(0, ms);
    },
  };
}
