// Events of deliveries to other systems: a target fails, works again, refuses entries, or is resumed by a person.
import { plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp } from "./event.ts";

/** The kind of trouble in one word of ours: what the other side says stays out of the log. */
export type DeliveryReason = "status" | "unreachable" | "unusable" | "refused" | "removed" | "none";

/**
 * `failing` a target takes nothing, `delivering` it takes again, `dead` entries that it refused and never gets, `missed`
 * entries that were gone from the log before they could be sent, `resumed` by a person.
 */
export function deliveryEvent(
  stamp: EventStamp,
  input: {
    readonly what: "failing" | "delivering" | "missed" | "dead" | "resumed";
    readonly target: string;
    readonly reason: DeliveryReason;
    readonly status?: number | undefined;
    readonly count: number;
  },
): AuditEvent {
  const { what, target, reason, status, count } = input;
  const metadata = {
    ...baseMetadata(stamp, "delivery"),
    what,
    target: plainName(target) ?? "other",
    reason,
    ...(status === undefined ? {} : { status: wholeNumber(status) }),
    count: wholeNumber(count),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}
