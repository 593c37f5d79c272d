// What a patient's papers are numbered with: medical records, health plans; found by their labels alone.
import type { Detector } from "../../detector.ts";
import { labelledValue } from "../../labelled-value.ts";
import { labelsOf } from "../../labels.ts";
import { digitsOf, isOneCharacter } from "../../validators/check-digits.ts";

const isNumber = (from: number) => (text: string) => {
  const digits = digitsOf(text);
  return digits.length >= from && (digits.length < 4 || !isOneCharacter(digits));
};

/** Digits in groups, with the letters of a hospital before or behind them. */
const RECORD =
  /(?:(?<![A-Za-z])(?!mrn|MRN)[A-Za-z]{1,4}[-_]?)?[0-9]{2,12}(?:[- ][0-9]{2,6}){0,3}[A-Za-z]?/g;
/** Words that only texts of hospitals and practices have. */
const CARE =
  /patient|hospital|clinic|diagnos|physician|allerg|ward|nurse|medic|birth|\bdob\b|b'date|surgery|admitted|discharge|symptom|\bnhs\b/i;

/** Words of health care: members and policies are everywhere. */
const HEALTH =
  /patient|medic|health|hospital|clinic|subscriber|beneficiar|coverage|copay|deductible|payer|diagnos|claim|physician|doctor|krankenkasse|versichert|plan/i;

/** What hospitals of other countries number their papers with, and how wards shorten it. */
const MORE_RECORDS = [
  ...["mr #", "mrn #", "pt #", "pt id", "pt no", "chart #", "chart no", "hosp no", "hosp nr"],
  ...[
    "hosp #",
    "hosp num",
    "hosp nummer",
    "hospital num",
    "hospital nr",
    "urn number",
    "patient #",
  ],
  ...[
    "patient num",
    "patient nr",
    "patienten id",
    "patienten nr",
    "patient nummer",
    "patientnummer",
  ],
  ...[
    "pat nr",
    "pat.-nr",
    "pid nummer",
    "aufnahmenummer",
    "aufnahme nr",
    "fall nr",
    "patienten-id",
  ],
  ...[
    "n° de dossier",
    "numéro de dossier",
    "numero de dossier",
    "no de dossier",
    "dossier médical",
  ],
  ...["dossier patient", "numéro patient", "n° patient", "ipp", "nip patient", "historia clínica"],
  ...["historia clinica", "nº historia", "nhc", "numero cartella", "cartella clinica"],
  ...[
    "codice paziente",
    "id paziente",
    "id paciente",
    "patiëntnummer",
    "patientnr",
    "dossiernummer",
  ],
  ...["prontuário", "prontuario", "número do processo", "nr historii choroby", "numer pacjenta"],
  ...["nr pacjenta", "journalnummer", "journalnr", "pasientnummer", "pasient id", "potilasnumero"],
  ...[
    "číslo pacienta",
    "cislo pacienta",
    "ehr id",
    "emr id",
    "empi",
    "chart id",
    "patient account",
  ],
] as const;
const MORE_RECORD_KEYWORDS = [
  ...[
    "mr #",
    "mrn #",
    "pt #",
    "pt# ",
    " pt id",
    " pt no",
    "chart #",
    "chart#",
    "chart id",
    "chart_id",
  ],
  ...["hosp no", "hosp. no", "hosp_no", "hospno", "hosp nr", "hosp. nr", "hosp #", "hosp num"],
  ...[
    "hosp_num",
    "hosp. num",
    "urn number",
    "patient #",
    "patient#",
    "patienten-id",
    "patienten id",
  ],
  ...[
    "patienten_id",
    "patienten nr",
    "patienten-nr",
    "patienten_nr",
    "pat-nr",
    "pat.-nr",
    "pat. nr",
  ],
  ...["pat nr", "aufnahmenummer", "aufnahme-nr", "aufnahme nr", "fall-nr", "fall nr", "dossier"],
  ...[
    "ipp:",
    "ipp :",
    "ipp=",
    "ipp,",
    "ipp;",
    'ipp"',
    "historia cl",
    "historia_cl",
    "nhc",
    "cartella",
  ],
  ...[
    "codice paziente",
    "codice_paziente",
    "id paziente",
    "id_paziente",
    "id paciente",
    "id_paciente",
  ],
  ...["nr historii", "numer pacjenta", "nr pacjenta", "journaln", "pasient", "potilasnumero"],
  ...["patientnummer", "ntnummer", "prontu", "mero do processo", "slo pacienta", "pacienta"],
  ...[
    "ehr id",
    "ehr_id",
    "emr id",
    "emr_id",
    "empi:",
    "empi=",
    'empi"',
    "empi ",
    "patient account",
  ],
] as const;

/**
 * Words that number papers of every kind: a record's number where health is spoken of. `acct/MRN` and the like are left to the
 * unambiguous labels.
 */
