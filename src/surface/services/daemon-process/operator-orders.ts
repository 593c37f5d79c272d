// Orders of the operator and their answers, as they cross from a command to the daemon.
import * as v from "valibot";
import { OUTCOMES } from "#detect/incident/incident.ts";
import { publicKeyText, requestId } from "#govern/approvals/request.ts";
import { listingSchema } from "../approvals/listed-approvers.ts";
import { OFF_MINUTES_MAX, REASON_CHARS_MAX } from "../installation/off-switch.ts";
import { BLOCK_KINDS, INCIDENT_ORDERS } from "../incidents/order-words.ts";
import { receiptSchema } from "../exceptions/receipts.ts";
import { deploymentReceiptSchema } from "../deploy/deployment-receipt.ts";
import {
  answererName,
  answerPlace,
  NOTE_CHARS_MAX,
  questionDigest,
  questionId,
  questionSchema,
  WAIT_SECONDS_MAX,
} from "../questions/question-schema.ts";
import { holdReceiptSchema, releaseReceiptSchema } from "../exceptions/holds.ts";
import { rawReceiptSchema } from "../exceptions/raw-approvals.ts";
import { trialEntries, triedEntries } from "./tried-schema.ts";
import { statementReceiptSchema } from "../exceptions/statements.ts";

const project = v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)));
/** An order as it comes over the wire. */
export const orderSchema = v.variant("order", [
  v.strictObject({
    order: v.literal("off"),
    /** Null is all projects. */
    project,
    minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(OFF_MINUTES_MAX)),
    reason: v.nullable(v.pipe(v.string(), v.maxLength(REASON_CHARS_MAX))),
  }),
  /** Ends the time off of one project and the one for all; null ends every one. */
  v.strictObject({ order: v.literal("on"), project }),
  /** Ends the lockdown. */
  v.strictObject({ order: v.literal("restore") }),
  /** Puts an exception in force that was signed at a terminal. */
  v.strictObject({ order: v.literal("grant"), receipt: receiptSchema }),
  /** Puts a deployment on record that was signed at a terminal: that it is about to be written, or that it was not. */
  v.strictObject({
    order: v.literal("deployment"),
    what: v.picklist(["begin", "failed"]),
    receipt: deploymentReceiptSchema,
  }),
  /** Puts on record and in force what a person stated at a terminal. */
  v.strictObject({ order: v.literal("state"), receipt: statementReceiptSchema }),
  /** Puts on record and in force that data are kept, or that they need not be any more. */
  v.strictObject({ order: v.literal("hold"), receipt: holdReceiptSchema }),
  v.strictObject({ order: v.literal("release"), receipt: releaseReceiptSchema }),
  /** Puts on record and in force that raw texts are kept, or ends that and removes them. */
  v.strictObject({ order: v.literal("raw"), receipt: rawReceiptSchema }),
  v.strictObject({ order: v.literal("raw-off") }),
  /** Cuts something off for all sessions, or takes that back. */
  v.strictObject({
    order: v.literal("block"),
    kind: v.picklist(BLOCK_KINDS),
    name: v.pipe(v.string(), v.maxLength(1_024)),
    asks: v.exactOptional(v.literal(true)),
    pack: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
    by: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
    reason: v.pipe(v.string(), v.maxLength(300)),
  }),
  v.strictObject({
    order: v.literal("unblock"),
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
    by: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  }),
  /** Changes an incident. */
  v.strictObject({
    order: v.literal("incident"),
    id: v.pipe(v.string(), v.maxLength(64)),
    what: v.picklist(INCIDENT_ORDERS),
    by: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
    note: v.exactOptional(v.pipe(v.string(), v.maxLength(2_000))),
    outcome: v.exactOptional(v.picklist(OUTCOMES)),
    playbook: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
    step: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
    digest: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  }),
  /** Somebody who may answer questions is there until then; a time that is past ends it. */
  v.strictObject({
    order: v.literal("presence"),
    seconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WAIT_SECONDS_MAX)),
    untilMs: v.pipe(v.number(), v.integer()),
    /** From where; several places do not end each other's. */
    from: v.exactOptional(answerPlace),
  }),
  /** The questions that wait, and those that were over lately. */
  v.strictObject({ order: v.literal("questions") }),
  /** A person's answer to a question, bound to what was judged. */
  v.strictObject({
    order: v.literal("question-answer"),
    id: questionId,
    digest: questionDigest,
    answer: v.picklist(["allow", "deny"]),
    note: v.nullable(v.pipe(v.string(), v.maxLength(NOTE_CHARS_MAX))),
    by: answererName,
    from: answerPlace,
  }),
  /** Takes in the answer of another person, as it came. */
  v.strictObject({
    order: v.literal("approval-receipt"),
    receipt: v.pipe(v.string(), v.maxLength(16_384)),
  }),
  /** Ends a request for another person's approval, or an approval. */
  v.strictObject({
    order: v.literal("approval-end"),
    id: requestId,
    how: v.picklist(["denied", "revoked"]),
  }),
  /** Lists an approver that was signed at a terminal, or takes one off the list. */
  v.strictObject({ order: v.literal("approver-add"), listing: listingSchema }),
  v.strictObject({ order: v.literal("approver-remove"), key: publicKeyText }),
  v.strictObject({
    order: v.literal("withdraw"),
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  }),
  /** Tries a target of exports, a channel or a provider of secrets, as the daemon uses it. */
  v.strictObject({ order: v.literal("try"), ...trialEntries }),
  v.strictObject({ order: v.literal("revoke"), id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) }),
]);

