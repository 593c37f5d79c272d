// Events of the dashboard: who logged in by role, what was looked at, what was changed, who was turned away. No name stands in them.
import { plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp } from "./event.ts";

/**
 * Something was done in the dashboard. `page` is an address of its API with names in place of values, such as `/events/:index`;
 * `count` is how many requests were turned away since the event before.
 */
export function dashboardEvent(
  stamp: EventStamp,
  input: {
    readonly what: string;
    readonly role: string;
    readonly page: string;
    readonly count: number;
  },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "dashboard"),
    what: plainName(input.what) ?? "other",
    role: plainName(input.role) ?? "other",
    page: plainName(input.page.replaceAll(/[/:]+/g, ".").replace(/^\./, "")) ?? "other",
    count: wholeNumber(input.count),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}
