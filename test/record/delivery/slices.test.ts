// A batch is made in slices: whoever waits for a turn has one before the batch is done.
import { expect, it } from "vitest";
import { mapInSlices } from "#record/delivery/slices.ts";

it("gives all in order, and lets others have their turns in between", async () => {
  const items = Array.from({ length: 1_000 }, (_, at) => at);
  const seen: number[] = [];
  let made = 0;
  const wait = (): void => {
    seen.push(made);
    if (made < items.length) setImmediate(wait);
  };
  setImmediate(wait);
  const done = await mapInSlices(items, (item) => {
    made += 1;
    return item * 2;
  });
  expect(done).toEqual(items.map((item) => item * 2));
  const longest = Math.max(...seen.map((at, turn) => at - (seen[turn - 1] ?? 0)));
  expect(longest).toBeLessThanOrEqual(64);
  expect(seen.length).toBeGreaterThan(15);
});
