// Questions as they cross from the daemon to whoever answers them, and the bounds on answers.
import * as v from "valibot";
import { CALL_CLASSES } from "#guard/effects/call-class.ts";

/** Seconds that a question waits at most. The client's entry for its own question waits twenty more: for judging before and after. */
export const WAIT_SECONDS_MAX = 120;
/** Characters of what a person says with an answer. */
export const NOTE_CHARS_MAX = 300;

/** The id of a question. */
export const questionId = v.pipe(v.string(), v.regex(/^qu-[0-9a-f]{16}$/));
/** What an answer is bound to: SHA-256 over all that was judged, in hexadecimal. */
export const questionDigest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** Who answers, for people: a name. */
export const answererName = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
/** From where: a plain word, such as `cli` or `dashboard`. */
export const answerPlace = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/));

/**
 * `waiting`: it can be answered. `answered`, `expired`: it is over. `withdrawn`: nobody asks any more, because it was answered
 * at the terminal, the session ended, or what was judged is no longer so.
 */
const QUESTION_STATES = ["waiting", "answered", "expired", "withdrawn"] as const;
export type QuestionState = (typeof QUESTION_STATES)[number];

const text = v.string();
const effectSchema = v.object({
  /** `Effect.kind`. */
  effect: text,
  /** The effect in words, with its place. */
  words: text,
  /** What data goes along: kinds of sources; none where none goes. */
  data: v.array(text),
  /** What the policy says of this effect; null where no rule speaks of it alone. */
  verdict: v.nullable(text),
  /** The programs through which it comes about, the outermost first. */
  through: v.array(text),
});

/** All that a person reads of a question. No value that a detector finds is in it. */
export const questionSchema = v.object({
  id: questionId,
  digest: questionDigest,
  state: v.picklist(QUESTION_STATES),
  /** Wall time, milliseconds. */
  askedMs: v.number(),
  expiresMs: v.number(),
  project: text,
  session: text,
  tool: text,
  /** The call as the record keeps it; null where the policy keeps no words of calls. */
  text: v.nullable(text),
  rule: text,
  what: text,
  why: text,
  /** The rules that ask beside it. */
  also: v.array(text),
  class: v.picklist(CALL_CLASSES),
  effects: v.array(effectSchema),
  /** Effects that are not listed. */
  effectsOmitted: v.number(),
  /** Whether the command runs in a sandbox of its own after a yes. */
  held: v.boolean(),
  /** What could be done instead, in words. */
  alternatives: v.array(text),
  /** Why it can only be answered at the session's terminal; null where it can be answered elsewhere. */
  onlyThere: v.nullable(text),
});
export type Question = v.InferOutput<typeof questionSchema>;
/** The part of a question that tells of the call. */
export type QuestionFacts = Omit<Question, "id" | "digest" | "state" | "askedMs" | "expiresMs">;
