// How much a number of a person, a card or an account weighs where it lies: tests and comments hold numbers that somebody made up.
import { fileNature } from "#guard/content/detection/file-nature.ts";
import { isAtLeast, type Tier } from "#guard/content/detection/finding.ts";
import { isInComment, longestRow } from "./made-up-number.ts";

/** What a scan knows of one; `before` is its line up to the value. */
export type PersonalAtRest = {
  readonly tier: Tier;
  readonly path: string;
  readonly value: string;
  readonly before: string;
};

/** What people type to fill a field: digits in a row, and threes of the same. */
const ROW_MIN = 8;
const BEGUN_ROW = /^(?:12345|98765)\d{4}$/;
const THREES = /(\d)\1\1/g;
const THREES_MIN = 3;
const DISTINCT_MAX = 3;

/** The tier of personal data as a scan of files tells it. */
export function personalAtRest({ tier, path, value, before }: PersonalAtRest): Tier {
  if (!isAtLeast(tier, "medium")) return tier;
  const { isTest, isCode } = fileNature(path);
  return isTest || isFilled(value) || (isCode && isInComment(before)) ? "low" : tier;
}

/** Whether a number of nothing but digits and signs has the digits that somebody types without a number in mind. */
function isFilled(value: string): boolean {
  const digits = value.replaceAll(/[ ./-]/g, "");
  if (!/^\d{8,20}$/.test(digits)) return false;
  if (new Set(digits).size <= DISTINCT_MAX) return true;
  if (longestRow(digits) >= ROW_MIN || BEGUN_ROW.test(digits)) return true;
  return (digits.match(THREES)?.length ?? 0) >= THREES_MIN;
}
