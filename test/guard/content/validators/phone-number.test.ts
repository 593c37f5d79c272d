// Telephone numbers: the table of plans as its source has it, and our reading of it against the library that it is taken from.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  type CountryCode,
  type MetadataJson,
  parsePhoneNumberFromString,
} from "libphonenumber-js/core";
import { describe, expect, it } from "vitest";
import {
  isFictionalNumber,
  isInternationalNumber,
  isNationalNumber,
} from "#guard/content/validators/phone-number.ts";
import { PHONE_PLANS } from "#guard/content/validators/phone-plans.ts";

const require = createRequire(import.meta.url);
const metadata = require("libphonenumber-js/metadata.min.json") as MetadataJson;
const { version } = require("libphonenumber-js/package.json") as { version: string };
const source = fileURLToPath(
  new URL("../../../../src/guard/content/validators/phone-plans.ts", import.meta.url),
);

const isValid = (text: string, region?: CountryCode) =>
  parsePhoneNumberFromString(
    text,
    region === undefined ? { extract: false } : { defaultCountry: region, extract: false },
    metadata,
  )?.isValid() ?? false;

/** The rows of the file, one country each: code, trunk prefix, and the patterns of its kinds of number or first digits where it shares a code. */
function plansText(): string {
  const rows = Object.entries(metadata.countries as unknown as Record<string, readonly unknown[]>)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([region, plan]) => {
      const kinds = (plan[11] || []) as readonly (readonly string[] | 0 | null)[];
      const patterns = kinds.map((kind) => (kind ? kind[0] : "")).filter(Boolean);
      const pattern = patterns.length > 0 ? patterns.join("|") : String(plan[2]);
      const start = plan[10] ? `(?=${plan[10] as string})(?:${pattern})` : pattern;
      return `  ${region}: ${JSON.stringify([plan[0], plan[5] || "", start])},`;
    });
  return [
    "// Numbering plans of all countries: calling code, trunk prefix and the form of the numbers that are given out.",
    "",
    "/**",
    " * By ISO 3166-1 code, from the metadata of libphonenumber (Google, Apache-2.0) as libphonenumber-js",
    ` * ${version} (MIT) packs it; \`UPDATE=1 npx vitest run test/guard/content/validators/phone-number.test.ts\` writes it again.`,
    " */",
    "// biome-ignore format: one country a line",
    "export const PHONE_PLANS: Readonly<Record<string, readonly [code: string, trunk: string, pattern: string]>> = {",
    ...rows,
    "};",
    "",
  ].join("\n");
}

describe("plans", () => {
  it("are those of the library", () => {
    const expected = plansText();
    if (process.env["UPDATE"] === "1") writeFileSync(source, expected);
    expect(readFileSync(source, "utf8")).toBe(expected);
  });
  it("give a verdict as the library does for any digits behind a calling code", () => {
    // Islands that complete a short number with digits of their own are left out: a text does not say where it was written.
    const countries = Object.values(metadata.countries as unknown as Record<string, unknown[]>);
    const completing = new Set(countries.filter((plan) => plan[8]).map((plan) => plan[0]));
    const regions = Object.values(PHONE_PLANS).filter(([code]) => !completing.has(code));
    const number = fc
      .tuple(fc.nat(regions.length - 1), fc.stringMatching(/^[0-9]{6,12}$/))
      .map(([at, digits]) => `+${regions[at]?.[0]}${digits}`);
    let valid = 0;
    fc.assert(
      fc.property(number, (text) => {
        // A trunk prefix behind the calling code is read more widely here: what is left must be valid.
        if (isValid(text)) {
          valid += 1;
          expect(isInternationalNumber(text)).toBe(true);
        }
      }),
      { numRuns: 3000, seed: 14 },
    );
    expect(valid).toBeGreaterThan(200);
  });
});

describe("international", () => {
  it.each([
    "+49 30 901820",
    "+44 (0)20 7946 0018",
    "+1 415 555 2671",
    "+1-212-736-5000",
    "+33 1 42 68 53 00",
    "0033 1 42 68 53 00",
    "+91 98765 43210",
    "+81 3-3224-9999",
  ])("%s is a number", (text) => expect(isInternationalNumber(text)).toBe(true));
  it.each(["+1 555 010 9999", "+999 12345678", "+49", "+0 123456789", "+1 212 736 50001", "+"])(
    "%s is none",
    (text) => {
      expect(isInternationalNumber(text)).toBe(false);
      expect(isValid(text)).toBe(false);
    },
  );
});

describe("national", () => {
  it.each([
    ["(212) 736-5000", "US"],
    ["1-212-736-5000", "US"],
    ["020 7219 3000", "GB"],
    ["07912 345678", "GB"],
    ["030 901820", "DE"],
    ["01 42 68 53 00", "FR"],
    ["098765 43210", "IN"],
  ] as const)("%s is one in %s", (text, region) => {
    expect(isNationalNumber(text, [region])).toBe(true);
    expect(isValid(text, region)).toBe(true);
  });
  it.each([
    ["2127365000", "GB"],
    ["1234567890", "US"],
    ["0000000000", "US"],
    ["212736500", "US"],
    ["x", "US"],
    ["(212) 736-5000", "XX"],
  ])("%s is none in %s", (text, region) => expect(isNationalNumber(text, [region])).toBe(false));
});

it.each([
  ["(212) 555-0123", true],
  ["+1 212 555 0199", true],
  ["(212) 555-0200", true],
  ["555-333-1000", true],
  ["(212) 736-5000", false],
  ["138 0013 8000", true],
  ["020 7946 0018", true],
  ["+44 7700 900123", true],
  ["+44 7911 123456", false],
  ["+61 491 570 156", true],
])("%s is kept for examples: %s", (text, fictional) =>
  expect(isFictionalNumber(text)).toBe(fictional),
);
