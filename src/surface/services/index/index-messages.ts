// What the daemon and the thread of its index say to each other.
import type { EventQuestion, Question, QuestionAnswer } from "#record/index/question.ts";
import type { IndexFinding } from "#record/store/index/index-check.ts";
import type { SpendingAnswer } from "./spending-answer.ts";
import type { Range } from "#record/store/index/index-ranges.ts";

/** What the thread is started with. */
export type IndexThread = {
  readonly file: string;
  readonly log: string;
  readonly keys: string;
  readonly heapBytesMax: number;
};

/** A question for what sessions cost. */
export type SpendingQuestion = Extract<Question, { ask: "spending" }>;
/** What the thread answers; the rest the daemon knows itself. */
export type ToAnswer = EventQuestion | SpendingQuestion;
export type ThreadAnswer = QuestionAnswer | SpendingAnswer;

/**
 * To the thread: a question, or without one only to catch up, and then to hold one range (`spot`) or all (`whole`) of the index
 * against the log, or to make anew what it holds of the events `remade`. `waitMs` is how long the question may wait for that.
 */
export type ToIndex = {
  readonly id: number;
  readonly question: ToAnswer | undefined;
  readonly check?: "spot" | "whole";
  readonly remade?: readonly Range[];
  readonly waitMs: number;
};

/** From the thread. `begun`: from here on it hears nothing until the question is answered. */
export type FromIndex =
  | { readonly kind: "begun"; readonly id: number }
  | {
      readonly kind: "answered";
      readonly id: number;
      readonly answer: ThreadAnswer | undefined;
      /** Memory of the library after the question: it never shrinks. */
      readonly heapBytes: number;
    }
  | {
      readonly kind: "refused";
      readonly id: number;
      readonly code: string;
      readonly why: string;
      readonly heapBytes: number;
    }
  | {
      readonly kind: "progress";
      readonly indexed: number;
      readonly size: number;
      /** Why the index does not go on; undefined while it does. */
      readonly problem: string | undefined;
      readonly heapBytes: number;
      readonly rebuilt: string | undefined;
    }
  /** All of the index is held against its digests from now on, or no longer: until then it answers nothing. */
  | { readonly kind: "checking"; readonly isDone: boolean }
  /** Sums of sessions are being made, many of them, or no longer. */
  | { readonly kind: "summing"; readonly isDone: boolean }
  /** The index was held against its digests or the log; `isWhole` when all of it was. */
  | {
      readonly kind: "checked";
      readonly isWhole: boolean;
      readonly isDone: boolean;
      readonly events: number;
      readonly findings: readonly IndexFinding[];
      /** Events that were otherwise than the log says; undefined where the whole index was thrown away. */
      readonly altered: number | undefined;
    };