const chartNumber = labelledValue({
  ...{
    id: "health/chart-number",
    title: "the number of a chart or file where health is spoken of",
    family: "health",
    tier: "medium",
  },
  labels: labelsOf(
    [
      ...["record no", "record #", "record number", "record nr", "record id", "unit no", "unit nr"],
      ...["unit number", "chart", "case no", "case number", "case #"],
      ...["episode no", "episode number", "visit no", "visit #", "account no", "our ref"],
    ],
    [
      ...["record no", "record no.", "record_no", "recordno", "record #", "record#", "record num"],
      ...["record_num", "recordnum", "record nr", "record id", "record_id", "unit no", "unit_no"],
      ...["unit nr", "unit num", "unit_num", "chart ", "chart:", "case no", "case num", "case_num"],
      ...[
        "case #",
        "file no",
        "file num",
        "file_num",
        "episode n",
        "visit no",
        "visit #",
        "our ref",
      ],
    ],
  ),
  rank: 34,
  value: RECORD,
  accept: isNumber(5),
  context: CARE,
});

const recordNumber = labelledValue({
  ...{
    id: "health/record-number",
    title: "the number of a medical record",
    family: "health",
    tier: "medium",
  },
  labels: labelsOf(
    [
      ...[
        "mrn",
        "mrn number",
        "mrn no",
        "medical record",
        "medical record number",
        "medical record no",
        "med rec",
        "medrec",
        "patient id",
      ],
      ...[
        "patient number",
        "patient no",
        "patient identifier",
        "hospital number",
        "hospital no",
        "chart number",
        "chart no",
        "record number",
      ],
      ...[
        "unit number",
        "encounter id",
        "encounter number",
        "visit number",
        "patientennummer",
        "fallnummer",
        "health record",
        "patient mrn",
        "uhid",
        "hospital id",
        "patient ref",
        "patient reference",
        "mr no",
        "mr number",
        "medical rec",
        "medical rec no",
        "clinic number",
        "admission number",
        ...MORE_RECORDS,
      ],
    ],
    [
      ...[
        "mrn",
        "medical record",
        "medical_record",
        "medicalrecord",
        "medical-record",
        "med rec",
        "med_rec",
        "medrec",
        "patient id",
        "patient_id",
        "patientid",
      ],
      ...[
        "patient-id",
        "patient n",
        "patient_n",
        "patientn",
        "patient identifier",
        "patient_identifier",
        "patientidentifier",
        "hospital n",
        "hospital_n",
      ],
      ...[
        "hospitaln",
        "chart n",
        "chart_n",
        "chartn",
        "encounter",
        "visit number",
        "visit_number",
        "visitnumber",
        "fallnummer",
        "health record",
        "health_record",
        "uhid",
        "hospital id",
        "hospital_id",
        "hospitalid",
        "patient ref",
        "patient_ref",
        "patientref",
        "mr no",
        "mr number",
        "mr_number",
        "medical rec",
        "clinic number",
        "admission number",
        ...MORE_RECORD_KEYWORDS,
      ],
    ],
  ),
  // A record may be numbered as social security is: the label says which it is.
  rank: 35,
  value: RECORD,
  accept: isNumber(5),
  isListed: true,
});

const healthPlan = labelledValue({
  ...{
    id: "health/plan-number",
    title: "the number of a member of a health plan",
    family: "health",
    tier: "medium",
  },
  labels: labelsOf(
    [
      ...[
        "member id",
        "member number",
        "member no",
        "subscriber id",
        "subscriber number",
        "health plan",
        "health plan id",
        "health plan number",
      ],
      ...[
        "insurance id",
        "insurance member",
        "policy number",
        "policy no",
        "medicaid",
        "medicaid id",
      ],
      ...[
        "beneficiary id",
        "beneficiary number",
        "insured id",
        "health insurance",
        "health insurance number",
        "versichertennummer",
        "krankenversicherung",
      ],
    ],
    [
      ...[
        "member id",
        "member_id",
        "memberid",
        "member n",
        "member_n",
        "membern",
        "subscriber",
        "health plan",
        "health_plan",
        "healthplan",
        "insurance",
      ],
      ...[
        "policy n",
        "policy_n",
        "policyn",
        "medicaid",
        "beneficiary",
        "insured",
        "versicherten",
        "krankenvers",
      ],
    ],
  ),
  value:
    /(?:(?<![A-Za-z])(?:[A-Za-z]{1,4}-?|[A-Z]{1,4} ))?[0-9]{5,14}(?:[- ][0-9]{1,4})?|[A-Z][0-9]{2}[A-Z][0-9]{5,8}/g,
  accept: isNumber(6),
  context: HEALTH,
});

export const records: readonly Detector[] = [recordNumber, chartNumber, healthPlan];
