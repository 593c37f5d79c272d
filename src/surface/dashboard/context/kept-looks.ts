// Answers that take as long as the log: made behind the page, kept, and made anew when they are old.
import { setTimeout as sleep } from "node:timers/promises";
import type { DashboardParts } from "./parts.ts";

/** An answer that was made. `value` is undefined while the first one is made. */
export type Look<Value> = {
  readonly value: Value | undefined;
  readonly atMs: number | undefined;
  readonly isUnderWay: boolean;
};

export type KeptLooks<Value> = {
  /**
   * The last answer of a key. One that is missing or old is made meanwhile, one key after the other, and `done` hears when it is there.
   * What is made at once is waited for. Rejects with what the last try ended with, once.
   */
  look(key: string, make: () => Promise<Value>, done: () => void): Promise<Look<Value>>;
};

const WAIT_MS = 200;
const OLD_MS = 10 * 60_000;
const KEPT_MAX = 32;

type Kept<Value> = {
  value?: Value;
  atMs?: number;
  failure?: unknown;
  making?: Promise<void> | undefined;
};

/** Looks for each dashboard, made when they are first asked for. */
export function looksByDashboard<Value>(
  oldMs = OLD_MS,
): (parts: Pick<DashboardParts, "live" | "clock">) => KeptLooks<Value> {
  const known = new WeakMap<DashboardParts["live"], KeptLooks<Value>>();
  return ({ live, clock }) => {
    const looks = known.get(live) ?? createKeptLooks<Value>(() => clock.nowMs(), oldMs);
    known.set(live, looks);
    return looks;
  };
}

/** Keeps answers; after `oldMs` one is made anew. */
function createKeptLooks<Value>(nowMs: () => number, oldMs: number): KeptLooks<Value> {
  const kept = new Map<string, Kept<Value>>();
  let last: Promise<unknown> = Promise.resolve();
  const keyed = (key: string): Kept<Value> => {
    const known = kept.get(key) ?? {};
    kept.delete(key);
    kept.set(key, known);
    for (const [oldest, { making }] of kept) {
      if (kept.size <= KEPT_MAX) break;
      if (making === undefined) kept.delete(oldest);
    }
    return known;
  };
  return {
    async look(key, make, done) {
      const one = keyed(key);
      const isOld = one.atMs === undefined || nowMs() - one.atMs >= oldMs;
      if (isOld && one.making === undefined && one.failure === undefined) {
        const making = last
          .then(make)
          .then(
            (value) => Object.assign(one, { value, atMs: nowMs() }),
            (failure: unknown) => Object.assign(one, { failure }),
          )
          .then(() => {
            one.making = undefined;
            done();
          });
        one.making = making;
        last = making;
      }
      if (one.making !== undefined) await Promise.race([one.making, sleep(WAIT_MS)]);
      if (one.failure !== undefined) {
        const { failure } = one;
        delete one.failure;
        throw failure;
      }
      return { value: one.value, atMs: one.atMs, isUnderWay: one.making !== undefined };
    },
  };
}
