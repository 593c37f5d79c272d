// Events of what was detected while it happened, and of what was done about it.
import { boundedList, cutText, plainName, REASON_CHARS_MAX, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const EVENTS_MAX = 64;
const TAGS_MAX = 16;

/** Whom an alert or an incident is about. `pseudonym`: the session as the log names it in clear. */
export type EventPlace = {
  readonly pseudonym?: string;
  readonly sessionId?: string;
  readonly user?: string;
  readonly destination?: string;
};

/** A detection matched. `events`: indexes of the log. `repeats`: how often it matched before without an alert of its own. */
export function alertEvent(
  stamp: EventStamp,
  input: {
    readonly id: string;
    readonly rule: string;
    readonly level: string;
    readonly tags: readonly string[];
    readonly events: readonly number[];
    readonly repeats: number;
    readonly place: EventPlace;
    /** It was made up to practise. */
    readonly drill?: boolean;
  },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "alert"),
    alert: plainName(input.id) ?? "other",
    what: plainName(input.rule) ?? "other",
    level: plainName(input.level) ?? "other",
    ...boundedList("tags", input.tags, TAGS_MAX, (tag) => plainName(tag) ?? "other"),
    events: input.events.slice(-EVENTS_MAX).map(wholeNumber),
    ...(input.repeats === 0 ? {} : { repeats: wholeNumber(input.repeats) }),
    ...(input.drill === true ? { drill: true } : {}),
    ...sessionOf(input.place),
  };
  return { id: stamp.id, metadata, sealed: detailsOf(input.place) };
}

/** What became of an incident: `what` is a word of ours, `note` and `by` a person's. */
export function incidentEvent(
  stamp: EventStamp,
  input: {
    readonly id: string;
    readonly what: string;
    readonly state: string;
    readonly level: string;
    readonly alerts: number;
    readonly by: string | undefined;
    readonly note: string | undefined;
    readonly place: EventPlace;
    readonly drill?: boolean;
    readonly playbook?: string | undefined;
    readonly step?: string | undefined;
    /** Hex SHA-256 of the manifest of a bundle that was made of it. */
    readonly digest?: string | undefined;
  },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "incident"),
    incident: plainName(input.id) ?? "other",
    what: plainName(input.what) ?? "other",
    state: plainName(input.state) ?? "other",
    level: plainName(input.level) ?? "other",
    alerts: wholeNumber(input.alerts),
    ...(input.drill === true ? { drill: true } : {}),
    ...(input.playbook === undefined ? {} : { playbook: plainName(input.playbook) ?? "other" }),
    ...(input.step === undefined ? {} : { step: plainName(input.step) ?? "other" }),
    ...(/^[0-9a-f]{64}$/.test(input.digest ?? "") ? { digest: input.digest ?? "" } : {}),
    ...sessionOf(input.place),
  };
  const sealed = {
    ...detailsOf(input.place),
    ...(input.by === undefined ? {} : { by: cutText(input.by, REASON_CHARS_MAX) }),
    ...(input.note === undefined ? {} : { reason: cutText(input.note, REASON_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata, sealed };
}

function sessionOf({ pseudonym }: EventPlace): { readonly session?: string } {
  const session = pseudonym === undefined ? undefined : plainName(pseudonym);
  return session === undefined ? {} : { session };
}

/** WHY never empty: an event that names a session seals whose it was. */
function detailsOf({ sessionId, user, destination }: EventPlace) {
  return {
    sessionId: cutText(sessionId ?? "", ID_CHARS_MAX),
    ...(user === undefined ? {} : { user: cutText(user, ID_CHARS_MAX) }),
    ...(destination === undefined ? {} : { destination: cutText(destination, ID_CHARS_MAX) }),
  };
}
