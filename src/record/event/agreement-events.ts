// Events of what people agreed to: exceptions, statements, legal holds.
import {
  boundedList,
  cutText,
  PATH_CHARS_MAX,
  plainName,
  REASON_CHARS_MAX,
  wholeNumber,
} from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const SCOPE_CHARS_MAX = 4_096;
const RULES_MAX = 32;

/**
 * A person granted an exception to the policy, or revoked it. `digest` is that of the signed receipt, `policy` that of the
 * policy that it was approved under. Words of people and places are sealed.
 */
export function exceptionEvent(
  stamp: EventStamp,
  input: {
    readonly phase: "grant" | "revoke";
    readonly id: string;
    readonly verdict: "ask" | "allow";
    readonly rules: readonly string[];
    readonly minutes: number;
    readonly uses: number;
    readonly digest: string;
    readonly policy: string;
    readonly scope: string;
    readonly project: string | null;
    readonly reason: string;
    readonly owner: string;
    readonly approver: string;
  },
): AuditEvent {
  const { phase, id, verdict, rules, minutes, uses, digest, policy } = input;
  const names = rules.map((rule) => plainName(rule) ?? "other");
  const metadata = {
    ...baseMetadata(stamp, "exception"),
    phase,
    exception: plainName(id) ?? "other",
    verdict,
    ...boundedList("rules", names, RULES_MAX, (name) => name),
    minutes: wholeNumber(minutes),
    uses: wholeNumber(uses),
    receipt: plainName(digest) ?? "other",
    policyDigest: plainName(policy) ?? "other",
    where: input.project === null ? "all" : "project",
  };
  const sealed = {
    ...(input.project === null ? {} : { project: cutText(input.project, PATH_CHARS_MAX) }),
    scope: cutText(input.scope, SCOPE_CHARS_MAX),
    reason: cutText(input.reason, REASON_CHARS_MAX),
    owner: cutText(input.owner, REASON_CHARS_MAX),
    approver: cutText(input.approver, REASON_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A person stated something that counts for a while, or withdrew it: a waiver, an attestation, the label of a session.
 * `digest` is that of the signed record, `evidence` that of what was looked at. Words of people and places are sealed.
 */
export function statementEvent(
  stamp: EventStamp,
  input: {
    readonly phase: "state" | "withdraw";
    readonly id: string;
    readonly what:
      | "waiver"
      | "attestation"
      | "objection"
      | "label"
      | "mod"
      | "server"
      | "release"
      | "secret"
      | "task";
    readonly minutes: number;
    readonly digest: string;
    readonly evidence: string | null;
    readonly where: "session" | "project" | "all";
    /** The client's id of the one session, or the path of the one project. */
    readonly place: string | null;
    readonly about: string;
    readonly reason: string;
    readonly owner: string;
    readonly approver: string;
  },
): AuditEvent {
  const { phase, id, what, minutes, digest, evidence, where, place, about } = input;
  const metadata = {
    ...baseMetadata(stamp, "statement"),
    phase,
    statement: plainName(id) ?? "other",
    what,
    where,
    minutes: wholeNumber(minutes),
    receipt: plainName(digest) ?? "other",
    ...(evidence === null ? {} : { evidence: plainName(evidence) ?? "other" }),
    ...(where === "session" && place !== null
      ? { session: stamp.pseudonym("session", place, cutText(input.approver, ID_CHARS_MAX)) }
      : {}),
  };
  const sealed = {
    about: cutText(about, REASON_CHARS_MAX),
    ...(place === null ? {} : { place: cutText(place, PATH_CHARS_MAX) }),
    reason: cutText(input.reason, REASON_CHARS_MAX),
    owner: cutText(input.owner, REASON_CHARS_MAX),
    approver: cutText(input.approver, REASON_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A person ordered that data are kept, or released them. `digest` is that of the signed order. Whose data, and the words of
 * people, are sealed.
 */
export function holdEvent(
  stamp: EventStamp,
  input: {
    readonly phase: "set" | "release";
    readonly id: string;
    readonly what: "all" | "period" | "session" | "subject";
    readonly digest: string;
    /** The client's id of a session, the name of a subject, a period as text; null for all. */
    readonly place: string | null;
    readonly reason: string;
    readonly owner: string;
    readonly approver: string;
  },
): AuditEvent {
  const { phase, id, what, digest, place } = input;
  const metadata = {
    ...baseMetadata(stamp, "hold"),
    phase,
    hold: plainName(id) ?? "other",
    what,
    receipt: plainName(digest) ?? "other",
    ...(what === "session" && place !== null
      ? { session: stamp.pseudonym("session", place, cutText(input.approver, ID_CHARS_MAX)) }
      : {}),
  };
  const sealed = {
    ...(place === null ? {} : { place: cutText(place, PATH_CHARS_MAX) }),
    reason: cutText(input.reason, REASON_CHARS_MAX),
    owner: cutText(input.owner, REASON_CHARS_MAX),
    approver: cutText(input.approver, REASON_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}
