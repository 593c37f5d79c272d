// A request for the approval of another person: what exactly is asked, by whom, of whom, and until when.
import * as v from "valibot";
import { digestText } from "../exceptions/approval.ts";

/** Approvers of one request. */
export const APPROVERS_MAX = 64;
/** Rules that one call can need approved. */
export const RULES_MAX = 32;
/** Lines that tell what a call does, and characters of one. */
export const LINES_MAX = 8;
export const LINE_CHARS_MAX = 300;
/** Characters of the call itself, redacted. */
export const CALL_CHARS_MAX = 2_400;

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
const timeMs = v.pipe(v.number(), v.integer(), v.minValue(0));
/** The id of a request. */
export const requestId = v.pipe(v.string(), v.regex(/^ap-[0-9a-f]{16}$/));
/** A raw Ed25519 public key in base64. */
export const publicKeyText = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/));
/** Somebody whose signature counts; their key decides, the name is for people. */
export const approverSchema = v.strictObject({ name: word, key: publicKeyText });

/**
 * The request. What names a call (`input`, `effects`, `session`) are digests under a key of the installation, so that who gets the
 * request can guess nothing by them. Times are wall time of the machine that asks.
 */
export const requestSchema = v.strictObject({
  version: v.literal(1),
  id: requestId,
  tool: word,
  input: digestText,
  effects: digestText,
  session: digestText,
  policy: digestText,
  /** Real path of the project. */
  root: v.pipe(v.string(), v.startsWith("/"), v.maxLength(4_096)),
  rules: v.pipe(v.array(word), v.minLength(1), v.maxLength(RULES_MAX)),
  /** What the call would do, and why that matters, for the person who is asked. */
  what: v.pipe(v.array(v.pipe(v.string(), v.maxLength(LINE_CHARS_MAX))), v.maxLength(LINES_MAX)),
  /** The call without secrets; missing where the policy has no words of calls kept. */
  call: v.exactOptional(v.pipe(v.string(), v.maxLength(CALL_CHARS_MAX))),
  /** The account that asks, and its own key as an approver where it has one. */
  requester: v.strictObject({ user: word, key: v.nullable(publicKeyText) }),
  approvers: v.pipe(v.array(approverSchema), v.maxLength(APPROVERS_MAX)),
  people: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(5)),
  single: v.boolean(),
  createdMs: timeMs,
  expiresMs: timeMs,
});
export type ApprovalRequest = v.InferOutput<typeof requestSchema>;

/** An approver's answer to one request, signed by the approver's own key. `digest` is that of the whole request. */
export const answerSchema = v.strictObject({
  version: v.literal(1),
  request: requestId,
  digest: digestText,
  answer: v.picklist(["approve", "deny"]),
  key: publicKeyText,
  note: v.nullable(v.pipe(v.string(), v.maxLength(300))),
  /** Wall time of the machine that answers. */
  atMs: timeMs,
});
export type ApprovalAnswer = v.InferOutput<typeof answerSchema>;

/** A request as it is stored, with what became of it. */
export const entrySchema = v.strictObject({
  request: requestSchema,
  /** The client's id of the session. */
  sessionId: v.pipe(v.string(), v.maxLength(4_096)),
  /** Whether the approvers are those of the operator's own list. */
  listed: v.boolean(),
  /** Who approved, in their order. */
  approved: v.pipe(
    v.array(v.strictObject({ answer: answerSchema, signature: word, takenMs: timeMs })),
    v.maxLength(5),
  ),
  ended: v.nullable(
    v.strictObject({ how: v.picklist(["denied", "revoked", "expired"]), atMs: timeMs }),
  ),
});
export type ApprovalEntry = v.InferOutput<typeof entrySchema>;

/** How a request stands. `used`: its one call went on. */
export type ApprovalState = "open" | "approved" | "used" | "denied" | "revoked" | "expired";

/** Until when a request waits, or an approval counts: as long again from the last approval on. */
export function untilMs({
  request,
  approved,
}: Pick<ApprovalEntry, "request" | "approved">): number {
  const { createdMs, expiresMs, people } = request;
  const last = approved.at(-1);
  if (last === undefined || approved.length < people - 1) return expiresMs;
  return last.takenMs + (expiresMs - createdMs);
}

/** The state of a request now. A clock that went back before what is known of it makes nothing count. */
export function approvalState(
  entry: Pick<ApprovalEntry, "request" | "approved" | "ended">,
  { nowMs, isUsed }: { readonly nowMs: number; readonly isUsed: boolean },
): ApprovalState {
  const { request, approved, ended } = entry;
  if (ended !== null) return ended.how;
  if (isUsed && request.single) return "used";
  const begunMs = approved.at(-1)?.takenMs ?? request.createdMs;
  if (nowMs >= untilMs(entry) || nowMs < begunMs) return "expired";
  return approved.length >= request.people - 1 ? "approved" : "open";
}

/** Why an answer does not count. */
export type AnswerFault =
  | "unknown-request"
  | "other-request"
  | "not-listed"
  | "same-person"
  | "replayed"
  | "ended"
  | "expired";

/**
 * What speaks against an answer whose signature was checked; undefined where it counts. `isListed` says whether the operator's own
 * list still has the key, for requests that rest on it. Keys decide; a name that is the requester's account only ever refuses.
 */
export function answerFault(
  { request, approved, ended }: Pick<ApprovalEntry, "request" | "approved" | "ended">,
  answer: ApprovalAnswer,
  now: {
    readonly nowMs: number;
    readonly digest: string;
    readonly isUsed: boolean;
    readonly ownKey: string | undefined;
    readonly isListed: boolean;
  },
): AnswerFault | undefined {
  if (answer.request !== request.id || answer.digest !== now.digest) return "other-request";
  const approver = request.approvers.find(({ key }) => key === answer.key);
  if (answer.key === request.requester.key || answer.key === now.ownKey) return "same-person";
  if (approver === undefined || !now.isListed) return "not-listed";
  if (approver.name.toLowerCase() === request.requester.user.toLowerCase()) return "same-person";
  if (approved.some((one) => one.answer.key === answer.key)) return "replayed";
  if (ended?.how === "expired") return "expired";
  if (ended !== null || now.isUsed) return "ended";
  const state = approvalState({ request, approved, ended }, now);
  if (state === "expired") return "expired";
  return state === "open" || answer.answer === "deny" ? undefined : "ended";
}
