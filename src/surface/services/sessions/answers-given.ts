// How calls of one session were answered, from their first refusal on: a refused call that has a result ran past the guard.
import { type AnsweredCall, ANSWERS_MAX, type SessionRecord } from "./session-record.ts";

/** Whether an answer keeps a call from running. */
export type AnswerWord = AnsweredCall[2];

/** Answers of one session. `input` is `digestOf` what a call was given. */
export type Answers = {
  /**
   * Notes how a call was answered. WHY by input: beside code in the client that rewrites calls, one call is judged twice
   * under one id, as it was and as it became.
   */
  note(callId: string, input: string, answer: AnswerWord): void;
  /**
   * Whether a call that ran with this input had been refused: by the last answer for this input, else by the last one
   * of all. False for a call that never was.
   */
  refused(callId: string, input: string): boolean;
  /** Whether the call was refused once. */
  has(callId: string): boolean;
};

/** The answers that an earlier process left, or none; `tell` hears of what is new, `sum` has all. */
export function createAnswers(
  stored: readonly AnsweredCall[] = [],
  tell: (record: SessionRecord) => void = () => undefined,
): Answers & { sum(): SessionRecord } {
  const answers: AnsweredCall[] = [...stored];
  const of = (callId: string) => answers.filter(([id]) => id === callId);
  return {
    note(callId, input, answer) {
      // What was never refused needs no memory.
      if (callId === "" || (answer === "free" && of(callId).length === 0)) return;
      const next: AnsweredCall = [callId, input, answer];
      answers.push(next);
      if (answers.length > ANSWERS_MAX) answers.shift();
      tell({ given: [next] });
    },
    refused(callId, input) {
      const known = of(callId);
      const last = known.findLast((one) => one[1] === input) ?? known.at(-1);
      return last?.[2] === "refused";
    },
    has: (callId) => of(callId).length > 0,
    sum: () => ({ given: [...answers] }),
  };
}
