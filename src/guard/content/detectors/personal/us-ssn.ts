// personal/us-ssn: a social security number or an individual taxpayer's number of the United States.
import type { Detector, Hit } from "../../detection/detector.ts";
import type { Tier } from "../../detection/finding.ts";
import { isLabelled, labelsOf } from "../../detection/labels.ts";
import { namedCells } from "../../detection/table-column.ts";
import { digitsOf } from "../../validators/check-digits.ts";
import { isItin, isSsn } from "../../validators/us-identifiers.ts";

/** In three groups, or nine digits, which only a label tells from other numbers. */
const NUMBER =
  /[0-9]{3}(?:[-\u2010-\u2013][0-9]{2}[-\u2010-\u2013][0-9]{4}|[ .][0-9]{2}[ .][0-9]{4}|[0-9]{6})/g;
const LABELS = labelsOf([
  ...["ssn", "social security", "social security number", "social security no", "soc sec", "ss"],
  ...["itin", "taxpayer id", "taxpayer identification number", "tin", "tax id", "social"],
]);
/** Labels of numbers that are written in the same groups. */
const OTHERS = labelsOf([
  ...[
    "phone",
    "tel",
    "fax",
    "order",
    "part",
    "serial",
    "sku",
    "invoice",
    "ticket",
    "isbn",
    "model",
    "case",
    "claim",
  ],
  ...[
    "tracking",
    "reference",
    "ref",
    "lot",
    "batch",
    "policy",
    "version",
    "build",
    "date",
    "item",
    "product",
    "account",
  ],
]);

export const usSsn: Detector = {
  id: "personal/us-ssn",
  title: "a social security number",
  family: "personal",
  tier: "high",
  rank: 30,
  digits: 9,
  *find(window, around) {
    const { text, start, isFirst } = around;
    const hits = new Map<number, Hit>();
    for (const { 0: found, index } of window.matchAll(NUMBER)) {
      const tier = tierAt(text, start + index, found);
      if (tier !== undefined) hits.set(index, { start: index, end: index + found.length, tier });
    }
    // Once for a text: a table may lie around all of the windows.
    const whole = { start: 0, end: text.length };
    const cells = isFirst ? namedCells(around, whole, LABELS.pattern, "first") : [];
    for (const cell of cells) {
      const digits = digitsOf(text.slice(cell.start, cell.end));
      const hit = { start: cell.start - start, end: cell.end - start };
      if (/^[0-9 -]{9,11}$/.test(text.slice(cell.start, cell.end)) && isSsn(digits))
        hits.set(hit.start, hit);
    }
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  },
};

function tierAt(text: string, start: number, found: string): Tier | undefined {
  const end = start + found.length;
  if (/[\w.+/-]/.test(text.charAt(start - 1)) && !/[A-Za-z][-]$/.test(text.slice(start - 2, start)))
    return undefined;
  if (/^(?:\w|[-./+][\w])/.test(text.slice(end, end + 2))) return undefined;
  const digits = digitsOf(found);
  const isDashed = /[-\u2010-\u2013]/.test(found);
  if (isLabelled(LABELS, text, start, isDashed ? "loose" : "tight")) {
    return isSsn(digits) || isItin(digits) ? "high" : undefined;
  }
  if (!isDashed || !isSsn(digits) || isLabelled(OTHERS, text, start, "tight")) return undefined;
  return "medium";
}
