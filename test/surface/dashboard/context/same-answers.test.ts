// Answers that are kept while nothing changes on disk.
import { expect, test } from "vitest";
import { sameAnswer } from "#surface/dashboard/context/same-answers.ts";

const parts = () => ({ run: () => Promise.reject(new Error("not run here")) });

test("an answer is made once, and again when its sign changes", async () => {
  const own = parts();
  let made = 0;
  const ask = (sign: string, by = own) =>
    sameAnswer(by, { key: "packs", sign }, () => Promise.resolve((made += 1)));
  expect(await Promise.all([ask("a"), ask("a")])).toEqual([1, 1]);
  expect(await ask("b")).toBe(2);
  expect(await ask("b")).toBe(2);
  // Another dashboard has its own.
  expect(await ask("b", parts())).toBe(3);
  expect(await sameAnswer(own, { key: "queries" }, () => Promise.resolve("other"))).toBe("other");
});

test("one that failed is asked for again", async () => {
  const own = parts();
  const ask = (answer: () => Promise<string>) => sameAnswer(own, { key: "packs" }, answer);
  await expect(ask(() => Promise.reject(new Error("busy")))).rejects.toThrow("busy");
  expect(await ask(() => Promise.resolve("there"))).toBe("there");
});
