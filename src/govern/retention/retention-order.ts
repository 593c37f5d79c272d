// What a person ordered about retention: frameworks, days here, where copies go, and whether it happens by itself.
import * as v from "valibot";
import { approvalWords } from "../exceptions/approval.ts";
import { FRAMEWORKS, type KeptClass } from "./periods.ts";

/** Fewest days that entries stay here: enough to notice that the archive lost them. */
export const HERE_DAYS_MIN = 7;
const DAYS_MAX = 36_500;

/** The order in force. Times are wall time. */
export const retentionOrderSchema = v.strictObject({
  frameworks: v.pipe(v.array(v.picklist(FRAMEWORKS)), v.maxLength(FRAMEWORKS.length)),
  hereDays: v.pipe(v.number(), v.integer(), v.minValue(HERE_DAYS_MIN), v.maxValue(DAYS_MAX)),
  /** How many days the texts of events live; absent: as long as their events. */
  textDays: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(DAYS_MAX))),
  /** A folder's whole path or `s3://bucket/prefix`; without credentials. */
  archive: v.pipe(v.string(), v.minLength(1), v.maxLength(1_024)),
  /** Whether the daemon does it once a day. */
  isDaily: v.boolean(),
  approver: approvalWords,
  createdMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type RetentionOrder = v.InferOutput<typeof retentionOrderSchema>;

/** The most days that texts may be ordered to live: as long as what calls did is kept, here or in the archive. */
export function textDaysMax(classes: readonly KeptClass[], hereDays: number): number {
  return Math.max(hereDays, classes.find(({ id }) => id === "calls")?.days ?? 0);
}
