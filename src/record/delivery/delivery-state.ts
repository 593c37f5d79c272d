// Where the delivery to one target stands, and what follows from an outcome: pure, with time and chance as arguments.
import type { DeadEntry, Outcome } from "./outcome.ts";

/** Shortest and longest wait after a failure, and the longest that a target may ask for. */
export const BACK_OFF_MS_MIN = 1_000;
export const BACK_OFF_MS_MAX = 300_000;
export const RETRY_AFTER_MS_MAX = 3_600_000;
/**
 * Entries that may be refused one after the other before the target is taken to refuse everything: a wrong name of an index
 * must not turn a log into dead letters.
 */
export const DEAD_IN_A_ROW_MAX = 8;

/** In memory while the daemon runs; only `next` is durable. Indices are those of the log. */
export type DeliveryState = {
  /** All entries below are delivered, dead, or gone from the log. */
  readonly next: number;
  /** The batch that is under way, when part of it is still to be sent: its end, and what is left of it. */
  readonly left: { readonly end: number; readonly indices: readonly number[] } | undefined;
  /** Entries that are sent at once. */
  readonly limit: number;
  readonly waitUntilMs: number;
  readonly backOffMs: number;
  /** Entries refused since the target took one. */
  readonly deadInARow: number;
  /** Why it waits; empty while all is well. */
  readonly trouble: string;
};

/** The state of a delivery that begins at `next`. */
export function beginDelivery(next: number, limit: number): DeliveryState {
  return {
    next,
    limit,
    left: undefined,
    backOffMs: 0,
    deadInARow: 0,
    trouble: "",
    waitUntilMs: Number.NEGATIVE_INFINITY,
  };
}

/** What was sent: entries of these indices, which are the batch up to `end` or what was left of it. */
export type SentBatch = { readonly indices: readonly number[]; readonly end: number };

/** The state afterwards, what was taken by the target for certain, and what went to the dead letters. */
export type Step = {
  readonly state: DeliveryState;
  readonly delivered: readonly number[];
  readonly dead: readonly DeadEntry[];
};

/** What follows from an outcome. `chance` is a number from 0 to below 1. */
export function afterOutcome(
  state: DeliveryState,
  sent: SentBatch,
  outcome: Outcome,
  now: { readonly nowMs: number; readonly chance: number; readonly limitMax: number },
): Step {
  const none = { delivered: [], dead: [] };
  switch (outcome.kind) {
    case "delivered":
      return settled(state, sent, { dead: [], again: [] }, now);
    case "partial": {
      const isAllDead = outcome.dead.length === sent.indices.length;
      if (isAllDead && state.deadInARow + outcome.dead.length > DEAD_IN_A_ROW_MAX)
        return { ...none, state: wait(state, refusesAll(outcome.reason), now) };
      const step = settled(state, sent, outcome, now);
      const deadInARow = isAllDead ? state.deadInARow + outcome.dead.length : 0;
      if (outcome.again.length === 0) return { ...step, state: { ...step.state, deadInARow } };
      // Waits grow only while nothing at all is taken.
      const backOffMs = step.delivered.length > 0 ? 0 : state.backOffMs;
      return { ...step, state: wait({ ...step.state, backOffMs }, outcome, now) };
    }
    case "again":
    case "closed":
      return { ...none, state: wait(state, outcome, now) };
    case "too-large":
    case "refused":
      if (sent.indices.length > 1) {
        const limit = Math.max(1, Math.floor(sent.indices.length / 2));
        return { ...none, state: { ...state, limit, left: halved(sent, limit) } };
      }
      if (state.deadInARow >= DEAD_IN_A_ROW_MAX)
        return {
          ...none,
          state: wait(state, refusesAll(outcome.reason), now),
        };
      return settled(
        { ...state, deadInARow: state.deadInARow + 1 },
        sent,
        { dead: sent.indices.map((index) => ({ index, reason: outcome.reason })), again: [] },
        now,
      );
    default:
      return outcome satisfies never;
  }
}

function refusesAll(reason: string): { readonly reason: string } {
  return { reason: `refuses everything: ${reason}` };
}

/** Back to sending at once, after a person says so. */
export function resumeDelivery(state: DeliveryState): DeliveryState {
  return { ...state, waitUntilMs: Number.NEGATIVE_INFINITY, backOffMs: 0, deadInARow: 0 };
}

/** WHY the batch shrinks to its first half: the end of what is under way must be where the next one begins. */
function halved({ indices }: SentBatch, limit: number): DeliveryState["left"] {
  const first = indices.slice(0, limit);
  return { end: (first.at(-1) ?? 0) + 1, indices: first };
}

function settled(
  state: DeliveryState,
  { indices, end }: SentBatch,
  { dead, again }: { readonly dead: readonly DeadEntry[]; readonly again: readonly number[] },
  { limitMax }: { readonly limitMax: number },
): Step {
  const out = new Set([...dead.map(({ index }) => index), ...again]);
  const delivered = indices.filter((index) => !out.has(index));
  const isTaken = delivered.length > 0;
  return {
    delivered,
    dead,
    state: {
      // What is raised from the dead lies before what comes next.
      next: again.length === 0 ? Math.max(end, state.next) : state.next,
      left: again.length === 0 ? undefined : { end, indices: again },
      // What was halved grows again, slowly.
      limit: isTaken
        ? Math.min(limitMax, state.limit + Math.ceil(state.limit / 4))
        : Math.min(limitMax, state.limit),
      waitUntilMs: Number.NEGATIVE_INFINITY,
      backOffMs: 0,
      deadInARow: isTaken ? 0 : state.deadInARow,
      trouble: "",
    },
  };
}

function wait(
  state: DeliveryState,
  { reason, afterMs }: { readonly reason: string; readonly afterMs?: number | undefined },
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): DeliveryState {
  const backOffMs = Math.min(BACK_OFF_MS_MAX, Math.max(BACK_OFF_MS_MIN, state.backOffMs * 2));
  // Half of it is chance, so that many machines do not come back at the same moment.
  const ownMs = backOffMs / 2 + (chance * backOffMs) / 2;
  const askedMs = Math.min(RETRY_AFTER_MS_MAX, Math.max(0, afterMs ?? 0));
  const spreadMs = askedMs === 0 ? 0 : chance * BACK_OFF_MS_MIN;
  return {
    ...state,
    backOffMs,
    waitUntilMs: nowMs + Math.max(ownMs, askedMs + spreadMs),
    trouble: reason,
  };
}
