// personal/payment-card: the number of a card that some network could have issued and that adds up.
import type { Detector, Hit, Surroundings } from "../../detection/detector.ts";
import type { Tier } from "../../detection/finding.ts";
import { isLabelled, labelsOf } from "../../detection/labels.ts";
import { headAbove, namedCells } from "../../detection/table-column.ts";
import { digitsOf, passesLuhn } from "../../validators/check-digits.ts";
import { cardForm, isPaymentCard, isTestCard } from "../../validators/payment-card.ts";

/**
 * In one piece; in fours, the last group shorter or longer; as American Express and Diners Club print them; or six and thirteen
 * digits, as banks in China do.
 */
const NUMBER =
  /[0-9]{4}(?:[0-9]{8,15}|(?: {1,2}|[-.\u00a0\u2009])(?:[0-9]{4}(?: {1,2}|[-.\u00a0\u2009])[0-9]{4}(?: {1,2}|[-.\u00a0\u2009])[0-9]{1,4}(?:[ -][0-9]{1,3})?|[0-9]{4}[- ][0-9]{4,5}|[0-9]{6}[-. \u00a0][0-9]{4,5})|[0-9]{2}[- ][0-9]{13})/g;
const WORDS = [
  ...["card", "card number", "card no", "credit card", "debit card", "credit"],
  ...["visa", "mastercard", "amex", "american express", "discover", "maestro", "jcb", "diners"],
  ...[
    "unionpay",
    "union pay",
    "rupay",
    "debit",
    "payment",
    "paid",
    "charged",
    "carte",
    "karte",
    "kreditkarte",
  ],
  ...["kartennummer", "tarjeta", "carta", "cartão", "kortnummer", "kort", "kaart", "kaartnummer"],
  ...["karty", "karta", "kart", "kartu", "银行卡", "卡号", "カード", "карты", "карта"],
];
/** WHY two: two letters stand in every digest, so they count directly before a number alone. */
const LABELS = labelsOf([...WORDS, "cc", "ccn", "pan"]);
const LABELS_IN_LINE = labelsOf(WORDS);
/** Words of other numbers as long: what they stand before is a card only in groups. */
const OTHERS = labelsOf([
  ...["id", "uid", "uuid", "guid", "txid", "transaction", "transaction id", "order", "order id"],
  ...["tracking", "tracking number", "shipment", "parcel", "invoice", "ticket", "reference", "ref"],
  ...["ean", "upc", "isbn", "gtin", "sku", "barcode", "imei", "imsi", "iccid", "serial"],
  ...["timestamp", "time", "epoch", "created at", "updated at", "nonce", "seed", "hash", "offset"],
  ...["trace", "span", "request", "session", "message", "snowflake", "tweet", "status", "user"],
  ...["bytes", "size", "count", "total", "number", "num", "key", "build", "version", "revision"],
]);
/** Digits of the shortest number above. */
const DIGITS_MIN = 12;
const SHORT_DIGITS_MAX = 13;
/** So many numbers below each other that all are of cards and add up are a list of cards: by chance one list in 10,000 does. */
const LIST_MIN = 4;

export const paymentCard: Detector = {
  id: "personal/payment-card",
  title: "the number of a payment card",
  family: "personal",
  tier: "high",
  rank: 30,
  digits: DIGITS_MIN,
  *find(window, around) {
    const { text, start, isFirst } = around;
    const hits = new Map<number, Hit>();
    for (const { 0: found, index } of window.matchAll(NUMBER)) {
      const tier = cardAt(text, start + index, found);
      if (tier !== undefined) hits.set(index, { start: index, end: index + found.length, tier });
    }
    for (const hit of listedCards(window, text, start))
      if (!hits.has(hit.start)) hits.set(hit.start, hit);
    // Once for a text: a table may lie around all of the windows.
    if (isFirst) for (const hit of cardsInColumns(around)) hits.set(hit.start, hit);
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  },
};

