// Slow test files take turns: each is there, is had once in so many days, and waits on the others.
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { slowFiles, waitingFiles } from "../../scripts/slow-tests.ts";

it("names files that are there, each once", () => {
  expect(slowFiles().filter((file) => !existsSync(file))).toEqual([]);
  expect(new Set(slowFiles()).size).toBe(slowFiles().length);
});

it.each([2, 3, 6])("has each on one day of %d", (parts) => {
  const days = Array.from({ length: parts }, (_, day) =>
    waitingFiles((20_000 + day) * 86_400_000, parts),
  );
  for (const file of slowFiles())
    expect(days.filter((waiting) => waiting.includes(file))).toHaveLength(parts - 1);
});
