// health/hl7-field: what tells a patient in a message of HL7 version 2, by the place of its field.
import type { Detector, Hit, Span } from "../../detector.ts";

/**
 * Fields by segment, from the HL7 standard version 2.5.1, chapters 3 and 6: of the patient (PID) identifiers, names, birth, address,
 * telephones, account, social security and licence; of relatives and guarantors likewise; of an insurance (IN1) its holder and number;
 * doctors of a visit (PV1); codes of a diagnosis (DG1). `first`: only the first component is the value, as the rest describes it.
 */
const FIELDS: Readonly<
  Record<string, { readonly whole: readonly number[]; readonly first: readonly number[] }>
> = {
  PID: { whole: [5, 6, 7, 9, 11, 13, 14], first: [2, 3, 4, 18, 19, 20] },
  NK1: { whole: [2, 4, 5, 6], first: [] },
  GT1: { whole: [3, 5, 6, 7, 8], first: [2, 12] },
  IN1: { whole: [16, 18, 19], first: [36, 49] },
  PV1: { whole: [], first: [7, 8, 9, 17, 19] },
  DG1: { whole: [], first: [3] },
};
const SEGMENT = /(?<![A-Z0-9])(PID|NK1|GT1|IN1|PV1|DG1)\|((?:[^\r\n"`\\]|\\(?![rn])){1,4000})/g;
/** Shorter fields are flags and counts. */
const VALUE_MIN = 3;

export const hl7Field: Detector = {
  id: "health/hl7-field",
  title: "a field of an HL7 message that tells a patient",
  family: "health",
  tier: "medium",
  rank: 20,
  keywords: ["pid|", "nk1|", "gt1|", "in1|", "pv1|", "dg1|"],
  before: 1,
  after: 1_200,
  *find(window) {
    for (const { 1: segment = "", 2: rest = "", index } of window.matchAll(SEGMENT)) {
      yield* fieldsOf(segment, rest, index + segment.length + 1);
    }
  },
};

function* fieldsOf(segment: string, text: string, offset: number): Generator<Hit> {
  const { whole = [], first = [] } = FIELDS[segment] ?? {};
  let start = offset;
  for (const [at, field] of text.split("|").entries()) {
    const value = valueOf(field, whole.includes(at + 1), first.includes(at + 1));
    if (value !== undefined) yield { start: start + value.start, end: start + value.end };
    start += field.length + 1;
  }
}

function valueOf(field: string, isWhole: boolean, isFirst: boolean): Span | undefined {
  const value = isWhole ? field : isFirst ? (field.split("^")[0] ?? "") : "";
  return value.length < VALUE_MIN ? undefined : { start: 0, end: value.length };
}
