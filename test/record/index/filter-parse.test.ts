// Reading filters: what terms mean, and what is wrong with one at which column.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { FILTER_DEPTH_MAX, FILTER_TERMS_MAX } from "#base/limits.ts";
import type { Filter } from "#record/index/filter.ts";
import { parseFilter } from "#record/index/filter-parse.ts";

const names = {
  pseudonyms: (domain: string, text: string) => [`${domain}~${text}`],
  wordDigest: () => "4KQ7X2MN",
};
const NOW_MS = Date.parse("2026-03-10T12:00:00Z");
const parse = (text: string): Filter => parseFilter(text, { nowMs: NOW_MS, names });
const day = (text: string): number => Date.parse(text);
const word = (field: string, ...texts: string[]) => ({
  kind: "word",
  field,
  matches: texts.map((text) => ({ text: text.replace(/\*$/, ""), isOpen: text.endsWith("*") })),
});

it("looks for a text as it stands alone where no key makes the stand-ins of literals", () => {
  const keyless = { ...names, wordDigest: () => "" };
  expect(parseFilter("push", { nowMs: NOW_MS, names: keyless })).toEqual({
    kind: "text",
    phrases: [{ words: ["push"], isOpen: false }],
  });
});

describe("a filter means", () => {
  it.each<[string, unknown]>([
    ["", { kind: "all", parts: [] }],
    ["verdict:deny", word("verdict", "deny")],
    ["verdict=deny,ask", word("verdict", "deny", "ask")],
    ["tool!=Bash", { kind: "not", part: word("tool", "Bash") }],
    ["-tool:Bash", { kind: "not", part: word("tool", "Bash") }],
    ["NOT tool:Bash", { kind: "not", part: word("tool", "Bash") }],
    ["policy:builtin/te*", word("policy", "builtin/te*")],
    ["what:*", { kind: "present", field: "what" }],
    ["user:ada", word("user", "ada", "user~ada")],
    // A name as the log has it is looked for as it stands: no key makes one of it.
    ["call:ohLReGLywQ4bd-W_0a1b2A", word("call", "ohLReGLywQ4bd-W_0a1b2A")],
    [
      "call:ohLReGLywQ4bd-W_0a1b2B",
      word("call", "ohLReGLywQ4bd-W_0a1b2B", "call~ohLReGLywQ4bd-W_0a1b2B"),
    ],
    [
      "rule:secrets/read,a*",
      {
        kind: "mark",
        field: "rule",
        matches: [
          { text: "secrets/read", isOpen: false },
          { text: "/secrets/read", isOpen: false, isEnd: true },
          { text: ":secrets/read", isOpen: false, isEnd: true },
          { text: "a", isOpen: true },
        ],
      },
    ],
    [
      "rule:builtin:team/x",
      { kind: "mark", field: "rule", matches: [{ text: "builtin:team/x", isOpen: false }] },
    ],
    ["effect:read", { kind: "mark", field: "effect", matches: [{ text: "read/", isOpen: true }] }],
    [
      "effect:read/home",
      { kind: "mark", field: "effect", matches: [{ text: "read/home", isOpen: false }] },
    ],
    ["duration>=10", { kind: "number", field: "duration", compare: ">=", value: 10 }],
    ["duration:<2.5", { kind: "number", field: "duration", compare: "<", value: 2.5 }],
    ["enforced:false", { kind: "flag", field: "enforced", value: false }],
    ["time:2026-03-01", { kind: "time", fromMs: day("2026-03-01"), untilMs: day("2026-03-02") }],
    [
      "time:2026-03-01..2026-03-02",
      { kind: "time", fromMs: day("2026-03-01"), untilMs: day("2026-03-03") },
    ],
    ["time<2026-03-01T01:00+01:00", { kind: "time", fromMs: 0, untilMs: day("2026-03-01") }],
    ["time:-24h", { kind: "time", fromMs: NOW_MS - 86_400_000, untilMs: 2 ** 48 }],
    [
      "tool:Bash OR tool:Read kind:result",
      {
        kind: "any",
        parts: [
          word("tool", "Bash"),
          { kind: "all", parts: [word("tool", "Read"), word("kind", "result")] },
        ],
      },
    ],
    [
      "(tool:Bash OR tool:Read) AND kind:result",
      {
        kind: "all",
        parts: [
          { kind: "any", parts: [word("tool", "Bash"), word("tool", "Read")] },
          word("kind", "result"),
        ],
      },
    ],
    ['tool:"a,b*"', { kind: "word", field: "tool", matches: [{ text: "a,b*", isOpen: false }] }],
    ["doc*", { kind: "text", phrases: [{ words: ["doc"], isOpen: true }] }],
    [
      '"git push --force"',
      {
        kind: "text",
        phrases: [
          { words: ["git", "push", "force"], isOpen: false },
          { words: ["word", "4kq7x2mn"], isOpen: false },
        ],
      },
    ],
  ])("%s", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });
  it("a place in reading, writing, deleting and sending", () => {
    expect(parse("scope:home")).toEqual({
      kind: "mark",
      field: "effect",
      matches: ["read/home", "write/home", "delete/home", "egress/home"].map((text) => ({
        text,
        isOpen: false,
      })),
    });
  });
});

describe("what is wrong is told with its column", () => {
  it.each([
    ["verdikt:deny", 1, "no field `verdikt`"],
    ["tool:Bash verdikt:deny", 11, "no field `verdikt`"],
    ["tool:", 5, "has no value"],
    ["tool: Bash", 5, "has no value"],
    ["(tool:Bash", 1, "never closed"],
    ["tool:Bash)", 10, "closes nothing"],
    ['tool:"Bash', 6, "no end"],
    ["OR tool:Bash", 1, "no term before"],
    ["tool:Bash OR", 13, "ends where a term"],
    ["-", 1, "no letter or digit"],
    ["duration:fast", 10, "no number"],
    ["tool>Bash", 5, "cannot be compared"],
    ["time:2026-02-30", 6, "give a day"],
    ["time:yesterday", 6, "give a day"],
    ["enforced:no", 10, "`true` or `false`"],
    ["user:ad*", 6, "in full"],
    ["tool:a,,b", 6, "word is missing"],
    ['"--"', 1, "no letter or digit"],
    [`${"(".repeat(FILTER_DEPTH_MAX + 2)}tool:Bash`, FILTER_DEPTH_MAX + 2, "deep at most"],
    [
      Array.from({ length: FILTER_TERMS_MAX + 1 }, () => "a").join(" "),
      2 * FILTER_TERMS_MAX + 1,
      "at most 64 terms",
    ],
    ["a".repeat(5_000), 4_096, "at most 4096 characters"],
  ])("fault %#", (text, column, message) => {
    expect(() => parse(text)).toThrow(`at column ${column}: `);
    expect(() => parse(text)).toThrow(message);
  });
  it("whatever is given, it is a filter or a Failure, and no escape reaches the terminal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect(String(error)).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 150 },
    );
  });
});
