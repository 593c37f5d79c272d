// The one reader of rules: what the client makes of a rule's text, as it was measured.
import { expect, test } from "vitest";
import { currentName, readRule } from "#guard/native/rule.ts";

test.each([
  ["Bash", "Bash", undefined],
  ["Bash(npm test:*)", "Bash", "npm test:*"],
  ["Bash(*)", "Bash", "*"],
  // Escapes are how the client itself writes brackets of a command; unescaped ones are taken too.
  [String.raw`Bash(python3 -c 'print\(1\)')`, "Bash", "python3 -c 'print(1)'"],
  ["Bash(python3 -c 'print(1)')", "Bash", "python3 -c 'print(1)'"],
  [String.raw`Bash(touch 'a\\b')`, "Bash", String.raw`touch 'a\b'`],
  [String.raw`Bash(touch 'a\b')`, "Bash", String.raw`touch 'a\b'`],
  ["Bash(touch (g)", "Bash", "touch (g"],
  // Blanks belong to what they stand in, so these name no tool and no command that anybody runs.
  [" Bash(touch a)", " Bash", "touch a"],
  ["Bash (touch b)", "Bash ", "touch b"],
  ["Bash( touch e)", "Bash", " touch e"],
])("reads %s", (text, tool, subject) => {
  expect(readRule(text)).toEqual({ kind: "rule", tool, subject });
});

test.each(["", "  ", "Bash()", "Bash(touch c) ", "Bash(a)b", "(a)", "Bash)", "Bash(a", "Ba)sh(a)"])(
  "takes `%s` for no rule",
  (text) => {
    expect(readRule(text).kind).toBe("malformed");
  },
);

test("knows the old name of a tool", () => {
  expect(currentName("Task")).toBe("Agent");
  expect(currentName("Bash")).toBe("Bash");
});
