// The key before a value, wherever a format puts it, and what it says; and what looks generated.
import { describe, expect, it } from "vitest";
import { looksGenerated } from "#guard/content/detection/generated-value.ts";
import { keyBefore, keyIsGeneric, keyNamesSecret } from "#guard/content/detection/key-name.ts";

describe("the key of a value", () => {
  it.each([
    ["A_TOKEN=@", "A_TOKEN"],
    ['{"apiKey": "@"}', "apiKey"],
    ["- name: A_TOKEN\n  value: @", "A_TOKEN"],
    ["Authorization: Bearer @", "Authorization"],
    ['const A_TOKEN: &str = "@";', "A_TOKEN"],
    ['val apiToken: String = "@"', "apiToken"],
    ["env('A_TOKEN', '@')", "A_TOKEN"],
    ["<key>A_TOKEN</key>\n<string>@</string>", "A_TOKEN"],
    ["please set A_TOKEN to @", "A_TOKEN"],
    ['os.environ["A_TOKEN"] = "@"', "A_TOKEN"],
    ["- key: @", "key"],
    ["@", ""],
  ])("in %j is %j", (text, key) => {
    expect(keyBefore(text, text.indexOf("@"))).toBe(key);
  });
  it("is looked for within bounds, whatever stands before", () => {
    for (const filler of ["value ", "=", "a", "to to "]) {
      const text = filler.repeat(100_000);
      expect(keyBefore(text, text.length).length).toBeLessThanOrEqual(80);
    }
  });
  it.each([
    "API_KEY",
    "apiToken",
    "client-secret",
    "DB_PASSWORD",
    "AUTH",
    "x.credential",
    "GH_PAT",
  ])("%s names a secret", (key) => {
    expect(keyNamesSecret(key)).toBe(true);
  });
  it.each([
    "author",
    "keyword",
    "public_key",
    "token_id",
    "secretName",
    "commit",
    "primaryKey",
    "user",
    "",
  ])("%s names none", (key) => {
    expect(keyNamesSecret(key)).toBe(false);
  });
  it("is generic where it says nothing of whose secret it is", () => {
    expect(["apiKey", "api_key", "token", "client-secret"].every(keyIsGeneric)).toBe(true);
    expect(["stripeKey", "SENTRY_TOKEN", "billing-secret"].some(keyIsGeneric)).toBe(false);
  });
});

describe("a generated value", () => {
  it.each([
    "q7Zk2LmV9xRtB4nW",
    "9f86d081e4c1a0b7",
    "kXwPqZtRvLmNbGhJ",
    "8c1f0a2e-5b7d-4e93-a6c0-d1f2b3948576",
  ])("%s looks like one", (value) => {
    expect(looksGenerated(value)).toBe(true);
  });
  it.each([
    "someLongIdentifierName",
    "internalServerError",
    "AAAAAAAAAAAAAAAA",
    "lowercasewords",
    "12345678901234567890",
    "0123456789abcdef0123456789abcdef",
  ])("%s does not", (value) => {
    expect(looksGenerated(value)).toBe(false);
  });
});
