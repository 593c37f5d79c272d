// Events of calls that another person has to approve: asked for, answered, used, over.
import {
  boundedList,
  cutText,
  PATH_CHARS_MAX,
  plainName,
  REASON_CHARS_MAX,
  wholeNumber,
} from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const RULES_MAX = 32;

/**
 * A step of a request. `refused`: a receipt came that does not count, `code` says why. `listed`, `unlisted`: the operator named
 * somebody as an approver, or no longer. Names, places and notes are sealed; of the call there is no word.
 */
export function approvalEvent(
  stamp: EventStamp,
  input: {
    readonly phase:
      | "requested"
      | "approved"
      | "denied"
      | "used"
      | "expired"
      | "revoked"
      | "refused"
      | "listed"
      | "unlisted";
    readonly request?: {
      readonly id: string;
      readonly digest: string;
      readonly policy: string;
      readonly rules: readonly string[];
      readonly people: number;
      readonly minutes: number;
      readonly root: string;
      readonly user: string;
    };
    readonly sessionId?: string;
    readonly callId?: string;
    readonly approver?: string;
    /** How the approver's key is called. */
    readonly key?: string;
    /** How many have approved by now. */
    readonly approved?: number;
    readonly note?: string;
    readonly code?: string;
  },
): AuditEvent {
  const { phase, request, sessionId, callId, key, approved, code } = input;
  const person = request === undefined ? undefined : cutText(request.user, ID_CHARS_MAX);
  const metadata = {
    ...baseMetadata(stamp, "approval"),
    phase,
    ...(request === undefined
      ? {}
      : {
          approval: plainName(request.id) ?? "other",
          ...boundedList(
            "rules",
            request.rules.map((rule) => plainName(rule) ?? "other"),
            RULES_MAX,
            (name) => name,
          ),
          people: wholeNumber(request.people),
          minutes: wholeNumber(request.minutes),
          receipt: plainName(request.digest) ?? "other",
          policyDigest: plainName(request.policy) ?? "other",
        }),
    ...(approved === undefined ? {} : { approved: wholeNumber(approved) }),
    ...(key === undefined ? {} : { key: plainName(key) ?? "other" }),
    ...(code === undefined ? {} : { code: plainName(code) ?? "other" }),
    ...(sessionId === undefined ? {} : { session: stamp.pseudonym("session", sessionId, person) }),
    ...(callId === undefined ? {} : { call: stamp.pseudonym("call", callId, person) }),
  };
  const sealed = {
    ...(person === undefined ? {} : { user: person }),
    ...(request === undefined ? {} : { project: cutText(request.root, PATH_CHARS_MAX) }),
    sessionId: cutText(sessionId ?? "", ID_CHARS_MAX),
    ...(callId === undefined ? {} : { toolUseId: cutText(callId, ID_CHARS_MAX) }),
    ...(input.approver === undefined
      ? {}
      : { approver: cutText(input.approver, REASON_CHARS_MAX) }),
    ...(input.note === undefined ? {} : { reason: cutText(input.note, REASON_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata, sealed };
}
