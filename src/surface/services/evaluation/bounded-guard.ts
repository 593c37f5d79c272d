// The guard of a process that judges one call at a time, with an end even to an evaluation that never yields.
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { WAITS } from "#base/waits.ts";
import { evaluate } from "#guard/guard.ts";
import type { Guard } from "../facts/judge.ts";
import { withinSync } from "../../foundation/process/sync-limit.ts";

/**
 * The guard; when `guardMs` of evaluation are over, all rounds of the call together, it throws a Failure `late`. Counted steps end long
 * before.
 */
export function boundedGuard(clock: Clock, guardMs: number = WAITS.judgeMs): Guard {
  let leftMs = guardMs;
  const bounded = <Value>(work: () => Value): Value => {
    const result = withinSync(leftMs, () => {
      const startedMs = clock.monotonicMs();
      const value = work();
      leftMs -= clock.monotonicMs() - startedMs;
      return value;
    });
    if (result.kind === "done") return result.value;
    throw new Failure("late", "judging this call came to no end");
  };
  return { evaluate, bounded };
}
