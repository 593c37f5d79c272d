// The table of clean contents, beside a map of the same; what is written is read again, and bytes at chance break nothing.
import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CLEAN_RECORD_BYTES, type CleanContent, CleanTable } from "#assure/scan/clean-table.ts";
import { READ_AS } from "#assure/scan/text-windows.ts";

const digestOf = (number: number): Buffer =>
  createHash("sha256").update(String(number)).digest().subarray(0, 16);
const contents = fc.record({
  bytes: fc.nat(),
  readAs: fc.constantFrom(...READ_AS),
  isPacked: fc.boolean(),
});

describe("a table of clean contents", () => {
  it("property.knows what a map knows, before and after it was written", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3_000), contents), { maxLength: 1_500 }),
        (taken: readonly (readonly [number, CleanContent])[]) => {
          const map = new Map(taken);
          const table = new CleanTable();
          for (const [number, content] of taken) table.add(digestOf(number), content);
          const again = CleanTable.read(table.write());
          for (const one of [table, again]) {
            expect(one.size).toBe(map.size);
            for (let number = 0; number <= 3_000; number += 1)
              expect(one.get(digestOf(number))).toEqual(map.get(number));
          }
          expect(again.isChanged).toBe(false);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("keeps what was met where there is no room for all", () => {
    const before = new CleanTable();
    for (let number = 0; number < 100; number += 1)
      before.add(digestOf(number), { bytes: number, readAs: "utf-8", isPacked: false });
    const table = CleanTable.read(before.write());
    for (let number = 90; number < 100; number += 1) table.get(digestOf(number));
    const left = CleanTable.read(table.write(10));
    expect(left.size).toBe(10);
    for (let number = 90; number < 100; number += 1)
      expect(left.get(digestOf(number))?.bytes).toBe(number);
  });

  it("property.reads any bytes, and what it takes from them is written as it was", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const table = CleanTable.read(Buffer.from(bytes));
        expect(table.size).toBeLessThanOrEqual(bytes.length / CLEAN_RECORD_BYTES);
        expect(CleanTable.read(table.write()).size).toBe(table.size);
      }),
    );
  });

  it("does not take what is too large to be counted", () => {
    const table = new CleanTable();
    table.add(digestOf(1), { bytes: 2 ** 32, readAs: "utf-8", isPacked: false });
    expect(table.size).toBe(0);
  });
});
