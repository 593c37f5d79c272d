// Judging for many sessions in one thread: what is light is judged at once, what is heavy by a thread of its own (decision 0027).
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { HeavyCall } from "#guard/effects/model/heavy-call.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Json, ToolInput } from "#guard/toolcall/tool-call.ts";
import { boundedGuard, watchTogether } from "../evaluation/bounded-guard.ts";
import { answersFor, type Guard, judgeCall, type JudgeInput } from "../facts/judge.ts";
import type { HeavyWork } from "./heavy-work.ts";

/** Steps of one call, all rounds and safer forms together, for which everybody waits. Of a thousand ordinary calls one takes more. */
const LIGHT_STEPS = 512;
/** Characters of a command, and of any other text, that are gone through while everybody waits: some milliseconds. */
const LIGHT_COMMAND_CHARS = 4 * 1024;
export const LIGHT_TEXT_CHARS = 32 * 1024;
/**
 * Milliseconds after which a call is heavy whatever it counts: for what no step counts. WHY so many: on a busy machine a light
 * one is now and then held up for a hundred.
 */
const LIGHT_MS_MAX = 250;

/** Builds what judges for the daemon. */
export function createFairJudging(
  work: Pick<HeavyWork, "do">,
  clock: Clock,
): (input: JudgeInput) => Promise<Decision> {
  const watch = watchTogether();
  return async (input) => {
    if (isShort(input.call.input)) {
      try {
        const guard = lightGuard(boundedGuard(clock, LIGHT_MS_MAX, watch));
        return await judgeCall({ ...input, guard });
      } catch (cause) {
        const isHeavy = cause instanceof HeavyCall;
        if (!isHeavy && !(cause instanceof Failure && cause.code === "late")) throw cause;
      }
    }
    const {
      call,
      session,
      shell,
      environment,
      writtenPaths,
      holds,
      exceptions: lifts,
      policy,
    } = input;
    const { remembered, ownRule, approved, mcp } = input;
    return work.do({
      ...{ session: session.sessionId, kind: "judge", policy, answer: answersFor(input) },
      given: {
        ...{ call, session, shell, environment, policy: policy.digest },
        ...(writtenPaths === undefined ? {} : { writtenPaths }),
        ...(holds === undefined ? {} : { holds }),
        ...(mcp === undefined ? {} : { mcp }),
        ...(lifts === undefined ? {} : { exceptions: lifts }),
        ...(remembered === undefined ? {} : { remembered }),
        ...(ownRule === undefined ? {} : { ownRule }),
        ...(approved === undefined ? {} : { approved }),
      },
    });
  };
}

/** A guard that gives one call so many steps, however often it is asked. */
export function lightGuard(guard: Guard, stepsGiven: number = LIGHT_STEPS): Guard {
  let left = stepsGiven;
  return {
    evaluate: (call, policy, facts) => {
      const evaluation = guard.evaluate(call, policy, { ...facts, stepsGiven: left });
      left -= evaluation.decision.steps;
      return evaluation;
    },
    bounded: guard.bounded,
  };
}

function isShort(input: ToolInput): boolean {
  const most = input.kind === "bash" ? LIGHT_COMMAND_CHARS : LIGHT_TEXT_CHARS;
  return charsWithin(input, most) >= 0;
}

/** Whether the texts of a value have at most as many characters as are looked at while everybody waits. */
export function isLightText(value: unknown): boolean {
  return charsWithin(value, LIGHT_TEXT_CHARS) >= 0;
}

/** What is left of `most` characters after the texts of a value; negative when there were more. A value costs one character itself. */
function charsWithin(value: unknown, most: number): number {
  if (typeof value === "string") return most - value.length;
  if (typeof value !== "object" || value === null) return most - 1;
  let left = most - 1;
  for (const [key, item] of Object.entries(value as Readonly<Record<string, Json>>)) {
    left = charsWithin(item, left - key.length);
    if (left < 0) return left;
  }
  return left;
}
