// The forms in which texts, code and exchange formats write the number of a record and a day of birth.
import { describe, expect, test } from "vitest";
import { scanText } from "#guard/content/scan.ts";

const found = (text: string): readonly string[] =>
  scanText(`words before\n${text}\nwords behind\n`, "notes.txt").findings.map(
    ({ detector }) => detector,
  );

describe("the number of a record", () => {
  test.each([
    "Medical Record #: MERCY-1234567",
    "MRN: ABCD-EF-8842317",
    "MRN: 8842317/21",
    "Case number: 2024-8842317 (patient readmitted)",
    "8842317 is the MRN",
    "MRN for this patient was changed to 8842317",
    "Krankenaktennummer: 8842317",
    "Patientenakte Nr. 8842317",
    "No. expediente clínico: 8842317",
    "hosp. number 8842317, ward B",
    "identifiers:\n  - type: MR\n    value: 8842317",
    '{ "type": "MRN", "system": "hospital", "value": "8842317" }',
    "CX: 8842317^^^GENHOSP^MR",
    "WHERE mrn LIKE '8842317%'",
    'assert_equal "8842317", patient.mrn',
    "name,mrn,ward\nJane Doe,8842317,4",
    "mrn;name\n8842317;Jane",
    "MR_NBR: 8842317",
    "medical.record.number=8842317",
    "Bed 12 - Mateo García - 4 October 1976 - MRN 2961209213 - NBM since midnight",
  ])("%s", (text) => {
    expect(found(text).join(" ")).toMatch(/record-number|chart-number/);
  });

  test.each([
    "release 8842317 is the newest",
    "request id: 8842317",
    "name,size,mode\nREADME,8842317,644",
    '{ "type": "MRI", "value": "8842317" }',
    "mr 8842317 merged into main",
  ])("is not in: %s", (text) => {
    expect(found(text).join(" ")).not.toMatch(/record-number|chart-number/);
  });
});

describe("a day of birth", () => {
  test.each([
    String.raw`{"dob":"03\/12\/1964"}`,
    "dob=03%2F12%2F1964",
    "Narozen: 12. 3. 1964",
    "DOB: 03251964",
    "Doe, Jane, 60F, DOB03121964",
    "DOB: Mar-12-1964",
    "dob: 1964 - 03 - 12",
    "született 1964. 03. 12.",
    '"dob": -183427200000',
    '"birthday": 183427200',
    "Jane Doe (b. 12 March 1964)",
    "birth: { day: 12, month: 3, year: 1964 }",
    "<birthdate><year>1964</year><month>03</month><day>12</day></birthdate>",
    "cast('1964-03-12' as date) as dob",
    "TO_DATE('12-03-1964','DD-MM-YYYY') -- birth date",
    'calculateAge("1964-03-12")',
    "name,dob\nJane Doe,1964-03-12",
    "was born in Leeds on March 12, 1964",
    "Place and date of birth: Leeds, 12 March 1964",
    "nata a Torino il 12 marzo 1964",
    "Bed 12 - James García - 4 October 1976 - MRN 2961209213 - NBM since midnight",
  ])("%s", (text) => {
    expect(found(text).join(" ")).toMatch(/birth/);
  });

  test.each([
    '"bornAt": 1700000000123',
    "the project was born in March",
    "started 12 March 1964",
    "(b. 4) 12/2024",
    "Admitted 2024-01-03 - MRN pending",
    "name,created\nshop,2024-03-12",
  ])("is not in: %s", (text) => {
    expect(found(text).join(" ")).not.toMatch(/birth/);
  });
});

test("comes to an end on long texts", () => {
  const pieces = [
    "born in Aa Bb Cc de Dd ",
    "Jane Doe - 123456 ",
    "mrn type: mrn value ",
    "dob 12. ",
  ];
  for (const piece of pieces) {
    const long = piece.repeat(Math.ceil(100_000 / piece.length));
    // What it takes is counted beside this, by steps.
    expect(() => scanText(long, "notes.txt")).not.toThrow();
  }
});
