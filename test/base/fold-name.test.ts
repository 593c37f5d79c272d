// Names that some file system takes for the same, and names that none does.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldName } from "#base/fold-name.ts";
import { compileGlob } from "#base/glob.ts";

describe("foldName", () => {
  const same = [
    [".env", ".ENV"],
    ["caf\u00e9.key", "cafe\u0301.KEY"],
    ["id_rsa", "id_r\u017fa"],
    ["x.key", "x.\u212aey"],
    [".env", ".e\u200dnv"],
    [".env", "\ufeff.env"],
    ["stra\u00dfe", "STRASSE"],
    ["\uac00", "\u1100\u1161"],
  ] as const;
  for (const [one, other] of same)
    test(`${JSON.stringify(one)} is ${JSON.stringify(other)}`, () => {
      expect(foldName(one)).toBe(foldName(other));
      expect(compileGlob(`/**/${one}`, { ignoreCase: true })(`/a/${other}`)).toBe(true);
      expect(compileGlob(`/**/${one}`)(`/a/${other}`)).toBe(false);
    });

  for (const [one, other] of [
    [".env", ".\u00e9nv"],
    [".env", ".\uff45nv"],
    [".env", ".env "],
    ["a", "b"],
  ] as const)
    test(`${JSON.stringify(one)} is not ${JSON.stringify(other)}`, () => {
      expect(foldName(one)).not.toBe(foldName(other));
    });

  test("letters with marks in one character or two, and ASCII in small letters", () => {
    const names = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(names, (name) => {
        expect(foldName(name.normalize("NFD"))).toBe(foldName(name.normalize("NFC")));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (name) => {
        expect(foldName(name)).toBe(name.toLowerCase());
      }),
    );
  });
});
