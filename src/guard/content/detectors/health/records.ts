// What a patient's papers are numbered with: records and health plans by their labels, and a number that says itself what it is.
import type { Detector } from "../../detection/detector.ts";
import { records as labelled } from "../../rows/health/records.ts";
import { isOneCharacter } from "../../validators/check-digits.ts";

/** A number that says itself what it is. */
const markedRecordNumber: Detector = {
  id: "health/marked/record-number",
  title: "the number of a medical record",
  family: "health",
  tier: "medium",
  rank: 34,
  keywords: ["mrn"],
  *find(window) {
    const marked = /(?<![A-Za-z])(?:MRN|Mrn|mrn)[-_]?(?<digits>[0-9]{5,12})(?![A-Za-z0-9])/g;
    for (const { 0: found, index, groups } of window.matchAll(marked))
      if (!isOneCharacter(groups?.["digits"] ?? ""))
        yield { start: index, end: index + found.length };
  },
};

// The marked one first: of two that are as sure, it names the number.
export const records: readonly Detector[] = [markedRecordNumber, ...labelled];
