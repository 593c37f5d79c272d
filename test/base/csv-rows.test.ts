// Rows of CSV: what is written in quotes comes back, in any separator, and quotes where none may stand are told.
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRows } from "#base/csv-rows.ts";

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

test("what is written in quotes comes back", () => {
  const rows = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n", "\r"),
      (given, separator, end) => {
        const text = given.map((row) => row.map(quoted).join(separator)).join(end);
        expect(csvRows(text, 10, separator)).toEqual(given);
      },
    ),
  );
});
test.each(['"ada', 'a"da', '"a"da', '"'])("%j has a quote where none may stand", (text) => {
  expect(csvRows(`x\n${text}`, 10)).toBe(
    "row 2: a quote stands where none may, or a quote does not end",
  );
});
test("an empty field at the end of a row is one, and an empty line is none", () => {
  expect(csvRows("a,\n\nb,c\n", 10)).toEqual([
    ["a", ""],
    ["b", "c"],
  ]);
  expect(csvRows("a,", 10)).toEqual([["a", ""]]);
});
test("a field of millions of quotes ends in words", () => {
  expect(csvRows('""'.repeat(2_000_000), 10)).toHaveLength(1);
});
