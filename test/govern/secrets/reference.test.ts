// References to secrets, files of them, values that do not print, and dates of rotation.
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldOf } from "#govern/secrets/provider.ts";
import {
  parsePlace,
  parseReference,
  referenceText,
  secretName,
} from "#govern/secrets/reference.ts";
import { rotationStates, withRotation } from "#govern/secrets/rotation.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { readSecretsFile } from "#govern/secrets/secrets-file.ts";

describe("a reference", () => {
  it.each([
    "keychain:github/me",
    "vault:secret/app/web@3#api-key",
    "aws:prod/app#api key",
    "aws:app",
    "gcp:my-project/api-key@7",
    "azure:my-vault/api-key",
    "1password:Team/Web app/section/password",
    "doppler:web/prd/API_KEY",
  ])("is written as it was read: %s", (text) => {
    expect(referenceText(parseReference(text))).toBe(text);
  });
  it("is read in 1Password's own form", () => {
    expect(referenceText(parseReference("op://Team/item/field"))).toBe("1password:Team/item/field");
  });
  it("names the secret without its version", () => {
    expect(secretName(parseReference("vault:secret/app@3#key"))).toBe("vault:secret/app#key");
  });
  it.each([
    ["", "begins with a provider"],
    ["planted-value-in-place-of-a-reference", "begins with a provider"],
    ["vault:secret/app", "which field"],
    ["vault:secret//app#key", "parts of letters"],
    ["vault:secret/../sys#key", "parts of letters"],
    ["aws:--output#key", "parts of letters"],
    ["keychain:a/b#c", "no field"],
    ["keychain:a/b@1", "no version"],
    ["gcp:only-project", "2 parts"],
    ["aws:a#b#c", "one `#`"],
    ["aws:a@b@c", "one `#`"],
    ["aws:a\u0000b", "parts of letters"],
    [`aws:${"a".repeat(2_000)}`, "at most 1024"],
  ])("that is wrong is refused with the reason: %s", (text, words) => {
    expect(() => parseReference(text)).toThrow(words);
    expect(() => parseReference(text)).not.toThrow(/planted/);
  });
  it("is total over any text, and what is read is read again the same", () => {
    const forms = fc.oneof(
      fc.string(),
      fc.string().map((text) => `aws:${text}`),
      fc.string().map((text) => `vault:a/${text}#k`),
    );
    fc.assert(
      fc.property(forms, (text) => {
        let read;
        try {
          read = parseReference(text);
        } catch (error) {
          return error instanceof Error && "code" in error && error.code === "secret-reference";
        }
        return referenceText(parseReference(referenceText(read))) === referenceText(read);
      }),
    );
  });
  it("names a place with as many parts as one knows", () => {
    expect(parsePlace("vault:secret/app")).toEqual({ provider: "vault", path: ["secret", "app"] });
    expect(parsePlace("1password")).toEqual({ provider: "1password", path: [] });
    expect(() => parsePlace("nothing:x")).toThrow(/begins with a provider/);
    expect(() => parsePlace("vault:-x")).toThrow(/like a reference/);
  });
});

describe("a value", () => {
  const value = new SecretValue("planted-value");
  it("is not printed, formatted, serialised or enumerated", () => {
    const forms = [
      String(value),
      JSON.stringify({ value }),
      inspect({ value }, { showHidden: true }),
      ["", value].join(),
    ];
    expect(forms.join()).not.toContain("planted");
    expect(Object.keys(value)).toEqual([]);
    expect(value.reveal()).toBe("planted-value");
  });
  it("of a field is taken from an object and never quoted when it is none", () => {
    expect(fieldOf('{"a":true}', "a", "aws")).toBe("true");
    expect(() => fieldOf("planted-value", "a", "aws")).toThrow(/no JSON object/);
    expect(() => fieldOf("planted-value", "a", "aws")).not.toThrow(/planted/);
    expect(() => fieldOf("{}", "__proto__", "aws")).toThrow(/no field/);
  });
});

describe("a file of references", () => {
  it("gives variables with their references", () => {
    const text =
      "secrets:\n  API_KEY: vault:secret/app#key\n  DB:\n    from: aws:db\n    rotateDays: 30\n";
    expect(
      readSecretsFile(text, "secrets.yaml").map(({ variable, rotateDays }) => [
        variable,
        rotateDays,
      ]),
    ).toEqual([
      ["API_KEY", undefined],
      ["DB", 30],
    ]);
  });
  it.each([
    ["secrets:\n  API_KEY: planted-value-itself\n", "begins with a provider"],
    ["secrets:\n  1X: aws:a\n", "no name of a variable"],
    ["secrets: [\n", "not valid YAML"],
    ["other: 1\n", "not valid"],
    ["secrets:\n  A: aws:a\n  A: aws:b\n", "not valid YAML"],
  ])("that is wrong is refused at its line: %j", (text, words) => {
    expect(() => readSecretsFile(text, "secrets.yaml")).toThrow(words);
    expect(() => readSecretsFile(text, "secrets.yaml")).not.toThrow(/planted/);
  });
});

describe("rotation", () => {
  const day = 86_400_000;
  it("is due when the days are over, and when nobody knows the date", () => {
    const kept = withRotation([], { name: "aws:a", nowMs: 0, days: 30 });
    const names = [{ name: "aws:a" }, { name: "aws:b" }, { name: "aws:c", changedMs: 20 * day }];
    expect(
      rotationStates(names, kept, 31 * day).map(({ isDue, daysLeft }) => [isDue, daysLeft]),
    ).toEqual([
      [true, -1],
      [true, undefined],
      [false, 79],
    ]);
  });
  it("keeps the days that were said before, and one date a secret", () => {
    const first = withRotation([], { name: "aws:a", nowMs: 1, days: 30 });
    expect(withRotation(first, { name: "aws:a", nowMs: 2 })).toEqual([
      { name: "aws:a", rotatedMs: 2, days: 30 },
    ]);
  });
});
