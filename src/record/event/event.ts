// Audit events: their shape, and what is common to all of them in clear metadata and in sealed detail.
import type { Mark } from "#guard/content/detection/withheld.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { JsonObject } from "../log/leaf.ts";
import { cutText, plainName } from "./bounded.ts";
import type { Digest } from "./redact.ts";

/** Who handed an event in. The log proves order and wholeness, not authorship: this is a claim. */
export type Submitter = "hook" | "operator" | "daemon" | "cli" | "telemetry" | "unknown";

/** The kinds of event, in clear in every leaf. */
export const EVENT_KINDS = [
  "decision",
  "result",
  "change",
  "batch",
  "session",
  "config-change",
  "hook",
  "drift",
  "held",
  "signature",
  "remote",
  "credential",
  "failure",
  "rejected",
  "policy",
  "exception",
  "statement",
  "hold",
  "lockdown",
  "daemon",
  "clock",
  "late",
  "off",
  "secret",
  "imported",
  "import",
  "recovery",
  "witness",
  "log-key",
  "pruned",
  "archive",
  "telemetry",
  "discrepancy",
  "delivery",
  "retention",
  "erasure",
  "erasure-request",
  "person-request",
  "disclosure",
  "raw",
  "alert",
  "incident",
  "approval",
  "dashboard",
  "question",
  "undo",
  "control",
  "isolation",
  "egress",
  "mcp",
  "fleet",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Identity and time of a new event, and the keyed stand-ins for texts. Made by the log that will hold the event. */
export type EventStamp = {
  readonly id: string;
  readonly timeMs: number;
  readonly product: string;
  readonly submitter: Submitter;
  /** Under the key of the person whose session, call or agent it is, so that nobody can make it again once that is gone. */
  pseudonym(
    domain: "session" | "call" | "agent" | "prompt",
    text: string,
    person: string | undefined,
  ): string;
  readonly digest: Digest;
  /** What stands for a withheld value of a session in its readable text. */
  mark(sessionId: string): Mark;
};

/** An event ready for the log. `metadata` holds no personal datum and no literal of a command; `sealed` is encrypted. */
export type AuditEvent = {
  readonly id: string;
  readonly metadata: JsonObject & { readonly kind: EventKind };
  readonly sealed: JsonObject | undefined;
};

/** Whose session it is, as the hook said, and how the user's name is known (never silently `unknown`). */
export type EventSession = {
  readonly facts: SessionFacts;
  readonly userSource: "os" | "sso" | "hook" | "none";
  readonly agentId?: string;
  /** What speaks against the event being what it says. */
  readonly doubts?: readonly Doubt[];
};

/**
 * `unproven`: nobody reported the session's start and the client keeps no transcript of it. `replayed`: a call of this id
 * was judged with another input, and has ended. `other-project`: its directory belongs to another guarded project.
 */
export type Doubt = "unproven" | "replayed" | "other-project";

/** Characters of an id that came from outside. */
export const ID_CHARS_MAX = 128;

/** What every event says of itself. */
export function baseMetadata<Kind extends EventKind>(
  stamp: EventStamp,
  kind: Kind,
): JsonObject & { readonly kind: Kind } {
  return { kind, product: plainName(stamp.product) ?? "other", submitter: stamp.submitter };
}

/** What every event of a session says in clear. */
export function sessionMetadata<Kind extends EventKind>(
  stamp: EventStamp,
  kind: Kind,
  session: EventSession,
): JsonObject & { readonly kind: Kind } {
  const { agentId, doubts = [] } = session;
  return {
    ...baseMetadata(stamp, kind),
    session: stamp.pseudonym("session", session.facts.sessionId, personIn(session)),
    ...(agentId === undefined
      ? {}
      : { agent: stamp.pseudonym("agent", agentId, personIn(session)) }),
    ...(doubts.length === 0 ? {} : { doubts: [...doubts] }),
  };
}

/** Whose session it is, as its events name the person. */
export function personIn(session: EventSession): string {
  return cutText(session.facts.user, ID_CHARS_MAX);
}

/** The person whose data is sealed: the user, or who approved or owns what it is about; undefined when it is nobody's. */
export function personOf(sealed: JsonObject): string | undefined {
  for (const name of ["user", "approver", "owner"]) {
    const person = sealed[name];
    if (typeof person === "string" && person !== "") return cutText(person, ID_CHARS_MAX);
  }
  return undefined;
}

/** What every event of a session holds sealed. */
export function sessionDetails(session: EventSession): JsonObject {
  const { facts, userSource, agentId } = session;
  return {
    sessionId: cutText(facts.sessionId, ID_CHARS_MAX),
    user: personIn(session),
    userSource,
    ...(agentId === undefined ? {} : { agentId: cutText(agentId, ID_CHARS_MAX) }),
  };
}
