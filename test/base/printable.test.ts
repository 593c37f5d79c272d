// Foreign text made safe to show: nothing in it can steer a terminal or hide, and JSON stays the same JSON.
import { describe, expect, test } from "vitest";
import { printable, printableJson } from "#base/printable.ts";

describe("printable", () => {
  test.each([
    ["a\u001b]0;x\u0007\u202eb\né", "a\\u{1b}]0;x\\u{7}\\u{202e}b\\u{a}é"],
    ["\u001b[31m\u0085\u2066\u{1F680}", "\\u{1b}[31m\\u{85}\\u{2066}\u{1F680}"],
    ["a\u200b\u00ad\u3164\u{e0041}\u{e0101}", "a\\u{200b}\\u{ad}\\u{3164}\\u{e0041}\\u{e0101}"],
    ["\ud800\t", "\\u{d800}\\u{9}"],
  ])("%j becomes %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test.each([undefined, 2])(
    "JSON with indent %s is the same JSON without such characters",
    (indent) => {
      const value = {
        "a\u009b": ["\u202e\n\u0000", "\u{e0041}\u007f", "\ud800", "é\u3164"],
        b: [1],
      };
      const text = printableJson(value, indent);
      expect(JSON.parse(text)).toEqual(value);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}\u3164]/u);
      expect(text.includes("\n")).toBe(indent !== undefined);
    },
  );
});
