// Judging for many sessions in one thread: what is light is judged at once, what is heavy by a thread of its own (decision 0027).
import { HeavyCall } from "#guard/effects/model/heavy-call.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Json, ToolInput } from "#guard/toolcall/tool-call.ts";
import type { FactAnswer } from "#guard/facts/facts.ts";
import { answersFor, type Guard, judgeCall, type JudgeInput, UNBOUNDED } from "../facts/judge.ts";
import type { HeavyWork } from "./heavy-work.ts";

/** Steps of one call, all rounds and safer forms together, for which everybody waits. Of a thousand ordinary calls one takes more. */
const LIGHT_STEPS = 512;
/** Characters of a command, and of any other text, that are gone through while everybody waits: some milliseconds. */
const LIGHT_COMMAND_CHARS = 4 * 1024;
export const LIGHT_TEXT_CHARS = 32 * 1024;
/**
 * Builds what judges for the daemon. WHY no clock for what is light: steps and characters bound it, for no expression of ours takes more
 * than the square of a text (test/expressions.test.ts), and a limit of time would cost each call a thread of the engine's.
 */
export function createFairJudging(
  work: Pick<HeavyWork, "do">,
): (input: JudgeInput) => Promise<Decision> {
  return async (input) => {
    if (isShort(input.call.input)) {
      try {
        return await judgeCall({ ...input, guard: lightGuard(UNBOUNDED) });
      } catch (cause) {
        if (!(cause instanceof HeavyCall)) throw cause;
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
      session: session.sessionId,
      kind: "judge",
      policy,
      answer: answersFor(input),
      given: {
        call,
        session,
        shell,
        environment,
        policy: policy.digest,
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

/** A guard that gives one call so many steps, however often it is asked, and goes through answers while they are short. */
export function lightGuard(guard: Guard, stepsGiven: number = LIGHT_STEPS): Guard {
  let left = stepsGiven;
  return {
    evaluate: (call, policy, facts) => {
      if (charsWithAnswers(facts.answers) > LIGHT_TEXT_CHARS) throw new HeavyCall();
      const evaluation = guard.evaluate(call, policy, { ...facts, stepsGiven: left });
      left -= evaluation.decision.steps;
      return evaluation;
    },
    bounded: guard.bounded,
  };
}

/** Characters of files, and of names in directories, that an evaluation goes through. */
function charsWithAnswers(answers: ReadonlyMap<string, FactAnswer>): number {
  let chars = 0;
  for (const answer of answers.values()) {
    if (answer.kind === "text") chars += answer.text?.length ?? 0;
    if (answer.kind === "glob" || answer.kind === "find")
      for (const path of answer.paths) chars += path.length;
  }
  return chars;
}

/** Whether the texts of a call are short enough to be gone through without a limit of time. */
export function isShort(input: ToolInput): boolean {
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
