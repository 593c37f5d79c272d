// Detections of many events: told once for each full number within the time, in one session, whatever others do.
import { expect, it } from "vitest";
import { createFollower } from "#detect/detection/burst.ts";
import { loadDetections } from "#surface/foundation/product/shipped-data.ts";

const burst = loadDetections().find(({ name }) => name === "discovery/burst-of-refusals");
const deny = (session?: string) => ({
  kind: "decision",
  verdict: "deny",
  ...(session === undefined ? {} : { session }),
});
const SECOND = 1_000;

function told(events: readonly (readonly [object, number])[]): number {
  if (burst === undefined) throw new Error("the detection is gone");
  const follow = createFollower(burst);
  return events.filter(([event, timeMs]) => follow(event as never, timeMs)).length;
}

const every = (count: number, ms: number, session = "s") =>
  Array.from({ length: count }, (_, at) => [deny(session), at * ms] as const);

it.each([
  ["nine in a minute", every(9, SECOND), 0],
  ["ten in a minute", every(10, SECOND), 1],
  ["nineteen are told once", every(19, SECOND), 1],
  ["twenty are two times ten", every(20, SECOND), 2],
  ["ten in an hour", every(10, 400 * SECOND), 0],
  ["five each of two sessions", [...every(5, SECOND, "a"), ...every(5, SECOND, "b")], 0],
  ["ten of nobody", Array.from({ length: 10 }, (_, at) => [deny(), at] as const), 0],
  [
    "ten that were allowed",
    every(10, SECOND).map(([, at]) => [{ ...deny("s"), verdict: "allow" }, at] as const),
    0,
  ],
])("%s", (_name, events, count) => {
  expect(told(events)).toBe(count);
});
