// What every approval of a person says, whatever was approved: who answers for it, why, and how long it counts.
import * as v from "valibot";

/** A line in a person's words. */
export const approvalWords = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
/** The id of an approval. */
export const approvalId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
/** Hex SHA-256. */
export const digestText = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const timeMs = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Fields of every approval. Times are wall time. */
export const approvalFields = {
  id: approvalId,
  reason: approvalWords,
  owner: approvalWords,
  approver: approvalWords,
  createdMs: timeMs,
  expiresMs: timeMs,
} as const;
