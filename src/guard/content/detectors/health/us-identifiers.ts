// Numbers of health care in the United States: providers, Medicare, prescribers; found near a word that names them, or by a form that only they have.
import type { Detector, Hit } from "../../detection/detector.ts";
import { isWhole, labelledValue } from "../../detection/labelled-value.ts";
import { labelsOf } from "../../detection/labels.ts";
import { digitsOf } from "../../validators/check-digits.ts";
import { isDea, isMbi, isNpi } from "../../validators/us-identifiers.ts";

const bare = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").toUpperCase();

const npi = labelledValue({
  ...{
    id: "health/npi",
    title: "a national provider identifier",
    family: "health",
    tier: "medium",
  },
  labels: labelsOf([
    ...["npi", "npi number", "provider id", "national provider", "national provider identifier"],
    ...["provider identifier", "provider number", "rendering provider", "billing provider"],
  ]),
  value: /[12][0-9]{9}/g,
  accept: (text) => isNpi(digitsOf(text)),
  nearness: "loose",
});

const dea = labelledValue({
  ...{ id: "health/dea", title: "a prescriber's DEA number", family: "health", tier: "medium" },
  labels: labelsOf(
    ["dea", "dea number", "dea no", "drug enforcement", "prescriber", "dea registration"],
    [
      ...[
        "dea:",
        "dea ",
        'dea"',
        "dea'",
        "dea#",
        "dea=",
        "dea_",
        "dea-",
        "dea,",
        "dea.",
        "dean",
        "drug enforcement",
        "prescriber",
      ],
    ],
  ),
  value: /[A-Za-z][A-Za-z9][0-9]{7}/g,
  accept: (text) => isDea(text.toUpperCase()),
  nearness: "loose",
});

const MBI_LABELS = labelsOf([
  ...[
    "mbi",
    "medicare",
    "medicare id",
    "medicare number",
    "beneficiary",
    "hicn",
    "medicare beneficiary",
    "subscriber id",
    "member id",
    "subscriber",
  ],
]);
const mbi = labelledValue({
  ...{
    id: "health/mbi",
    title: "a Medicare beneficiary identifier",
    family: "health",
    tier: "medium",
  },
  labels: MBI_LABELS,
  value: /[1-9][A-Za-z][A-Za-z0-9][0-9][- ]?[A-Za-z][A-Za-z0-9][0-9][- ]?[A-Za-z]{2}[0-9]{2}/g,
  accept: (text) => isMbi(bare(text)),
  nearness: "loose",
});

/** With its dashes: four, three and four characters with letters and digits in their places are written nowhere else. */
const DASHED =
  /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y]{2}[0-9]{2}/g;
const mbiDashed: Detector = {
  ...mbi,
  id: "health/mbi-dashed",
  title: "a Medicare beneficiary identifier as the card prints it",
  keywords: ["patient", "claim", "insur", "member", "subscriber", "cms", "coverage"],
  *find(window, { text, start }) {
    for (const { 0: found, index } of window.matchAll(DASHED)) {
      const hit: Hit = { start: index, end: index + found.length };
      if (isWhole(text, start + hit.start, start + hit.end)) yield hit;
    }
  },
};

export const usIdentifiers: readonly Detector[] = [npi, dea, mbi, mbiDashed];
