// Events about people's rights: somebody was erased, or handed what is kept of them. Neither says who.
import type { PersonRight, RequestStep } from "../privacy/person-request.ts";
import { cutText, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const NOTE_CHARS_MAX = 300;

/**
 * A person was erased. `digest` is that of the signed certificate. WHY nothing is sealed: whoever erased may be the person, and
 * an event of theirs would begin a new key.
 */
export function erasureEvent(
  stamp: EventStamp,
  input: {
    readonly id: string;
    readonly digest: string;
    readonly events: number;
    readonly removed: number;
    readonly rewritten: number;
    readonly left: number;
  },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "erasure"),
    erasure: plainName(input.id) ?? "other",
    certificate: plainName(input.digest) ?? "other",
    events: wholeNumber(input.events),
    removed: wholeNumber(input.removed),
    rewritten: wholeNumber(input.rewritten),
    left: wholeNumber(input.left),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/**
 * Another system was sent entries of a person who was erased: `asked` to delete them, `done`, or `attested` by somebody that it
 * is done. The words of whoever attests are sealed.
 */
export function erasureRequestEvent(
  stamp: EventStamp,
  input: {
    readonly what: "asked" | "done" | "attested";
    readonly erasure: string;
    readonly target: string;
    readonly to: string;
    readonly entries: number;
    readonly attested?: { readonly approver: string; readonly note: string };
  },
): AuditEvent {
  const { what, erasure, target, to, entries, attested } = input;
  const metadata = {
    ...baseMetadata(stamp, "erasure-request"),
    what,
    erasure: plainName(erasure) ?? "other",
    target: plainName(target) ?? "other",
    to: plainName(to) ?? "other",
    entries: wholeNumber(entries),
  };
  const sealed =
    attested === undefined
      ? undefined
      : {
          approver: cutText(attested.approver, ID_CHARS_MAX),
          note: cutText(attested.note, NOTE_CHARS_MAX),
        };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A step of a person's request about their data. `receivedMs` and `dueMs` say by when it has to be answered. WHY nothing is sealed:
 * nobody is named; the reference under which the request is known elsewhere stays beside the log.
 */
export function personRequestEvent(
  stamp: EventStamp,
  input: {
    readonly what: RequestStep;
    readonly request: string;
    readonly right: PersonRight;
    readonly receivedMs: number;
    readonly dueMs: number;
  },
): AuditEvent {
  const { what, request, right, receivedMs, dueMs } = input;
  const metadata = {
    ...baseMetadata(stamp, "person-request"),
    what,
    right,
    request: plainName(request) ?? "other",
    receivedMs: wholeNumber(receivedMs),
    dueMs: wholeNumber(dueMs),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/**
 * The store of raw texts: `enabled` by an approval and `disabled` by a person, a text `read`, all of them used for a `backtest`,
 * files of so many days `removed` because their time was over. Who and why is sealed; whose text it was, the event that is named says.
 */
export function rawEvent(
  stamp: EventStamp,
  input: {
    readonly what: "enabled" | "disabled" | "read" | "backtest" | "removed";
    readonly approval?: string;
    /** The event whose text was read. */
    readonly event?: string;
    readonly days?: number;
    readonly keepsSecrets?: boolean;
    /** SHA-256 of the approval as it was signed. */
    readonly receipt?: string;
    readonly words?: {
      readonly reason: string;
      readonly approver: string;
      readonly owner?: string;
    };
  },
): AuditEvent {
  const { what, approval, event, days, keepsSecrets, receipt, words } = input;
  const metadata = {
    ...baseMetadata(stamp, "raw"),
    what,
    ...(approval === undefined ? {} : { approval: plainName(approval) ?? "other" }),
    ...(event === undefined ? {} : { event: plainName(event) ?? "other" }),
    ...(days === undefined ? {} : { days: wholeNumber(days) }),
    ...(keepsSecrets === undefined ? {} : { secrets: keepsSecrets }),
    ...(receipt === undefined ? {} : { receipt: plainName(receipt) ?? "other" }),
  };
  const sealed =
    words === undefined
      ? undefined
      : {
          approver: cutText(words.approver, ID_CHARS_MAX),
          reason: cutText(words.reason, NOTE_CHARS_MAX),
          ...(words.owner === undefined ? {} : { owner: cutText(words.owner, NOTE_CHARS_MAX) }),
        };
  return { id: stamp.id, metadata, sealed };
}

/** What is kept of a person was written to a file: how many events and how many places. Who asked is not said. */
export function disclosureEvent(
  stamp: EventStamp,
  input: { readonly events: number; readonly places: number },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "disclosure"),
    events: wholeNumber(input.events),
    places: wholeNumber(input.places),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}
