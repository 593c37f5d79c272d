// The identifiers whose removal makes health data anonymous, 45 CFR 164.514(b)(2)(i)(A) to (R), and what finds each of them.

/** `by`: detectors. `sample`: a text in which they find it, made up; without one nothing looks for it, and `limits` says why. */
export type HealthIdentifier = {
  readonly letter: string;
  readonly what: string;
  readonly by: readonly string[];
  readonly sample?: string;
  readonly limits: string;
};

export const HEALTH_IDENTIFIERS: readonly HealthIdentifier[] = [
  {
    letter: "A",
    what: "names",
    by: ["personal/name", "personal/name-field", "personal/titled-name"],
    sample: "Patient: Jane Roe\nName: John Smith\nseen by Dr. Weber",
    limits: "behind a label or a title only; a name in a sentence is not told from other words",
  },
  {
    letter: "B",
    what: "places smaller than a state",
    by: ["personal/postal-address"],
    sample: "10 Main Street, Springfield, IL 62701",
    limits:
      "street with number, as English, German, Dutch and French write it; a town or postal code alone is not found",
  },
  {
    letter: "C",
    what: "days of a person: birth, admission, discharge, death",
    by: ["personal/birth-date", "health/hl7/birth-date"],
    sample: "DOB: 03/04/1975\nPID|1||48291733||ROE^JANE||19750403",
    limits:
      "birth by its label; days of admission, discharge and death are not told from other days, nor is an age over 89",
  },
  {
    letter: "D",
    what: "telephone numbers",
    by: ["personal/phone-number"],
    sample: "call +49 30 901820",
    limits: "numbers that some country gives out; digits without groups only behind a label",
  },
  {
    letter: "E",
    what: "fax numbers",
    by: ["personal/phone-number"],
    sample: "Fax: (212) 736-5000",
    limits: "as telephone numbers",
  },
  {
    letter: "F",
    what: "e-mail addresses",
    by: ["personal/email-address"],
    sample: "jane.roe@qwrty-mail.de",
    limits: "addresses at names that RFC 2606 keeps for documentation are left out",
  },
  {
    letter: "G",
    what: "social security numbers",
    by: ["personal/us-ssn"],
    sample: "SSN 536-90-4399",
    limits: "nine digits in one piece only behind a label or in a column that it heads",
  },
  {
    letter: "H",
    what: "medical record numbers",
    by: ["health/record-number", "health/hl7/record-number"],
    sample: "MRN: 48291733\nPID|1||77120^^^HOSP||ROE^JANE",
    limits: "behind a label, in a column or in its field; each hospital has a form of its own",
  },
  {
    letter: "I",
    what: "health plan beneficiary numbers",
    by: ["health/plan-number", "health/mbi"],
    sample: "Health plan, member ID: XYZ884213097; MBI 1EG4TE5MK73",
    limits:
      "behind a label with a word of health care near; Medicare's form with its dashes also alone",
  },
  {
    letter: "J",
    what: "account numbers",
    by: ["personal/bank-account", "personal/iban", "personal/payment-card"],
    sample: "account number: 88120045671, GB33BUKB20201555555555, card 4539 5787 6362 1486",
    limits: "cards and international accounts by their check digits, others behind a label",
  },
  {
    letter: "K",
    what: "certificate and licence numbers",
    by: ["personal/driving-licence", "health/npi", "health/dea"],
    sample: "Driver's license: D482-9917-8901, NPI 1234567893, DEA # AB1234563",
    limits: "licences to drive behind a label; of professions only the NPI and the DEA number",
  },
  {
    letter: "L",
    what: "vehicles and their plates",
    by: ["personal/vehicle", "personal/licence-plate"],
    sample: "VIN 1HGBH41JXMN109186, license plate: AB12 CDE",
    limits:
      "behind a label; identification numbers without a check digit, as European makers give, are not found",
  },
  {
    letter: "M",
    what: "devices and their serial numbers",
    by: ["personal/device-serial", "personal/imei"],
    sample: "device serial number: PM-2210-88417, IMEI 49-015420-323751-8",
    limits: "behind a label",
  },
  {
    letter: "N",
    what: "web addresses",
    by: [],
    limits: "not found: nearly every file holds some, and which of them is a person's no form says",
  },
  {
    letter: "O",
    what: "addresses of the Internet",
    by: ["personal/ip-address"],
    sample: "login from 81.2.69.142 and 2a02:26f0:e8::3:1",
    limits: "private networks, those of documentation and public resolvers are left out",
  },
  {
    letter: "P",
    what: "finger and voice prints",
    by: [],
    limits: "not found: they are binary data without a common form in text",
  },
  {
    letter: "Q",
    what: "photographs of a face",
    by: [],
    limits: "not found: what a picture shows is not looked at",
  },
  {
    letter: "R",
    what: "any other number or code that is one person's",
    by: ["personal/passport", "personal/national-id", "personal/gb-nhs"],
    sample: "passport no: X4429817; citizen id 37605030299; NHS number 943 476 5919",
    limits:
      "passports and the national numbers of some 50 countries behind a label; what an organisation numbers itself is not known",
  },
];
