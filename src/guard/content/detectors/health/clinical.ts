// What somebody suffers from and takes: diagnosis codes, medication and results, where the words around say whose they are.
import type { Detector, Surroundings } from "../../detection/detector.ts";
import type { Tier } from "../../detection/finding.ts";
import { isWhole } from "../../detection/labelled-value.ts";
import { isLabelled, labelsOf } from "../../detection/labels.ts";

/** Characters around a term in which it must say whose it is. */
const CONTEXT = 200;
/** Words and forms that tell one patient from others. */
const IDENTIFIER =
  /(?<![A-Za-z])(?:mrn|dob|d\.o\.b|date of birth|ssn|nhs (?:no|number)|patient(?:'s)?[ _-]?(?:id|name|no|number)|pt name|member[ _-]?id|subscriber|medical record|(?:mr|mrs|ms)\. ?[a-z]|patient:? [A-Z][a-z]+ [A-Z][a-z])|[0-9]{3}-[0-9]{2}-[0-9]{4}|[a-z0-9]@[a-z0-9]/i;

function isNearIdentifier({ text, start }: Surroundings, from: number, to: number): boolean {
  const around = text.slice(Math.max(0, start + from - CONTEXT), start + to + CONTEXT);
  return IDENTIFIER.test(around);
}

const CODE = /[A-TV-Z][0-9][0-9AB](?:\.[0-9A-TV-Z]{1,4})?/g;
const CODE_LABELS = labelsOf(
  [
    ...[
      "icd",
      "icd 10",
      "icd10",
      "icd 10 cm",
      "icd code",
      "dx",
      "dx code",
      "diagnosis",
      "diagnoses",
      "diagnosis code",
      "diagnostic code",
    ],
    ...[
      "principal diagnosis",
      "primary diagnosis",
      "admitting diagnosis",
      "diagnose",
      "diagnostic",
    ],
  ],
  ["icd", "diagnos", "dx:", "dx ", "dx_", 'dx"', "dx=", "dx,"],
);

/** What people suffer from most, and words before it: a code in brackets behind one of them is a diagnosis. */
const CONDITIONS = [
  ...[
    "history of",
    "hx of",
    "diabet",
    "hypertens",
    "asthma",
    "depress",
    "anxiety",
    "cancer",
    "copd",
    "fracture",
    "pneumonia",
  ],
  ...[
    "arthritis",
    "epilep",
    "migraine",
    "obes",
    "infarct",
    "stroke",
    "dementia",
    "anemia",
    "hepatitis",
    "suffers from",
    "carcinoma",
  ],
];
const CONDITION = new RegExp(CONDITIONS.join("|"), "i");
const CONDITION_REACH = 48;

function hasCondition(text: string, at: number): boolean {
  return CONDITION.test(text.slice(Math.max(0, at - CONDITION_REACH), at));
}

/** ICD-10-CM, "Official guidelines for coding and reporting": a letter but U, two places, up to four behind a point. */
const diagnosisCode: Detector = {
  id: "health/diagnosis-code",
  title: "a diagnosis as a code of ICD-10",
  family: "health",
  tier: "low",
  keywords: [...CODE_LABELS.keywords, ...CONDITIONS],
  before: 64,
  after: 200,
  *find(window, surroundings) {
    const { text, start } = surroundings;
    for (const { 0: found, index } of window.matchAll(CODE)) {
      const end = index + found.length;
      if (!isWhole(text, start + index, start + end)) continue;
      const isNear = isNearIdentifier(surroundings, index, end);
      const isNamed = isLabelled(CODE_LABELS, window, index, "loose");
      if (!isNamed && !(isNear && hasCondition(window, index))) continue;
      const tier: Tier = isNear ? "medium" : "low";
      yield { start: index, end, tier };
    }
  },
};

/** Substances that are prescribed most (ClinCalc DrugStats over the MEPS survey), by their international names. */
const SUBSTANCES = [
  ...[
    "atorvastatin",
    "levothyroxine",
    "metformin",
    "lisinopril",
    "amlodipine",
    "metoprolol",
    "albuterol",
    "losartan",
    "omeprazole",
  ],
  ...[
    "gabapentin",
    "sertraline",
    "rosuvastatin",
    "pantoprazole",
    "escitalopram",
    "hydrochlorothiazide",
    "bupropion",
    "fluoxetine",
  ],
  ...[
    "semaglutide",
    "montelukast",
    "trazodone",
    "simvastatin",
    "tamsulosin",
    "fluticasone",
    "meloxicam",
    "apixaban",
    "furosemide",
  ],
  ...[
    "insulin",
    "duloxetine",
    "ibuprofen",
    "famotidine",
    "empagliflozin",
    "amoxicillin",
    "prednisone",
    "estradiol",
    "citalopram",
  ],
  ...[
    "tramadol",
    "carvedilol",
    "clopidogrel",
    "venlafaxine",
    "buspirone",
    "zolpidem",
    "alprazolam",
    "lorazepam",
    "clonazepam",
  ],
  ...[
    "quetiapine",
    "aripiprazole",
    "risperidone",
    "olanzapine",
    "lamotrigine",
    "topiramate",
    "levetiracetam",
    "warfarin",
    "rivaroxaban",
  ],
  ...[
    "oxycodone",
    "hydrocodone",
    "morphine",
    "fentanyl",
    "methadone",
    "buprenorphine",
    "naloxone",
    "methylphenidate",
    "lithium",
  ],
  ...[
    "azithromycin",
    "doxycycline",
    "ciprofloxacin",
    "cephalexin",
    "acyclovir",
    "valacyclovir",
    "tenofovir",
    "emtricitabine",
    "dolutegravir",
  ],
  ...[
    "methotrexate",
    "hydroxychloroquine",
    "adalimumab",
    "tamoxifen",
    "letrozole",
    "sildenafil",
    "finasteride",
    "spironolactone",
  ],
  ...[
    "cyclobenzaprine",
    "allopurinol",
    "colchicine",
    "propranolol",
    "clonidine",
    "atenolol",
    "pravastatin",
    "ezetimibe",
    "glipizide",
  ],
];
const MEDICATION = new RegExp(
  `(?<![A-Za-z])(?:${SUBSTANCES.join("|")})(?![a-z])(?:[^\\n]{0,24}?[0-9]+(?:\\.[0-9]+)? ?(?:mg|mcg|µg|ug|ml|units?|iu|g|puffs?)(?![a-z]))?`,
  "gi",
);
const PRESCRIBED_REACH = 64;
const PRESCRIBED =
  /(?<![A-Za-z])(?:rx|prescri|medication|meds|takes|taking|dose|daily|bid|tid|qd|mg|patient|allerg|start(?:ed)?)/i;

const medication: Detector = {
  id: "health/medication",
  title: "what somebody is prescribed",
  family: "health",
  tier: "medium",
  rank: 10,
  keywords: SUBSTANCES,
  before: 64,
  after: 64,
  *find(window, surroundings) {
    for (const { 0: found, index } of window.matchAll(MEDICATION)) {
      const end = index + found.length;
      const near = window.slice(Math.max(0, index - PRESCRIBED_REACH), end + PRESCRIBED_REACH);
      if (PRESCRIBED.test(near) && isNearIdentifier(surroundings, index, end)) {
        yield { start: index, end };
      }
    }
  },
};

const TESTS = [
  ...[
    "hba1c",
    "hemoglobin",
    "haemoglobin",
    "glucose",
    "creatinine",
    "cholesterol",
    "triglycerides",
    "platelet",
    "potassium",
    "bilirubin",
  ],
  ...[
    "ferritin",
    "troponin",
    "psa",
    "tsh",
    "inr",
    "egfr",
    "viral load",
    "cd4",
    "blood pressure",
    "a1c",
    "ldl",
    "hdl",
    "wbc",
    "alt",
    "ast",
    "bmi",
  ],
];
const UNIT =
  "(?:mg/dl|mmol/l|mmol/mol|g/dl|g/l|u/l|iu/l|ng/ml|µmol/l|umol/l|copies/ml|cells/mm3|mmhg|meq/l|miu/l|%|k/ul|x10\\^?9/l|ml/min)";
const RESULT = new RegExp(
  `(?<![A-Za-z])(?:${TESTS.join("|")})(?![a-z])[^\\n0-9]{0,24}[0-9]{1,7}(?:[./][0-9]{1,3})? ?${UNIT}?`,
  "gi",
);
const result: Detector = {
  id: "health/test-result",
  title: "the result of a medical test",
  family: "health",
  tier: "medium",
  rank: 10,
  keywords: [
    "hba1c",
    "hemoglobin",
    "haemoglobin",
    "glucose",
    "creatinine",
    "cholesterol",
    "triglycerid",
    "platelet",
    "potassium",
    "bilirubin",
    "ferritin",
    "troponin",
    "viral load",
    "blood pressure",
    "egfr",
    "mg/dl",
    "mmol/l",
    "ng/ml",
    "miu/l",
    "mmhg",
    "g/dl",
    "u/l",
  ],
  before: 64,
  after: 64,
  *find(window, surroundings) {
    for (const { 0: found, index } of window.matchAll(RESULT)) {
      const value = found.trimEnd();
      if (isNearIdentifier(surroundings, index, index + value.length))
        yield { start: index, end: index + value.length };
    }
  },
};

export const clinical: readonly Detector[] = [diagnosisCode, medication, result];
