// Strict JSON with places: agrees with the platform's parser, and names line and column of what is wrong.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";

function faultOf(text: string): Failure {
  try {
    parseJsonText(text, "s.json");
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("expected a fault");
}

describe("parseJsonText", () => {
  it("reads what JSON.parse reads, in any layout", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2, 4, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(JSON.stringify(toJson(parseJsonText(text, "s.json")))).toBe(
          JSON.stringify(JSON.parse(text)),
        );
      }),
    );
  });
  it("accepts nothing that JSON.parse refuses", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"',
      "1",
      "-",
      "0",
      "01",
      "e1",
      ".5",
      "true",
      "nul",
      " ",
      "\n",
      "\\",
      "\u0001",
      "//",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        let isOurs = true;
        let isTheirs = true;
        try {
          parseJsonText(text, "s.json");
        } catch (error) {
          isOurs = false;
          // A key that appears twice is the one thing refused beyond the standard.
          if (String(error).includes("twice")) return;
        }
        try {
          JSON.parse(text);
        } catch {
          isTheirs = false;
        }
        expect(isOurs).toBe(isTheirs);
      }),
      { numRuns: 2000 },
    );
  });
  it.each([
    ['{\n  "a": 1,\n}', 3, 1],
    ['{ "a": 01 }', 1, 8],
    ['{ "a" 1 }', 1, 7],
    ['{\n\t"a": "x\n"}', 2, 7],
    ["{} x", 1, 4],
    ["", 1, 1],
    ["\uFEFF{}", 1, 1],
    ['{ "a": 1, // no\n "b": 2 }', 1, 11],
    ['{ "a": 1, "a": 2 }', 1, 11],
    ["[1, 2", 1, 6],
  ])("%j is refused at %i:%i", (text, line, column) => {
    expect(faultOf(text).at).toEqual({ file: "s.json", line, column });
  });
  it("refuses nesting that would exhaust the stack, and files that are no settings", () => {
    expect(faultOf("[".repeat(100_000)).message).toContain("nesting");
    expect(faultOf(`"${"x".repeat(1024 * 1024)}"`).message).toContain("larger than 1 MiB");
  });
  it("keeps a key named __proto__ an ordinary key", () => {
    const value = toJson(parseJsonText('{ "__proto__": { "polluted": true } }', "s.json"));
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