function* cardsInColumns(around: Surroundings): Generator<Hit> {
  const { text, start: offset } = around;
  for (const { start, end } of namedCells(
    around,
    { start: 0, end: text.length },
    LABELS.pattern,
    "whole",
  )) {
    const cell = text.slice(start, end);
    const digits = /^[0-9][0-9 .-]{10,24}$/.test(cell) ? digitsOf(cell) : "";
    const tier =
      cardForm(digits) !== undefined ? "high" : passesLuhn(digits) ? "medium" : undefined;
    if (tier === undefined || isTestCard(digits)) continue;
    yield { start: start - offset, end: end - offset, tier };
  }
}

/** Lines that are nothing but numbers of cards, where each number of the window is one: what no word says, the digits of all do. */
function listedCards(window: string, text: string, offset: number): readonly Hit[] {
  const found = [...window.matchAll(NUMBER)];
  if (found.length < LIST_MIN) return [];
  const hits = found.flatMap(({ 0: number, index }): readonly Hit[] => {
    const [start, end] = [index, index + number.length];
    const isLine =
      isLineEnd(text.charAt(offset + start - 1)) && isLineEnd(text.charAt(offset + end));
    return isLine && isPaymentCard(digitsOf(number)) ? [{ start, end, tier: "medium" }] : [];
  });
  const isList = hits.length === found.length;
  return isList
    ? hits.filter(({ start, end }) => !isTestCard(digitsOf(window.slice(start, end))))
    : [];
}

/** Whether it stands in a list of numbers in hexadecimal: `542F 5430 5431 5432 5433 543A`. */
function isInCodes(text: string, start: number, end: number): boolean {
  const code = /^(?=.{0,3}[A-F])[0-9A-F]{4}$/;
  return code.test(text.slice(start - 5, start - 1)) || code.test(text.slice(end + 1, end + 5));
}

function isLineEnd(character: string): boolean {
  return character === "" || character === "\n" || character === "\r";
}

function cardAt(text: string, start: number, found: string): Tier | undefined {
  const end = start + found.length;
  const digits = digitsOf(found);
  if (isPartOfMore(text, start, end) || !isEvenly(found)) return undefined;
  if (!passesLuhn(digits) || isTestCard(digits)) return undefined;
  const form = cardForm(digits);
  if (isLabelled(LABELS, text, start, "tight")) {
    // The last head of a table stands directly before its first cell, and labels another column.
    const head = headAbove(text, start);
    const isNamed = head === undefined || head.search(LABELS.pattern()) >= 0;
    if (isNamed) return form === undefined ? "medium" : "high";
  }
  if (form === undefined) return undefined;
  const isGrouped = digits.length !== found.length;
  const isInLine = (): boolean => isLabelled(LABELS_IN_LINE, text, start, "loose");
  // Three short groups are rows of a table of codes more often.
  if (isGrouped && digits.length <= SHORT_DIGITS_MAX && !isInLine()) return undefined;
  if (isGrouped) return form === "usual" ? "high" : "medium";
  if (isLabelled(OTHERS, text, start, "tight")) return undefined;
  if (isInLine()) return "high";
  // A table says what it holds: a number below another head is another number.
  return form === "usual" && headAbove(text, start) === undefined ? "medium" : undefined;
}

/** Whether the same sign stands between all groups: two coordinates have a blank between two points. */
function isEvenly(found: string): boolean {
  return new Set(found.match(/[^0-9]/g)).size <= 1;
}

/** Whether a number goes on before or behind: of a fraction, an identifier, base64, or one with more groups. */
function isPartOfMore(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return (
    /[\w.+]$|[\w][-/]$|[0-9] $/.test(before) ||
    /^(?:[\w+]|[-./][\w])/.test(after) ||
    (/ /.test(text.slice(start, end)) && (/^ [0-9]/.test(after) || isInCodes(text, start, end)))
  );
}
