// Random values that people put into settings: that they are digits is known, and of other programs nothing is.
import { expect, test } from "vitest";
import { randomDigits } from "#guard/effects/languages/random-digits.ts";
import { likeOf } from "#guard/shell/values/text.ts";

test.each([
  ["python code", "import secrets; print(secrets.token_hex(16))", 32],
  ["python code", "import secrets\nprint(secrets.token_hex())", 64],
  ["JavaScript code", "console.log(require('crypto').randomBytes(4).toString('hex'))", 8],
  ["JavaScript code", 'require("node:crypto").randomBytes(4).toString("hex");', 8],
  ["ruby code", "print SecureRandom.hex(8)", 16],
  ["ruby code", 'require "securerandom"; puts SecureRandom.hex', 32],
  ["PHP code", "echo bin2hex(random_bytes(2));", 4],
])("%s: %s", (language, code, count) => {
  const [text] = randomDigits(code, language) ?? [];
  expect(likeOf(text ?? [])).toBe(`${"[0-9a-f]".repeat(count)}\n`);
});

test.each([
  ["python code", "import secrets; print(secrets.token_hex(16)); import os"],
  ["python code", "import secrets; print(secrets.token_urlsafe(16))"],
  ["JavaScript code", "require('crypto').randomBytes(0).toString('hex')"],
  ["JavaScript code", "require('./crypto').randomBytes(4).toString('hex')"],
  ["ruby code", "print SecureRandom.hex(8) + gets"],
  ["PHP code", "echo bin2hex(file_get_contents('a'));"],
  ["perl code", "print 1"],
])("nothing of %s: %s", (language, code) => {
  expect(randomDigits(code, language)).toBeUndefined();
});
