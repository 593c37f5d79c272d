// Random bytes in small pieces from one large draw, because each draw costs more than the bytes.
import { randomFillSync } from "node:crypto";
import { assert } from "#base/failure.ts";

const POOL_BYTES = 4_096;

/** Returns a function that gives `count` fresh random bytes; no byte is ever given twice. */
export function createRandomPool(): (count: number) => Uint8Array {
  let pool = new Uint8Array(0);
  let used = 0;
  return (count) => {
    assert(count <= POOL_BYTES, "a piece is smaller than the pool");
    if (used + count > pool.length) {
      // A new array each time: pieces of the old one are still in use.
      pool = randomFillSync(new Uint8Array(POOL_BYTES));
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}
