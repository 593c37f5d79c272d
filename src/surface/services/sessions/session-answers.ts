// What a person was asked in one session and said yes to: kept with the session, and gone with it.
import * as v from "valibot";
import type { Decision } from "#guard/policy/decision.ts";
import { answerId, canLast, type RememberedAnswers } from "#guard/policy/remembered/answers.ts";

/** Answers and questions that one session keeps; the oldest are forgotten first, and asked about again. */
const APPROVED_MAX = 200;
const QUESTIONS_MAX = 32;
/** Answers to one question: as many effects of a call as people were told of, and more. */
const ANSWERS_MAX = 32;
const WORDS_CHARS_MAX = 300;

const text = v.pipe(v.string(), v.maxLength(4_096));
/** What a lasting yes covers, where that is more than the question. */
const lastingSchema = v.strictObject({ key: text, what: text });
const answerSchema = v.strictObject({
  rule: text,
  key: text,
  what: text,
  lasting: v.optional(lastingSchema),
});
/** An answer as the session's file has it; wall time. */
export const approvedSchema = v.strictObject({ ...answerSchema.entries, atMs: v.number() });
/** A question of ours. `isLasting`: a person's terminal may make a yes to all of it last. */
export const questionSchema = v.strictObject({
  call: text,
  atMs: v.number(),
  answers: v.array(answerSchema),
  isLasting: v.boolean(),
  state: v.picklist(["open", "approved", "settled"]),
});
export type Approved = Readonly<v.InferOutput<typeof approvedSchema>>;
export type StoredQuestion = Readonly<v.InferOutput<typeof questionSchema>>;

/** What is stored of both. */
export type StoredAnswers = {
  readonly approved: readonly Approved[];
  readonly questions: readonly StoredQuestion[];
};
export const NO_ANSWERS: StoredAnswers = { approved: [], questions: [] };

/** The answers of a session. */
export type SessionAnswers = {
  approved(): readonly Approved[];
  /** A person is asked about a call now. */
  ask(call: string, decision: Decision, nowMs: number): void;
  /** The call ran, so a person said yes; that is so once for each question. */
  approve(call: string, nowMs: number): void;
  /** The question was answered by us in the person's place: that it ran says nothing. */
  settle(call: string): void;
  /** The session is over, or begins anew. */
  forget(): void;
  /** All of it, for a record. */
  sum(): StoredAnswers;
};

/** The answers that an earlier process left, or none; `note` hears of each change. */
export function createSessionAnswers(
  stored: StoredAnswers = NO_ANSWERS,
  note: (all: StoredAnswers) => void = () => undefined,
): SessionAnswers {
  let { approved, questions } = stored;
  const sum = (): StoredAnswers => ({ approved, questions });
  const change = (call: string, state: StoredQuestion["state"]): StoredQuestion | undefined => {
    const found = questions.findLast((one) => one.call === call && one.state === "open");
    if (found === undefined) return undefined;
    questions = questions.map((one) => (one === found ? { ...one, state } : one));
    return found;
  };
  return {
    approved: () => approved,
    sum,
    ask(call, decision, nowMs) {
      if (call === "") return;
      questions = [...questions, questionOf(call, decision, nowMs)].slice(-QUESTIONS_MAX);
      note(sum());
    },
    approve(call, nowMs) {
      const found = change(call, "approved");
      if (found === undefined) return;
      const fresh = found.answers.map((answer) => ({ ...answer, atMs: nowMs }));
      const ids = new Set(fresh.map(answerId));
      approved = [...approved.filter((one) => !ids.has(answerId(one))), ...fresh];
      approved = approved.slice(-APPROVED_MAX);
      note(sum());
    },
    settle(call) {
      if (change(call, "settled") !== undefined) note(sum());
    },
    forget() {
      if (approved.length === 0 && questions.length === 0) return;
      approved = [];
      // WHY: a person makes the last question's answer last at a terminal, after the session as well.
      questions = questions.map((one) =>
        one.state === "open" ? { ...one, state: "settled" } : one,
      );
      note(sum());
    },
  };
}

/** The question that a decision asks about a call. */
export function questionOf(call: string, decision: Decision, atMs: number): StoredQuestion {
  const { questions = [] } = decision;
  const isKnown = questions.length > 0 && questions.length <= ANSWERS_MAX;
  const answers = questions.flatMap(({ rule, key, what, lasting }) => {
    if (key === undefined) return [];
    const words = what.slice(0, WORDS_CHARS_MAX);
    return [{ rule, key, what: words, ...(lasting === undefined ? {} : { lasting }) }];
  });
  return {
    call: call.slice(0, 4_096),
    atMs,
    answers: answers.slice(0, ANSWERS_MAX),
    isLasting: isKnown && canLast(decision),
    state: "open",
  };
}

/** The answers as the guard takes them: by id, with the time of the machine's clock. */
export function rememberedIn(approved: readonly Approved[]): RememberedAnswers {
  return new Map(approved.map((one) => [answerId(one), `at ${timeOf(one.atMs)}`]));
}

function timeOf(ms: number): string {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
