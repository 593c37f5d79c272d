// Legal holds: what a person ordered to be kept whatever its time says, and which data such an order is about.
import * as v from "valibot";
import { approvalFields, approvalId, approvalWords } from "../exceptions/approval.ts";

/** Holds of an installation that are kept at once, released ones included. */
export const HOLDS_MAX = 1_000;

const timeMs = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const { expiresMs: _, ...fields } = approvalFields;

/** The record of a hold. It has no end: a person releases it. Times are wall time. */
export const holdSchema = v.strictObject({
  ...fields,
  /** What is kept. */
  scope: v.variant("of", [
    v.strictObject({ of: v.literal("all") }),
    /** From `fromMs` to before `untilMs`; null is everything that comes. */
    v.strictObject({ of: v.literal("period"), fromMs: timeMs, untilMs: v.nullable(timeMs) }),
    /** One session by the client's id. */
    v.strictObject({
      of: v.literal("session"),
      id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
    }),
    /** One person, by the user name in the log or by any name that an erasure is asked for with. */
    v.strictObject({ of: v.literal("subject"), name: approvalWords }),
  ]),
});
export type Hold = v.InferOutput<typeof holdSchema>;

/** The record of its end. */
export const releaseSchema = v.strictObject({
  id: approvalId,
  reason: approvalWords,
  approver: approvalWords,
  releasedMs: timeMs,
});
export type Release = v.InferOutput<typeof releaseSchema>;

/** Data that somebody wants to delete. WHY undefined holds: what nobody can tell may be what is held. */
export type DeletedData = {
  /** From `fromMs` to `untilMs`, both included; undefined: from any time. */
  readonly period?: { readonly fromMs: number; readonly untilMs: number } | undefined;
  /** The client's ids of the sessions; undefined: of any. */
  readonly sessions?: readonly string[] | undefined;
  /** The people, under every name that is known of them; undefined: of anybody. */
  readonly subjects?: readonly string[] | undefined;
};

/** The holds that keep any of these data. Names are compared without regard to case and Unicode form. */
export function holdsOver(holds: readonly Hold[], data: DeletedData): readonly Hold[] {
  return holds.filter(({ scope }) => {
    switch (scope.of) {
      case "all":
        return true;
      case "period": {
        const { period } = data;
        if (period === undefined) return true;
        return period.untilMs >= scope.fromMs && period.fromMs < (scope.untilMs ?? Infinity);
      }
      case "session":
        return data.sessions?.includes(scope.id) ?? true;
      case "subject":
        return data.subjects?.some((name) => folded(name) === folded(scope.name)) ?? true;
      default:
        return scope satisfies never;
    }
  });
}

function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
