// The words that a search pattern requires: grep as the oracle, on lines made of the pieces of the pattern.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { requiredWords } from "#guard/effects/arguments/required-words.ts";
import { literal } from "#guard/shell/values/text.ts";

function wordsOf(pattern: string, isFixed = false): readonly string[] | undefined {
  return requiredWords([literal(pattern)], isFixed);
}

it.each([
  ["LATER", ["later"]],
  ["LATER|SOMEDAY", ["later", "someday"]],
  ["LATER\\|SOMEDAY", ["later", "someday"]],
  ["function parse(", ["function"]],
  ["console\\.log\\(|some", ["console", "some"]],
  ["x\\(later|K", undefined],
  ["\\(later", ["later"]],
  ["\\(later(", undefined],
  ["import .* from", ["import"]],
  ["useStates*", ["usestate"]],
  ["console\\.log", ["console"]],
  ["[a-z]word{2}", undefined],
  ["(LATER)", ["later"]],
  ["^(PORT|HOST)=", ["port", "host"]],
  ["^\\(PORT\\|HOST\\)=", ["port", "host"]],
  ["^(PORT|HOST|K)=", undefined],
  ["^(PORT|HOST)?=", undefined],
  ["(mod|LATER(word|some))", undefined],
  ["(a|b)LATER", ["later"]],
  ["abc", undefined],
  ["", undefined],
  ["LATER|", undefined],
  ["(?i)later", undefined],
  ["\\x41bcdefg", undefined],
])("%j requires %j", (pattern, words) => {
  expect(wordsOf(pattern)).toStrictEqual(words);
});

it("takes a fixed text as it is", () => {
  expect(wordsOf("(LATER)?", true)).toStrictEqual(["later"]);
});

it("requires nothing that grep matches without", () => {
  const piece = fc.constantFrom(
    ...[
      "LATER",
      "word",
      "(",
      ")",
      "|",
      "\\|",
      "\\(",
      "\\)",
      "?",
      "*",
      "+",
      "{1,2}",
      "\\{0,1\\}",
      "[ab]",
      "[^x]",
      ".",
      "^",
      "$",
      " ",
      "\\b",
      "\\w",
      "x",
    ],
  );
  const patterns = fc
    .sample(fc.array(piece, { minLength: 1, maxLength: 6 }), { numRuns: 150, seed: 7 })
    .map((one) => one.join(""));
  const lines = [
    "LATER",
    "word",
    "tod",
    "TOD",
    "wor",
    "x",
    "a",
    "ab word",
    "TODx",
    "x x",
    "(",
    "|",
    "a|b",
    "LATERword",
  ];
  let judged = 0;
  for (const pattern of patterns) {
    const words = wordsOf(pattern);
    if (words === undefined) continue;
    for (const syntax of ["-G", "-E", "-P"]) {
      judged += 1;
      for (const line of matched(syntax, pattern, lines))
        expect(
          words.some((word) => line.toLowerCase().includes(word)),
          `${syntax} ${pattern}: ${line}`,
        ).toBe(true);
    }
  }
  expect(judged).toBeGreaterThan(30);
});

function matched(syntax: string, pattern: string, lines: readonly string[]): readonly string[] {
  try {
    const input = `${lines.join("\n")}\n`;
    return execFileSync("grep", [syntax, "-e", pattern], {
      input,
      stdio: ["pipe", "pipe", "ignore"],
    })
      .toString()
      .split("\n")
      .filter(Boolean);
  } catch {
    return [];
  }
}
