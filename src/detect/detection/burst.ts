// A detection of many: counts what matches within one session, and tells once when there are enough of them in a short time.
import type { JsonObject } from "#record/log/leaf.ts";
import type { Detection } from "./detection.ts";

/** Sessions that are counted at once; the one that was quiet for longest is forgotten. */
const SESSIONS_MAX = 10_000;

/**
 * The test of a detection over events in their order. One of single events says of each whether it matches; one with a `burst` says so of
 * the event that makes the number full, and counts anew from there.
 */
export function createFollower({
  matches,
  burst,
}: Pick<Detection, "matches" | "burst">): (metadata: JsonObject, timeMs: number) => boolean {
  if (burst === undefined) return matches;
  const seen = new Map<string, number[]>();
  return (metadata, timeMs) => {
    if (!matches(metadata)) return false;
    const { session } = metadata;
    // WHY none without a session: events of nobody in particular are no burst of somebody.
    if (typeof session !== "string") return false;
    const times = (seen.get(session) ?? []).filter((one) => timeMs - one <= burst.withinMs);
    seen.delete(session);
    times.push(timeMs);
    const isFull = times.length >= burst.count;
    seen.set(session, isFull ? [] : times);
    const [oldest] = seen.keys();
    if (seen.size > SESSIONS_MAX && oldest !== undefined) seen.delete(oldest);
    return isFull;
  };
}
