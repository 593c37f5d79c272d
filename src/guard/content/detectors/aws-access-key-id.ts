// aws-access-key-id: the id of an AWS access key, long-term or temporary; where it stands, its secret is seldom far.
import type { Detector } from "../detector.ts";

/**
 * Prefixes from "IAM identifiers" of the vendor's user guide: `AKIA` an access key, `ASIA` a temporary one. An id has 20
 * capital letters and digits.
 */
const ID = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g;
/** Different characters below which the sixteen are a row of placeholders. */
const DISTINCT_MIN = 5;

export const awsAccessKeyId: Detector = {
  id: "aws-access-key-id",
  title: "the id of an AWS access key",
  tier: "high",
  *find(text) {
    for (const { 0: id, index } of text.matchAll(ID)) {
      if (!isPlaceholder(id)) yield { start: index, end: index + id.length };
    }
  },
};

/** The ids of the vendor's own documentation all say so; others are filled with one letter. */
function isPlaceholder(id: string): boolean {
  return id.includes("EXAMPLE") || new Set(id.slice(4)).size < DISTINCT_MIN;
}
