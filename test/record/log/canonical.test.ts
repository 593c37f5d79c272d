// Canonical JSON: the samples of RFC 8785, refusals, and one spelling per value.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "#record/log/canonical.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

describe("canonical json", () => {
  it("numbers.as-ecmascript", () => {
    const samples: [number, string][] = [
      [0, "0"],
      [-0, "0"],
      [1, "1"],
      [333333333.33333329, "333333333.3333333"],
      [4.5, "4.5"],
      [2e-3, "0.002"],
      [1e-27, "1e-27"],
      [9007199254740991, "9007199254740991"],
      [-1.5e-7, "-1.5e-7"],
    ];
    for (const [value, text] of samples) expect(canonicalJson(value)).toBe(text);
  });

  it("numbers.refused", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 1e30]) {
      expect(() => canonicalJson(value)).toThrow("canonical json");
    }
  });

  it("strings.and-order", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
    };
    const more = {
      ...value,
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(canonicalJson(more)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"');
  });

  it("strings.lone-surrogate-refused", () => {
    expect(() => canonicalJson("\ud800")).toThrow("well formed");
    expect(() => canonicalJson({ "\udc00": 1 })).toThrow("well formed");
  });

  it("depth.bounded", () => {
    let value: Json = 1;
    for (let depth = 0; depth < 40; depth += 1) value = [value];
    expect(() => canonicalJson(value)).toThrow("nests deeper");
  });

  it("property.order-of-members-does-not-matter", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
        (value) => {
          const reversed = Object.fromEntries(Object.entries(value).reverse());
          const text = canonicalJson(value);
          expect(canonicalJson(reversed)).toBe(text);
          expect(JSON.parse(text)).toEqual({ ...value });
        },
      ),
    );
  });
});
