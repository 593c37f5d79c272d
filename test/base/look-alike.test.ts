// Names with letters of two alphabets, and letters that look alike read as one.
import { expect, it, test } from "vitest";
import { hasAlienLetters, plainLetters } from "#base/look-alike.ts";

test.each([
  ["./\u0440ython3", true],
  ["\u043e\u0442\u0447\u0451\u0442-v2.txt", false],
  ["src/r\u00e9sum\u00e9.md", false],
  ["test_\u03b1\u03b2.py", false],
  ["src/main.ts", false],
])("%s has letters of two alphabets in a word: %s", (name, has) => {
  expect(hasAlienLetters(name)).toBe(has);
});

it("reads letters that look alike as one", () => {
  expect(plainLetters("g\u0456thub")).toBe("github");
});
