// The approval without which no raw text of a call is kept: who may read it, for how long it counts, and how soon the text goes.
import * as v from "valibot";
import { approvalFields, approvalWords } from "./approval.ts";

const DAY_MS = 86_400_000;
/** Days that raw text stays, unless the approval says fewer or more. */
export const RAW_DAYS_DEFAULT = 7;
/** Most days that it may stay. */
export const RAW_DAYS_MAX = 30;
/** Most days that an approval counts. */
export const RAW_APPROVAL_DAYS_MAX = 90;
const READERS_MAX = 20;

export const rawApprovalSchema = v.pipe(
  v.strictObject({
    ...approvalFields,
    /** Days after which a text is removed. */
    days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(RAW_DAYS_MAX)),
    /** Users of this system who may read it. */
    readers: v.pipe(v.array(approvalWords), v.minLength(1), v.maxLength(READERS_MAX)),
    /** Whether secrets stay in the text too. */
    keepsSecrets: v.boolean(),
  }),
  v.check(
    ({ createdMs, expiresMs }) =>
      expiresMs > createdMs && expiresMs - createdMs <= RAW_APPROVAL_DAYS_MAX * DAY_MS,
    `an approval counts for at most ${RAW_APPROVAL_DAYS_MAX} days`,
  ),
);
/** An approval. Times are wall time. */
export type RawApproval = v.InferOutput<typeof rawApprovalSchema>;

/** Whether texts are kept under it now. */
export function isInForce({ createdMs, expiresMs }: RawApproval, nowMs: number): boolean {
  return nowMs >= createdMs && nowMs < expiresMs;
}
