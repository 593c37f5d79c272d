// Waiting in tests: it ends as soon as it is so, and in words when it never is.
import { expect, it } from "vitest";
import { atRest, succeeding, until } from "./until.ts";

const soon = { withinMs: 30, everyMs: 1 };

it("asks until it is so, and no more", async () => {
  let asked = 0;
  await until("the third time", async () => ++asked === 3, { everyMs: 1 });
  expect(asked).toBe(3);
});

it("names what never came about", async () => {
  await expect(until("the moon is blue", () => false, soon)).rejects.toThrow("the moon is blue");
});

it("gives what the first attempt gives that succeeds, or what the last one threw", async () => {
  let tries = 0;
  const third = () => {
    tries += 1;
    if (tries < 3) throw new Error("not yet");
    return tries;
  };
  expect(await succeeding(third, { everyMs: 1 })).toBe(3);
  const never = () => Promise.reject(new Error("never"));
  await expect(succeeding(never, soon)).rejects.toThrow("never");
});

it("reads until two readings are as long", async () => {
  const lengths = [1, 2, 4, 4, 9];
  const read = () => Array.from({ length: lengths.shift() ?? 0 });
  expect(await atRest(read, 1)).toHaveLength(4);
});
