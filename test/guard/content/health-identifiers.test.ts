// Holds the page of the eighteen identifiers to the detectors: what it says is found is found in a sample, by those that it names.
import { expect, it } from "vitest";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import { scanText } from "#guard/content/scan.ts";
import { heldPage, pageTable } from "../../govern/reference-page.ts";
import { HEALTH_IDENTIFIERS } from "./health-identifiers.ts";

it.each(HEALTH_IDENTIFIERS)("$letter: $what", ({ by, sample = "" }) => {
  const known = new Set(DETECTORS.map(({ id }) => id));
  expect(by.filter((id) => !known.has(id))).toEqual([]);
  const found = scanText(sample, "content").findings.map(({ detector }) => detector);
  expect(by.filter((id) => !found.includes(id))).toEqual([]);
  expect(sample === "").toBe(by.length === 0);
});

it("names all eighteen, in the order of the regulation", () => {
  expect(HEALTH_IDENTIFIERS.map(({ letter }) => letter).join("")).toBe("ABCDEFGHIJKLMNOPQR");
});

it("is what the page says", () => {
  const page = [
    "# The eighteen identifiers of health data",
    "",
    "Health data count as anonymous under 45 CFR 164.514(b)(2) when eighteen identifiers of the person, relatives and employers are removed",
    "(and nobody knows better). This is what the content stage finds of them. It finds forms and labels: text that tells a person in words",
    "alone is not found, so a clean scan is no proof that data are anonymous. Written by",
    "`UPDATE=1 npx vitest run test/guard/content/health-identifiers.test.ts`.",
    "",
    ...pageTable(
      ["", "identifier", "found by", "how far"],
      HEALTH_IDENTIFIERS.map(({ letter, what, by, limits }) => [
        letter,
        what,
        by.map((id) => `\`${id}\``).join(", ") || "nothing",
        limits,
      ]),
    ),
    "Diagnoses, medication and results are told by `health/diagnosis-code`, `health/medication` and `health/test-result`; where any of these",
    "stands within 200 characters of personal data, the finding `health-record` says so to the policy.",
    "",
  ].join("\n");
  expect(heldPage("health-identifiers", page)).toBe(page);
});
