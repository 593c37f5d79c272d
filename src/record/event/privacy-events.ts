// Events about people's rights: somebody was erased, or handed what is kept of them. Neither says who.
import { plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp } from "./event.ts";

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
