// What tells a patient in forms of exchange other than HL7 version 2: identifiers of FHIR, dumps of DICOM, claims of X12.
import type { Detector, Hit } from "../../detection/detector.ts";

type Field = {
  readonly id: string;
  readonly title: string;
  readonly keywords: readonly string[];
  /** With the group `value` (or `xml`), the flag `g`, and linear: what lies between is bounded. */
  readonly pattern: RegExp;
  readonly before?: number;
};

function exchangeField({ pattern, ...of }: Field): Detector {
  return {
    ...of,
    family: "health",
    tier: "medium",
    rank: 35,
    after: 420,
    *find(window): Generator<Hit> {
      for (const match of window.matchAll(pattern)) {
        const value = match.groups?.["value"] ?? match.groups?.["xml"] ?? "";
        const start = match.index + match[0].lastIndexOf(value);
        yield { start, end: start + value.length };
      }
    },
  };
}

/** A tag of DICOM (PS3.6, group 0010), as `dcmdump` and its like write it, or its name, up to the value in brackets or behind a sign. */
const tag = (element: string, name: string, value: string): RegExp =>
  new RegExp(
    String.raw`(?:\(0010,${element}\)[ \t]{0,4}(?:[A-Z]{2}[ \t]{1,4})?(?:${name})?[ \t:]{0,8}[["']?|\b${name}["']?[ \t]{0,4}[:=][ \t]{0,4}["'[]{0,2})(?<value>${value})`,
    "g",
  );

export const exchangeFields: readonly Detector[] = [
  exchangeField({
    id: "health/fhir/record-number",
    title: "the number of a medical record in an identifier of FHIR",
    // HL7 terminology, table 0203: MR medical record, PI patient internal, PT patient external identifier.
    keywords: ['"mr"', '"pi"', '"pt"', "'mr'"],
    before: 40,
    pattern:
      /\\?["']?code(?:\\?["']\s{0,4}:|\svalue=)\s{0,4}\\?["'](?:MR|PI|PT)\\?["'][^<]{0,300}?\\?["']value\\?["']\s{0,4}:\s{0,4}\\?["'](?<value>[A-Za-z0-9][A-Za-z0-9 ./-]{3,31})\\?["']|code\svalue=["'](?:MR|PI|PT)["'][^{}]{0,300}?<value\svalue=["'](?<xml>[A-Za-z0-9][A-Za-z0-9 ./-]{3,31})["']/g,
  }),
  exchangeField({
    id: "health/typed/record-number",
    title: "the number of a medical record beside the word that says what it is",
    keywords: ["mrn", "type: mr", '"mr"', "'mr'", "medical record"],
    before: 40,
    pattern:
      /(?:type|system|label|name|key|kind|scheme)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:MRN?|mrn|medical[ _-]record(?:[ _-]number)?)\\?["']?(?=[\s,;}/])[^{}<>]{0,120}?\b(?:value|val|id|number|text|extension)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?<value>[A-Za-z]{0,4}-?[0-9][0-9-]{4,15})(?![A-Za-z0-9])/gi,
  }),
  exchangeField({
    id: "health/hl7-cx/record-number",
    title: "the number of a medical record with its issuer, as HL7 writes it",
    // HL7 version 2, 2A.14: an identifier, its check, its issuer and its kind.
    keywords: ["^mr"],
    before: 80,
    pattern:
      /(?<![A-Za-z0-9])(?<value>[A-Za-z]{0,4}[0-9]{4,14})\^{3}[A-Za-z0-9&.]{0,40}\^MRN?(?![A-Za-z])/g,
  }),
  exchangeField({
    id: "health/dicom/record-number",
    title: "the number of a patient in DICOM",
    keywords: ["(0010,0020)"],
    pattern: tag("0020", "PatientID", String.raw`[A-Za-z0-9][\w.-]{3,31}`),
  }),
  exchangeField({
    id: "health/dicom-json/record-number",
    title: "the number of a patient in DICOM as JSON",
    // PS3.18, annex F: tags are keys of eight hexadecimal digits.
    keywords: ['"00100020"'],
    pattern:
      /"00100020"\s{0,4}:[^}]{0,60}"Value"\s{0,4}:\s{0,4}\[\s{0,8}"(?<value>[A-Za-z0-9][\w.-]{3,31})"/g,
  }),
  exchangeField({
    id: "health/dicom-json/birth-date",
    title: "a day of birth in DICOM as JSON",
    keywords: ['"00100030"'],
    pattern:
      /"00100030"\s{0,4}:[^}]{0,60}"Value"\s{0,4}:\s{0,4}\[\s{0,8}"(?<value>(?:19|20)[0-9]{6})"/g,
  }),
  exchangeField({
    id: "health/cda/record-number",
    title: "the number of a patient in a clinical document (CDA)",
    // HL7 CDA R2, 4.2.2.11 recordTarget: the identifiers of the role stand before the person.
    keywords: ["<patientrole"],
    pattern:
      /<patientRole\b[^<]{0,80}<id\b[^<]{0,120}?\bextension="(?<value>[A-Za-z0-9][\w.-]{3,31})"/g,
  }),
  exchangeField({
    id: "health/x12/record-number",
    title: "the number of a medical record in a claim of X12",
    // Element 128: EA is the number of a medical record.
    keywords: ["ref*ea*", "ref|ea|"],
    pattern: /\bREF([*|])EA\1(?<value>[A-Za-z0-9][A-Za-z0-9-]{3,49})/g,
  }),
  exchangeField({
    id: "health/dicom/name",
    title: "a patient's name in DICOM",
    keywords: ["(0010,0010)", "patientname"],
    pattern: tag("0010", "PatientName", String.raw`[A-Z][\w'-]{1,40}\^[A-Z][\w'^-]{1,60}`),
  }),
  exchangeField({
    id: "health/dicom/birth-date",
    title: "a day of birth in DICOM",
    keywords: ["(0010,0030)"],
    pattern: tag("0030", "PatientBirthDate", "(?:19|20)[0-9]{6}"),
  }),
  exchangeField({
    id: "health/x12/birth-date",
    title: "a day of birth in a claim of X12",
    keywords: ["dmg*d8*", "dmg|d8|"],
    pattern: /\bDMG([*|])D8\1(?<value>(?:19|20)[0-9]{6})(?![0-9])/g,
  }),
  exchangeField({
    id: "health/x12/plan-number",
    title: "the number of a member in a claim of X12",
    keywords: ["nm1*il*", "nm1*qc*"],
    pattern: /\bNM1\*(?:IL|QC)\*1\*(?:[^*~\n]{0,60}\*){5}MI\*(?<value>[A-Za-z0-9]{5,30})/g,
  }),
  exchangeField({
    id: "health/x12/name",
    title: "a person's name in a claim of X12",
    keywords: ["nm1*il*", "nm1*qc*"],
    pattern: /\bNM1\*(?:IL|QC)\*1\*(?<value>[A-Za-z][^*~\n]{1,60}\*[A-Za-z][^*~\n]{0,40})/g,
  }),
];
