// Events of probes: what a process reached from inside of the isolation that it was in.
import { boundedList, cutText, PATH_CHARS_MAX, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const AREAS_MAX = 32;

/**
 * A probe tried what is reachable. `areas` are those where something forbidden was, `what` is how it ended; `where` says whether
 * this process was probed, or one that it started inside. Counts are of trials. Project and person are sealed.
 */
export function isolationEvent(
  stamp: EventStamp,
  input: {
    readonly what: "held" | "broken" | "untold";
    readonly where: "here" | "inside";
    readonly tier: string | null;
    readonly areas: readonly string[];
    readonly reachable: number;
    readonly refused: number;
    readonly absent: number;
    readonly unknown: number;
    readonly root: string;
    readonly user: string;
  },
): AuditEvent {
  const { what, where, tier, areas, reachable, refused, absent, unknown, root, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "isolation"),
    what,
    where,
    tier: tier === null ? "none" : (plainName(tier) ?? "other"),
    ...boundedList("areas", [...areas], AREAS_MAX, (area) => plainName(area) ?? "other"),
    reachable: wholeNumber(reachable),
    refused: wholeNumber(refused),
    absent: wholeNumber(absent),
    unknown: wholeNumber(unknown),
  };
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    project: cutText(root, PATH_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}
