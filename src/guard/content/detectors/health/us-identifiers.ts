// Numbers of health care in the United States: providers, prescribers and Medicare by their labels, and a form that only Medicare has.
import type { Detector, Hit } from "../../detection/detector.ts";
import { isWhole } from "../../detection/labelled-value.ts";
import { usIdentifiers as labelled } from "../../rows/health/us-identifiers.ts";

/** With its dashes: four, three and four characters with letters and digits in their places are written nowhere else. */
const DASHED =
  /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y]{2}[0-9]{2}/g;
const mbiDashed: Detector = {
  id: "health/mbi-dashed",
  title: "a Medicare beneficiary identifier as the card prints it",
  family: "health",
  tier: "medium",
  rank: 20,
  keywords: ["patient", "claim", "insur", "member", "subscriber", "cms", "coverage"],
  before: 64,
  after: 160,
  *find(window, { text, start }) {
    for (const { 0: found, index } of window.matchAll(DASHED)) {
      const hit: Hit = { start: index, end: index + found.length };
      if (isWhole(text, start + hit.start, start + hit.end)) yield hit;
    }
  },
};

export const usIdentifiers: readonly Detector[] = [...labelled, mbiDashed];
