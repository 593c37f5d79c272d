// Paths as text: one spelling of each.
import { resolve } from "node:path/posix";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanPath, joinPath } from "#base/path.ts";

const parts = fc.array(
  fc.constantFrom("/", "//", ".", "..", "...", "a", ".a", "a.", "a..b", "\n", "é"),
  { maxLength: 12 },
);

describe("a clean path", () => {
  it("is what the system's own rules make of it", () => {
    fc.assert(
      fc.property(parts, (some) => {
        const path = `/${some.join("")}`;
        expect(cleanPath(path)).toBe(resolve(path));
        expect(joinPath("/w", some.join(""))).toBe(resolve("/w", some.join("")));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });
  it.each(["/", "/a", "/a/b", "/.a", "/a..", "/..."])("stays: %s", (path) => {
    expect(cleanPath(path)).toBe(path);
  });
});
