// What a patient's papers are numbered with: medical records, health plans; found by their labels alone.
import type { Detector } from "../../detector.ts";
import { labelledValue } from "../../labelled-value.ts";
import { labelsOf } from "../../labels.ts";
import { digitsOf, isOneCharacter } from "../../validators/check-digits.ts";

const isNumber = (from: number) => (text: string) => {
  const digits = digitsOf(text);
  return digits.length >= from && (digits.length < 4 || !isOneCharacter(digits));
};

/** Words of health care: members and policies are everywhere. */
const HEALTH =
  /patient|medic|health|hospital|clinic|subscriber|beneficiar|coverage|copay|deductible|payer|diagnos|claim|physician|doctor|krankenkasse|versichert|plan/i;

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
      ],
    ],
  ),
  // A record may be numbered as social security is: the label says which it is.
  rank: 35,
  value:
    /(?:(?<![A-Za-z])(?!mrn|MRN)[A-Za-z]{1,4}[-_]?)?[0-9]{2,12}(?:[- ][0-9]{2,6}){0,3}[A-Za-z]?/g,
  accept: isNumber(5),
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

export const records: readonly Detector[] = [recordNumber, healthPlan];
