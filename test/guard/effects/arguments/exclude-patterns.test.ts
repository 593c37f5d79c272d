// What a call leaves out of a tree: which words count, and which paths they hide.
import { expect, test } from "vitest";
import { excludePatterns, excludeTest } from "#guard/effects/arguments/exclude-patterns.ts";
import { literal } from "#guard/shell/values/text.ts";

const words = (...names: string[]) => names.map(literal);

test.each([
  [".env", true],
  ["*.pem", true],
  ["a+b@c-d", true],
  [".", false],
  ["", false],
  ["!.env", false],
  ["^x", false],
  ["dir/.env", false],
  ["[a]", false],
  ["{a,b}", false],
  [".env extra", false],
])("the word %j counts: %s", (name, counts) => {
  const expected = counts ? { files: [name], directories: [] } : undefined;
  expect(excludePatterns(words(name), [])).toEqual(expected);
  const other = counts ? { files: [], directories: [name] } : undefined;
  expect(excludePatterns([], words(name))).toEqual(other);
});

test("as many names of files as of directories are not nothing", () => {
  expect(excludePatterns(words("a"), words("b"))).toEqual({ files: ["a"], directories: ["b"] });
});

test("a word that is not known leaves nothing out", () => {
  expect(excludePatterns([[{ kind: "hole", reason: "unmodelled" }] as never], [])).toBeUndefined();
});

test.each([
  ["/p/.env", true],
  ["/p/sub/.env", true],
  ["/p/sub/.env.local", false],
  // A directory of a name that is left out for files is entered.
  ["/p/.env/key", false],
  ["/p/vendor/deep/key", true],
  // A file of a name that is left out for directories is read.
  ["/p/vendor", false],
  ["/p/sub/vendor", false],
  ["/p", false],
])("below /p, %s is left out: %s", (path, isLeft) => {
  const test = excludeTest({ files: [".env"], directories: ["vendor"] }, "/p");
  expect(test(path)).toBe(isLeft);
});

test("names above the root leave nothing out", () => {
  const test = excludeTest({ files: ["vendor"], directories: ["vendor"] }, "/vendor/p");
  expect(test("/vendor/p/key")).toBe(false);
  expect(test("/vendor/p")).toBe(false);
});
