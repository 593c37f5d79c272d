// The guard under a limit of time that holds even if it never yields.
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { evaluate } from "#guard/guard.ts";
import type { Guard } from "../facts/judge.ts";
import { type Limited, withinSync } from "../../foundation/process/sync-limit.ts";

/** Milliseconds of evaluation for one call, all rounds together. Real ones take a few. */
const GUARD_MS_MAX = 3_000;

/** Runs work under a limit of time. Its errors pass. */
type Watch = <Value>(limitMs: number, work: () => Value) => Promise<Limited<Value>>;

const watchAlone: Watch = async (limitMs, work) => withinSync(limitMs, work);

/** The guard; when its time is over it throws a Failure `late`, and the call is refused. */
export function boundedGuard(
  clock: Clock,
  guardMs: number = GUARD_MS_MAX,
  watch: Watch = watchAlone,
): Guard {
  let leftMs = guardMs;
  const bounded = async <Value>(work: () => Value): Promise<Value> => {
    const result = await watch(leftMs, () => {
      const startedMs = clock.monotonicMs();
      const value = work();
      leftMs -= clock.monotonicMs() - startedMs;
      return value;
    });
    if (result.kind === "done") return result.value;
    throw new Failure("late", "judging this call took too long");
  };
  return { evaluate, bounded };
}

type Waiting = { readonly limitMs: number; run(): void; late(): void };

/**
 * One watch over what is to be done in the same turn, for who can do it elsewhere when it is late: the time is shared.
 * WHY: the engine starts a thread for each watch and waits for its end, on a busy machine longer than for the work.
 */
export function watchTogether(): Watch {
  let waiting: readonly Waiting[] = [];
  const runAll = (): void => {
    const batch = waiting;
    waiting = [];
    let begun = 0;
    const all = withinSync(Math.max(...batch.map(({ limitMs }) => limitMs)), () => {
      for (const one of batch) {
        begun += 1;
        one.run();
      }
    });
    if (all.kind === "done") return;
    batch[begun - 1]?.late();
    waiting = batch.slice(begun);
    // WHY not at once: whoever else waits has a turn between two times that were used up.
    if (waiting.length > 0) setImmediate(runAll);
  };
  return (limitMs, work) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(runAll);
      const run = () => {
        try {
          resolve({ kind: "done", value: work() });
        } catch (cause) {
          reject(cause);
        }
      };
      waiting = [...waiting, { limitMs, run, late: () => resolve({ kind: "late" }) }];
    });
}
