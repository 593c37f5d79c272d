// Groups of digits: they hold every number that a pattern of numbers finds, whole, and do not run into each other.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digitGroupAt } from "#guard/content/detection/digit-groups.ts";

function groupsIn(text: string, least: number): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (!/[0-9]/.test(text.charAt(at))) continue;
    at = digitGroupAt(text, at, least, (start, end, count) => {
      const group = text.slice(start, end);
      expect(group.replace(/[^0-9]/g, "")).toHaveLength(count);
      found.push(group);
    });
  }
  return found;
}

describe("groups of digits", () => {
  it.each([
    ["call +1 (415) 555-2671 now", 7, ["1 (415) 555-2671"]],
    ["1.2.3.4 and 10.0.0.1", 4, ["1.2.3.4", "10.0.0.1"]],
    ["a1b2c3d4", 2, []],
    ["12    34", 4, []],
    ["12   34", 4, ["12   34"]],
    ["4111\u00a01111\u20131111 1111", 16, ["4111\u00a01111\u20131111 1111"]],
    ["12,345;123456789", 9, ["123456789"]],
    ["", 1, []],
  ])("of %j with %i digits or more", (text, least, groups) => {
    expect(groupsIn(text, least)).toEqual(groups);
  });

  it("property.are those of a pattern", () => {
    const text = fc.string({ unit: fc.constantFrom("1", "2", " ", "-", ".", "(", "a", "\u2011") });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (one, least) => {
        const plain = [...one.matchAll(/[0-9](?:[ ()\-./\u2010-\u2013]{0,3}[0-9])*/g)]
          .map(([found]) => found)
          .filter((found) => found.replace(/[^0-9]/g, "").length >= least);
        expect(groupsIn(one, least)).toEqual(plain);
      }),
    );
  });
});
