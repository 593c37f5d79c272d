// Numbers of health care in the United States near a word that names them. Made of data/detectors/health/us-identifiers.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const usIdentifiers = detectorsOf([
  { kind: "labelled", id: "health/npi", title: "a national provider identifier", labels: ["npi", "npi number", "provider id", "national provider", "national provider identifier", "provider identifier", "provider number", "rendering provider", "billing provider"], form: "[12][0-9]{9}", family: "health", tier: "medium", check: "npi", nearness: "loose" },
  { kind: "labelled", id: "health/dea", title: "a prescriber's DEA number", labels: ["dea", "dea number", "dea no", "drug enforcement", "prescriber", "dea registration"], keywords: ["dea:", "dea ", "dea\"", "dea'", "dea#", "dea=", "dea_", "dea-", "dea,", "dea.", "dean", "drug enforcement", "prescriber"], form: "[A-Za-z][A-Za-z9][0-9]{7}", family: "health", tier: "medium", check: "dea", nearness: "loose" },
  { kind: "labelled", id: "health/mbi", title: "a Medicare beneficiary identifier", labels: ["mbi", "medicare", "medicare id", "medicare number", "beneficiary", "hicn", "medicare beneficiary", "subscriber id", "member id", "subscriber"], form: "[1-9][A-Za-z][A-Za-z0-9][0-9][- ]?[A-Za-z][A-Za-z0-9][0-9][- ]?[A-Za-z]{2}[0-9]{2}", family: "health", tier: "medium", check: "mbi", nearness: "loose" },
]);
