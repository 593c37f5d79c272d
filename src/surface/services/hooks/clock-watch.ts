// Wall time beside time that only goes forward: a clock that was set, or a machine that slept, shows as a jump.
import type { Clock } from "#base/clock.ts";

/** Milliseconds by which the two may drift apart unnoticed between two looks. */
const JUMP_MS_MIN = 2_000;

/** The wall clock's jump since the last look in milliseconds, negative when it went back; undefined when there was none. */
export type ClockWatch = () => number | undefined;

/** Watches from now on. */
export function createClockWatch(clock: Clock): ClockWatch {
  const offset = () => clock.nowMs() - clock.monotonicMs();
  let known = offset();
  return () => {
    const jumpMs = offset() - known;
    if (Math.abs(jumpMs) < JUMP_MS_MIN) return undefined;
    known += jumpMs;
    return jumpMs;
  };
}
