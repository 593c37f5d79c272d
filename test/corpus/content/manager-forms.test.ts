// The property of punctuation: any value of a password manager is found in any form of file that people keep such values in.
import { expect, it } from "vitest";
import { managerRates } from "./manager-rates.ts";
import { MANAGER_FORMS } from "./manager-values.ts";

const FILES = 400;
const FOUND_MIN = 0.995;
/** A value that is told in part is withheld in part. */
const COVERED_MIN = 0.98;

const rates = managerRates(FILES, "open");

it("writes a value in every form", () => {
  expect(rates.map(({ name, of }) => [name, of])).toEqual(
    MANAGER_FORMS.map(({ name }) => [name, FILES]),
  );
});
it.each(rates)("finds values of a password manager: $name", ({ of, found, covered }) => {
  expect(found / of).toBeGreaterThanOrEqual(FOUND_MIN);
  expect(covered / of).toBeGreaterThanOrEqual(COVERED_MIN);
});
