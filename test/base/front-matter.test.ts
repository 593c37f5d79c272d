// Heads of text files: every spelling by which the real client (2.1.332) found hooks is seen, and ordinary heads are sure.
import { describe, expect, test } from "vitest";
import { agentKey, readFrontMatter, splitFrontMatter } from "#base/front-matter.ts";

const head = (keys: string, body = "Review.") => `---\n${keys}\n---\n${body}\n`;
const HOOKS = "hooks:\n  PreToolUse:\n    - hooks: []";

describe("may have hooks", () => {
  test.each([
    ["plain", head(`name: rev\n${HOOKS}`)],
    ["a quoted key", head('"hooks": {}')],
    ["a blank before the colon", head("hooks : {}")],
    ["behind a byte order mark", `\uFEFF${head(HOOKS)}`],
    ["with returns", head(HOOKS).replaceAll("\n", "\r\n")],
    ["a return alone ends a line", head("x: y\rhooks: {}")],
    ["all of it indented", head("  name: rev\n  hooks: {}")],
    ["indented by tabs, at any depth", head("name: rev\n\thooks: {}")],
    ["in braces, with an escape", head('{name: rev, "h\\u006foks": {}}')],
    ["an escaped key", head('name: rev\n"h\\u006foks": {}')],
    ["a merge", head("name: rev\n<<: {hooks: {}}")],
    ["an alias as the key", head("name: &a hooks\n*a : {}")],
    ["a complex key", head("? hooks\n: {}")],
    ["a tag before a mapping", head("!!map {hooks: {}}")],
    ["dashes in the middle of a line end it for the client", `---\n${HOOKS}\nz: a ---\nR\n`],
    ["no line ends it", `---\nname: rev\n${HOOKS}\n`],
    ["other keys that are no YAML", head(`description: a: b: c\n${HOOKS}`)],
  ])("%s", (_, text) => {
    expect(readFrontMatter(text).mayHave("hooks")).toBe(true);
  });
  test("a head that is cut or too long", () => {
    expect(readFrontMatter("---\nname: rev\n", false).mayHave("hooks")).toBe(true);
    expect(readFrontMatter(head(`x: ${"y".repeat(300_000)}`)).isSure).toBe(false);
  });
});

describe("has none for sure", () => {
  test.each([
    ["no head", "hooks:\n"],
    ["a blank line before it: the client reads none either", `\n${head(HOOKS)}`],
    [
      "an ordinary definition",
      head("name: rev\ndescription: looks at hooks: all\ntools: Read, Bash"),
    ],
    ["below another key", head("metadata:\n  hooks: x")],
    ["in a block of text", head("description: >\n  about\n  hooks: and more")],
    ["in the body", head("name: rev", "hooks: {}")],
    ["in a comment", head("# hooks: {}\nname: rev")],
  ])("%s", (_, text) => {
    const read = readFrontMatter(text);
    expect([read.isSure, read.mayHave("hooks")]).toEqual([true, false]);
  });
});

test.each<[string, readonly string[] | undefined]>([
  ["skills: a", ["a"]],
  ["skills: a, b # two", ["a", "b"]],
  ["skills: [a, 'b c']", ["a", "b c"]],
  ['skills:\n  - a\n  - "b"', ["a", "b"]],
  ["skills:\n- a", ["a"]],
  ["x: y", []],
  ["skills: a\nskills: b", ["a", "b"]],
  ["skills: *x", undefined],
  ["skills: [a,\n  b]", undefined],
  ["skills: |\n  a", undefined],
  ['skills: "\\x61"', undefined],
])("the values of `%s`", (keys, values) => {
  expect(readFrontMatter(head(keys)).values("skills")).toEqual(values);
});

test("the body and its line", () => {
  expect(splitFrontMatter(head("a: 1\nb: 2", "text"))).toMatchObject({
    head: "a: 1\nb: 2\n",
    body: "text\n",
    bodyLine: 5,
    isClosed: true,
  });
  expect(splitFrontMatter("text")).toBeUndefined();
});

test("a name is known in each spelling", () => {
  expect(new Set(["Code Reviewer", "code-reviewer", "code_reviewer"].map(agentKey)).size).toBe(1);
});
