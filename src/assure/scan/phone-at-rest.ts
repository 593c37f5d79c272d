// How much a telephone number weighs where it lies: one that people can be reached at counts, one that somebody made up does not.
import { fileNature } from "#guard/content/detection/file-nature.ts";
import type { Tier } from "#guard/content/detection/finding.ts";
import { isInternationalNumber } from "#guard/content/validators/phone-number.ts";
import { isInComment, longestRow } from "./made-up-number.ts";

/** What a scan knows of one; `before` is its line up to the value. */
export type PhoneAtRest = {
  readonly rule: string;
  readonly tier: Tier;
  readonly path: string;
  readonly value: string;
  readonly before: string;
};

/** Parts of paths that say that what is below is there to try things out. */
const TRIED =
  /(?:^|[/._-])(?:tests?|testing|examples?|samples?|demos?|fixtures?|mocks?|stories|benchmarks?|factories|node_modules)(?=[/._-])/i;
/** What shows a form and nobody's number: a field's hint, a line of a documentation, an example in brackets. */
const SHOWN =
  /placeholder|hint(?:Text)?\b|\be\.?g\.|\bex\.|example|format|pattern|regex|→|^\s*(?:\/\/\/|\*|\/\*\*|>>>)/i;
const NAMED =
  /phone|\btel\b|tel[:.;]|fax|mobile|cell|whatsapp|contact|call|hotline|电话|手机|電話|전화|тел/i;
/** Digits as somebody types them without a number in mind: a row of them, four of the same, one group of threes after another. */
const ROW_MIN = 5;
const FIRST_FOUR = /1234|4321/;
const THE_SAME = /(\d)\1{3}|(\d)\2\2(\d)\3\3|(\d\d)\4\4/;
/** An area and an exchange of North America, and not the one that films use. */
const NORTH_AMERICAN = /^1?[2-9]\d\d(?!555)[2-9]\d{6}$/;
const BARE_DIGITS_MIN = 10;
const DISTINCT_MIN = 5;

/** The tier of a telephone number as a scan of files tells it. Of a call, where a number is part of the work, it stays as it is. */
export function phoneAtRest({ rule, tier, path, value, before }: PhoneAtRest): Tier {
  if (rule !== "personal/phone-number" || tier !== "low") return tier;
  const file = fileNature(path);
  const isShown = SHOWN.test(before) || (file.isCode && isInComment(before));
  if (file.isTest || file.isExample || TRIED.test(path) || isShown) return tier;
  // Digits alone in a text for people are an example of what a program is given.
  if (file.isProse && /^\d+$/.test(value)) return tier;
  return mayReach(value) && isMeant(value, before) ? "medium" : tier;
}

/** Whether somebody may have the number: digits that were given out, and not typed to fill a field. */
function mayReach(value: string): boolean {
  const digits = value.replaceAll(/\D/g, "");
  if (longestRow(digits) >= ROW_MIN || FIRST_FOUR.test(digits) || THE_SAME.test(digits))
    return false;
  if (new Set(digits).size < DISTINCT_MIN) return false;
  return /^\+?\s?1\D/.test(value) || /^\+1\d/.test(value) ? NORTH_AMERICAN.test(digits) : true;
}

/** Whether it is written as a telephone number is: with a calling code, or behind a word in groups or in full length. */
function isMeant(value: string, before: string): boolean {
  if (value.startsWith("+")) return isInternationalNumber(value);
  if (!NAMED.test(before)) return false;
  return /\d[-. ()/]{1,3}\d/.test(value) || value.length >= BARE_DIGITS_MIN;
}
