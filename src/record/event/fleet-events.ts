// What was decided about a fleet, in the record of whoever decided it. The fleet's own journal has all of it.
import { cutText, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const REASON_CHARS_MAX = 500;

/** `what` is the deed, `entry` its number in the journal, `about` a policy, repository or fact, which is sealed with the reason. */
export function fleetEvent(
  stamp: EventStamp,
  input: {
    readonly what: string;
    readonly entry: number;
    readonly fleet: string;
    readonly tier: string | undefined;
    readonly about: string;
    readonly reason: string;
    readonly user: string;
  },
): AuditEvent {
  const { what, entry, fleet, tier, about, reason, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "fleet"),
    what: plainName(what) ?? "other",
    entry: wholeNumber(entry),
    tier: tier === undefined ? "none" : (plainName(tier) ?? "other"),
  };
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    fleet: cutText(fleet, ID_CHARS_MAX),
    about: cutText(about, ID_CHARS_MAX),
    reason: cutText(reason, REASON_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}
