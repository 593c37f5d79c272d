// The random pool never gives the same bytes twice and never changes what it gave.
import { describe, expect, it } from "vitest";
import { createRandomPool } from "#record/store/files/random-pool.ts";

describe("random pool", () => {
  it("pieces.differ-and-stay", () => {
    const random = createRandomPool();
    const pieces = Array.from({ length: 1_000 }, () => random(12));
    const seen = pieces.map((piece) => Buffer.from(piece).toString("hex"));
    expect(new Set(seen).size).toBe(1_000);
    for (let count = 0; count < 1_000; count += 1) random(10);
    expect(pieces.map((piece) => Buffer.from(piece).toString("hex"))).toEqual(seen);
    expect(pieces.every((piece) => piece.length === 12)).toBe(true);
    expect(() => random(5_000)).toThrow("smaller than the pool");
  });
});
