// What tells a patient in a message of HL7 version 2, by the place of its field: one detector for each kind of value.
import type { Detector, Hit } from "../../detection/detector.ts";

type Field = { readonly segment: string; readonly at: number; readonly isWhole?: boolean };

const SEGMENT = /(?<![A-Z0-9])(PID|NK1|GT1|IN1|PV1|DG1)\|((?:[^\r\n"`\\]|\\(?![rn])){1,4000})/g;
/** Shorter fields are flags and counts. */
const VALUE_MIN = 3;

/** Numbers of fields of one segment; `isWhole`: all components are the value, else the first, which the others describe. */
const fields = (segment: string, isWhole: boolean, ...at: readonly number[]): readonly Field[] =>
  at.map((one) => ({ segment, at: one, isWhole }));

/** A detector of the values in some fields of the HL7 standard version 2.5.1, chapters 3 and 6. */
function hl7(kind: string, title: string, ...of: readonly (readonly Field[])[]): Detector {
  const wanted = new Map(of.flat().map((field) => [`${field.segment}-${field.at}`, field]));
  const segments = new Set(of.flat().map(({ segment }) => segment));
  return {
    id: `health/hl7/${kind}`,
    title,
    family: "health",
    tier: "medium",
    rank: 35,
    keywords: [...segments].map((segment) => `${segment.toLowerCase()}|`),
    before: 1,
    after: 1_200,
    *find(window) {
      for (const { 1: segment = "", 2: rest = "", index } of window.matchAll(SEGMENT)) {
        if (segments.has(segment)) yield* valuesOf(segment, rest, index + segment.length + 1);
      }
    },
  };

  function* valuesOf(segment: string, text: string, offset: number): Generator<Hit> {
    let start = offset;
    for (const [at, field] of text.split("|").entries()) {
      const { isWhole } = wanted.get(`${segment}-${at + 1}`) ?? {};
      const value = isWhole === undefined ? "" : isWhole ? field : (field.split("^")[0] ?? "");
      if (value.length >= VALUE_MIN) yield { start, end: start + value.length };
      start += field.length + 1;
    }
  }
}

export const hl7Fields: readonly Detector[] = [
  hl7(
    "record-number",
    "the identifier of a patient in HL7",
    fields("PID", false, 2, 3, 4),
    fields("GT1", false, 2),
  ),
  hl7(
    "name",
    "a name in HL7",
    fields("PID", true, 5, 6, 9),
    fields("NK1", true, 2),
    fields("GT1", true, 3),
    fields("IN1", true, 16),
  ),
  hl7(
    "birth-date",
    "a day of birth in HL7",
    fields("PID", false, 7),
    fields("GT1", false, 8),
    fields("IN1", false, 18),
  ),
  hl7(
    "postal-address",
    "an address in HL7",
    fields("PID", true, 11),
    fields("NK1", true, 4),
    fields("GT1", true, 5),
    fields("IN1", true, 19),
  ),
  hl7(
    "phone-number",
    "a telephone number in HL7",
    fields("PID", false, 13, 14),
    fields("NK1", false, 5, 6),
    fields("GT1", false, 6, 7),
  ),
  hl7(
    "us-ssn",
    "a social security number in HL7",
    fields("PID", false, 19),
    fields("GT1", false, 12),
  ),
  hl7(
    "plan-number",
    "the number of an account, licence or insurance in HL7",
    fields("PID", false, 18, 20),
    fields("IN1", false, 36, 49),
  ),
  hl7("npi", "the number of a doctor in HL7", fields("PV1", false, 7, 8, 9, 17)),
  hl7("diagnosis-code", "a diagnosis in HL7", fields("DG1", false, 3)),
];
