// The client numbers its events from 0 in each process: which ones came twice, and which never came.

import { dropOldest } from "#base/drop-oldest.ts";

/** Sessions whose numbers are remembered; the ones that spoke longest ago are forgotten first. */
const SESSIONS_MAX = 1_024;
/** Numbers of one session that may be ahead of the lowest missing one. */
const AHEAD_MAX = 4_096;
/** Milliseconds that a missing number may still come; an export that failed is sent again within seconds. */
export const GAP_GRACE_MS = 30_000;
/** Sessions that began before the daemon did were told to another one. */
const START_GRACE_MS = 60_000;

/** Numbers that never came: `count` of them from `first` on. */
export type SequenceGap = {
  readonly session: string;
  readonly first: number;
  readonly count: number;
};

export type SequenceBook = {
  /** Notes a number; false when this event came before. `timeMs` is the client's time of the event. */
  take(session: string, sequence: number, timeMs: number): boolean;
  /** Takes a note back: the event could not be recorded, and will be sent again. */
  giveBack(session: string, sequence: number): void;
  /** What has been missing for too long; each gap is told once. */
  gaps(nowMs: number): readonly SequenceGap[];
};

/** One process of the client: every number below `low` came or was told to be missing. */
type Run = {
  low: number;
  readonly ahead: Set<number>;
  newestMs: number;
  /** Since when `low` is missing although later ones came. */
  waitingSinceMs: number | undefined;
};

/** An empty book; `startedMs` is when the daemon began, `nowMs` the wall clock. */
export function createSequenceBook(startedMs: number, nowMs: () => number): SequenceBook {
  const runs = new Map<string, Run>();
  const told: SequenceGap[] = [];
  const settle = (run: Run): void => {
    while (run.ahead.delete(run.low)) run.low++;
    if (run.ahead.size === 0) run.waitingSinceMs = undefined;
    else run.waitingSinceMs ??= nowMs();
  };
  /** Goes to the next number that came, and tells what is missing before it. */
  const leap = (session: string, run: Run): void => {
    const next = Math.min(...run.ahead);
    told.push({ session, first: run.low, count: next - run.low });
    run.low = next;
    run.waitingSinceMs = undefined;
    settle(run);
  };
  const begin = (low: number, timeMs: number): Run => ({
    low,
    ahead: new Set(),
    newestMs: timeMs,
    waitingSinceMs: undefined,
  });
  /** The run that a number belongs to; undefined when it came before. */
  const runOf = (session: string, sequence: number, timeMs: number): Run | undefined => {
    const run = runs.get(session);
    if (run === undefined) return begin(timeMs < startedMs + START_GRACE_MS ? sequence : 0, timeMs);
    if (sequence >= run.low && !run.ahead.has(sequence)) return run;
    // A number that was there, at a later time: another process goes on with the session.
    if (timeMs <= run.newestMs) return undefined;
    while (run.ahead.size > 0) leap(session, run);
    return begin(0, timeMs);
  };
  return {
    take(session, sequence, timeMs) {
      const run = runOf(session, sequence, timeMs);
      if (run === undefined) return false;
      runs.delete(session);
      runs.set(session, run);
      dropOldest(runs, SESSIONS_MAX);
      run.ahead.add(sequence);
      run.newestMs = Math.max(run.newestMs, timeMs);
      settle(run);
      if (run.ahead.size > AHEAD_MAX) leap(session, run);
      return true;
    },
    giveBack(session, sequence) {
      const run = runs.get(session);
      if (run === undefined) return;
      if (run.ahead.delete(sequence)) return settle(run);
      if (sequence >= run.low || run.low - sequence > AHEAD_MAX) return;
      // What stands between them came: it waits above the one that is to come again.
      for (let above = sequence + 1; above < run.low; above++) run.ahead.add(above);
      run.low = sequence;
      settle(run);
    },
    gaps(now) {
      for (const [session, run] of runs) {
        while (run.waitingSinceMs !== undefined && now - run.waitingSinceMs >= GAP_GRACE_MS) {
          leap(session, run);
          if (run.waitingSinceMs !== undefined) break;
        }
      }
      return told.splice(0);
    },
  };
}
