// The guard under a limit of time that holds even if it never yields.
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { evaluate } from "#guard/guard.ts";
import type { Guard } from "../facts/judge.ts";
import { withinSync } from "../../foundation/process/sync-limit.ts";

/** Milliseconds of evaluation for one call, all rounds together. Real ones take a few. */
const GUARD_MS_MAX = 3_000;

/** The guard; when its time is over it throws a Failure `late`, and the call is refused. */
export function boundedGuard(clock: Clock, guardMs: number = GUARD_MS_MAX): Guard {
  let leftMs = guardMs;
  const bounded = <Value>(work: () => Value): Value => {
    const startedMs = clock.monotonicMs();
    const result = withinSync(leftMs, work);
    leftMs -= clock.monotonicMs() - startedMs;
    if (result.kind === "done") return result.value;
    throw new Failure("late", "judging this call took too long");
  };
  return { evaluate, bounded };
}
