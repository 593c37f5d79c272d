// Waiting in tests for what comes about: a condition that is asked again within a bound, an attempt made again, a reading at rest.
import { setTimeout as pause } from "node:timers/promises";

/** How long is waited for something, and how long between two looks. */
export type Patience = { readonly withinMs?: number; readonly everyMs?: number };

/** Resolves once it is so. Throws past the bound and names `what` did not come about. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { withinMs = 90_000, everyMs = 20 }: Patience = {},
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    // TIME: the pace of a poll, which ends as soon as it is so.
    await pause(everyMs);
  }
}

/** What the first attempt gives that does not throw. Throws what the last one threw past the bound. */
export async function succeeding<Result>(
  attempt: () => Result | Promise<Result>,
  { withinMs = 90_000, everyMs = 20 }: Patience = {},
): Promise<Result> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if (performance.now() > endMs) throw cause;
    }
    // TIME: the pace of the attempts, which end with the first that succeeds.
    await pause(everyMs);
  }
}

/** What is read once a reading gives as much as the one before it: for records whose last entry nobody announces. */
export async function atRest<One>(
  read: () => readonly One[],
  quietMs: number,
): Promise<readonly One[]> {
  for (let before = read(); ; ) {
    // TIME: that nothing more comes has no signal but that nothing came for a while.
    await pause(quietMs);
    const now = read();
    if (now.length === before.length) return now;
    before = now;
  }
}
