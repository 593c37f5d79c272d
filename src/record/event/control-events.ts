// Events of controls of frameworks: one is no longer evidenced, or is again.
import { plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp } from "./event.ts";

/** `lapsed`: the control was supported or attested when it was looked at before, and is not now. `gaps` counts them. */
export function controlEvent(
  stamp: EventStamp,
  input: {
    readonly what: "lapsed" | "evidenced";
    readonly control: string;
    readonly status: "supported" | "gap" | "not evidenced" | "attested";
    readonly gaps: number;
  },
): AuditEvent {
  const { what, control, status, gaps } = input;
  const metadata = {
    ...baseMetadata(stamp, "control"),
    what,
    control: plainName(control) ?? "other",
    status: status.replace(" ", "-"),
    gaps: wholeNumber(gaps),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}