/** An order of the operator. */
export type OperatorOrder = v.InferOutput<typeof orderSchema>;

/** What became of an order. `ended` counts the times off that it ended. */
export const operatorAnswerSchema = v.variant("kind", [
  v.object({ kind: v.literal("off"), untilMs: v.number() }),
  v.object({ kind: v.literal("on"), ended: v.number() }),
  v.object({ kind: v.literal("restored"), wasLocked: v.boolean() }),
  v.object({ kind: v.literal("granted") }),
  v.object({ kind: v.literal("recorded") }),
  v.object({ kind: v.literal("stated") }),
  v.object({ kind: v.literal("held") }),
  v.object({ kind: v.literal("released"), isKnown: v.boolean() }),
  v.object({ kind: v.literal("raw"), isOn: v.boolean() }),
  v.object({ kind: v.literal("blocked"), id: v.string() }),
  v.object({ kind: v.literal("unblocked"), isKnown: v.boolean() }),
  v.object({ kind: v.literal("incident"), id: v.string(), state: v.string() }),
  v.object({ kind: v.literal("withdrawn"), isKnown: v.boolean() }),
  v.object({ kind: v.literal("revoked"), isKnown: v.boolean() }),
  v.object({
    kind: v.literal("approval-taken"),
    what: v.picklist(["approved", "denied"]),
    id: v.string(),
    approved: v.number(),
    needed: v.number(),
  }),
  v.object({ kind: v.literal("approval-refused"), fault: v.string() }),
  v.object({ kind: v.literal("approval-ended"), isKnown: v.boolean() }),
  v.object({ kind: v.literal("approver-listed") }),
  v.object({ kind: v.literal("approver-removed"), isKnown: v.boolean() }),
  v.object({ kind: v.literal("present"), untilMs: v.number() }),
  v.object({
    kind: v.literal("questions"),
    questions: v.array(questionSchema),
    /** Seconds that a question would wait now; null while nobody is there. */
    attendedSeconds: v.nullable(v.number()),
  }),
  v.object({ kind: v.literal("question-answered"), id: questionId }),
  /** The answer does not count; `state` is what the question is, null where there is none of this id. */
  v.object({
    kind: v.literal("question-refused"),
    code: v.picklist(["unknown", "over", "mismatch", "only-there", "changed", "unrecorded"]),
    state: v.nullable(v.string()),
    why: v.string(),
  }),
  v.object({ kind: v.literal("tried"), ...triedEntries }),
  v.object({ kind: v.literal("refused"), why: v.string() }),
]);
export type OperatorAnswer = v.InferOutput<typeof operatorAnswerSchema>;
