// Rows of digits and comments, by which numbers are taken for made up.
import { expect, it } from "vitest";
import { isInComment, longestRow } from "#assure/scan/made-up-number.ts";

it.each([
  ["", 0],
  ["7", 1],
  ["7777", 1],
  ["1357", 1],
  ["12", 2],
  ["121", 2],
  ["4930123456789", 10],
  ["98765432", 8],
  ["1234321", 4],
  ["890", 2],
])("%s has %d digits in a row", (digits, length) => {
  expect(longestRow(digits)).toBe(length);
});

it.each(["// ", "  /* ", " * ", "# call ", "; ", "-- ", "<!-- ", ">>> "])(
  "`%s` begins a comment",
  (before) => {
    expect(isInComment(before)).toBe(true);
  },
);

it.each(["phone = ", "--phone ", "a * "])("`%s` does not", (before) => {
  expect(isInComment(before)).toBe(false);
});
