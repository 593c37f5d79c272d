// personal/payment-card: the number of a card that some network could have issued and that adds up.
import type { Detector } from "../../detection/detector.ts";
import type { Tier } from "../../detection/finding.ts";
import { isLabelled, labelsOf } from "../../detection/labels.ts";
import { digitsOf } from "../../validators/check-digits.ts";
import { isPaymentCard, isTestCard } from "../../validators/payment-card.ts";

/** In one piece, in fours, or as American Express and Diners Club print them. */
const NUMBER =
  /[2-68][0-9]{3}(?:[0-9]{9,15}|(?: {1,2}|[-.\u00a0\u2009])(?:[0-9]{4}(?: {1,2}|[-.\u00a0\u2009])[0-9]{4}(?: {1,2}|[-.\u00a0\u2009])[0-9]{1,4}(?:[ -][0-9]{3})?|[0-9]{6}[-. \u00a0][0-9]{4,5}))/g;
const LABELS = labelsOf([
  ...[
    "card",
    "card number",
    "cc",
    "ccn",
    "visa",
    "mastercard",
    "amex",
    "american express",
    "discover",
  ],
  ...[
    "pan",
    "credit card",
    "debit card",
    "credit",
    "debit",
    "payment",
    "carte",
    "karte",
    "kreditkarte",
  ],
  ...["tarjeta", "carta", "maestro", "jcb", "diners", "unionpay"],
]);
/** Digits of the shortest number above. */
const DIGITS_MIN = 13;
/** Lengths that a card has today; others, and numbers of barcodes among them, need a word that says so. */
const USUAL: readonly number[] = [15, 16];

export const paymentCard: Detector = {
  id: "personal/payment-card",
  title: "the number of a payment card",
  family: "personal",
  tier: "high",
  rank: 30,
  digits: DIGITS_MIN,
  *find(window, { text, start }) {
    for (const { 0: found, index } of window.matchAll(NUMBER)) {
      const tier = cardAt(text, start + index, found);
      if (tier !== undefined) yield { start: index, end: index + found.length, tier };
    }
  },
};

function cardAt(text: string, start: number, found: string): Tier | undefined {
  const end = start + found.length;
  const digits = digitsOf(found);
  if (isPartOfMore(text, start, end) || !isPaymentCard(digits) || isTestCard(digits)) {
    return undefined;
  }
  const isGrouped = digits.length !== found.length;
  if (isGrouped || isLabelled(LABELS, text, start, "loose")) return "high";
  return USUAL.includes(digits.length) ? "medium" : undefined;
}

/** Whether a number goes on before or behind: of a fraction, an identifier, or one with more groups. */
function isPartOfMore(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return (
    /[\w.]$|[\w][-]$|[0-9] $/.test(before) ||
    /^(?:\w|[-.][\w])/.test(after) ||
    (/^ [0-9]/.test(after) && /[ ]/.test(text.slice(start, end)))
  );
}
