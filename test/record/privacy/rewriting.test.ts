// Taking a person out of texts: whole words only, by form, the same twice as once, and nothing else changed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMatcher, isTelling } from "#record/privacy/person.ts";
import { rewrite, type TextForm } from "#record/privacy/rewriting.ts";

const ADA = createMatcher({ names: ["ada", "ada@corp.example", "Zoë Quill"], sessions: ["s-1"] });

describe("a person in a text", () => {
  it.each([
    ["ask Ada.", true],
    ["/home/ada/x", true],
    ["adapter", false],
    ["granada", false],
    ["ada2", false],
    ["ADA@CORP.EXAMPLE", true],
    ["zoe\u0308 quill", true],
    ["session s-1;", true],
  ])("%j: %s", (text, isThere) => {
    expect(ADA.isIn(text)).toBe(isThere);
  });
  it("is found in bytes that are no text", () => {
    expect(ADA.isInBytes(Buffer.from("\0Zo\\u00eb Quill", "latin1"))).toBe(true);
    expect(ADA.isInBytes(Buffer.concat([Buffer.of(0), Buffer.from("x ada y", "utf16le")]))).toBe(
      true,
    );
    expect(ADA.isInBytes(Buffer.from("\0adapter"))).toBe(false);
  });
  it.each([
    ["root", false],
    ["bo", false],
    ["ada", true],
  ])("%s tells a person: %s", (name, tells) => {
    expect(isTelling(name)).toBe(tells);
  });
});

describe("rewriting", () => {
  it.each<[TextForm, string, string, number]>([
    ["lines", "a\nask ada\nb\n", "a\nb\n", 1],
    ["json", '{\n  "owner": "ada",\n  "n": 1\n}\n', '{\n  "owner": "[erased]",\n  "n": 1\n}\n', 1],
    ["json", '{"ada":{"x":"to ada"}}', '{"[erased]":{"x":"to [erased]"}}', 2],
    ["json", '[{"sessionId":"s-1","x":1},{"sessionId":"s-2"}]', '[{"sessionId":"s-2"}]', 1],
    ["json-lines", '{"sessionId":"s-1"}\n{"a":"ada"}\n{"b":2}\n', '{"a":"[erased]"}\n{"b":2}\n', 2],
    ["json-lines", '{"a":"ad', '{"a":"ad', 0],
    ["json-lines", '{"b":1}\n{"a":"ada', '{"b":1}\n', 1],
    ["markdown", "# T\n\n- x\n- ada\n  likes tea\n- y\n", "# T\n\n- x\n- y\n", 1],
    ["markdown", "# T\n\n## Ada\n\nShe likes tea.\n\n## B\n\nb\n", "# T\n\n## B\n\nb\n", 4],
    ["markdown", "---\nauthor: ada\ntag: x\n---\n\ntext\n", "---\ntag: x\n---\n\ntext\n", 1],
    ["markdown", "She wrote\nto ada\n\nb\n", "\nb\n", 1],
    ["markdown", "ada\n", "", 1],
  ])("%s %j", (form, before, after, count) => {
    expect(rewrite(before, form, ADA)).toEqual({ text: after, count });
    expect(rewrite(after, form, ADA).count).toBe(0);
  });
  it("leaves no name behind, whatever the text, and does nothing twice", () => {
    const word = fc.constantFrom(
      "ada",
      "x",
      "# ",
      "- ",
      "\n",
      "\n\n",
      '{"a":"',
      '"}',
      "s-1",
      "---\n",
      " ",
    );
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(""));
    const form = fc.constantFrom<TextForm>("json", "json-lines", "markdown", "lines");
    fc.assert(
      fc.property(text, form, (given, as) => {
        const { text: left } = rewrite(given, as, ADA);
        expect(ADA.isIn(left)).toBe(false);
        expect(rewrite(left, as, ADA)).toEqual({ text: left, count: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
