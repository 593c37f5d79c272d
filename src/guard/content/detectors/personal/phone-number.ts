// personal/phone-number: a telephone number that a country gives out, or whatever stands behind a label that says it is one.
import type { Detector } from "../../detection/detector.ts";
import { isLabelled, labelsOf } from "../../detection/labels.ts";
import { digitsOf } from "../../validators/check-digits.ts";
import {
  isFictionalNumber,
  isInternationalNumber,
  isNationalNumber,
} from "../../validators/phone-number.ts";

/** With a plus; with an area code in brackets; in groups; or digits alone, which only a label tells from other numbers. */
const NUMBER =
  /\+[0-9]{1,3}(?:[-. ()/\u00a0]{0,3}[0-9]){6,13}|\(0?[0-9]{2,5}\)[-. /\u00a0]?[0-9]{2,8}(?:[-. \u00a0][0-9]{2,5}){0,3}|(?:1[-. ])?[0-9]{2,6}(?:[-. /\u00a0][0-9]{2,8}){1,5}|[0-9]{7,15}/g;
const LABELS = labelsOf([
  ...[
    "phone",
    "phone number",
    "telephone",
    "tel",
    "mobile",
    "mobile number",
    "cell",
    "cell phone",
    "fax",
    "whatsapp",
    "whats app",
  ],
  ...[
    "call",
    "sms",
    "msisdn",
    "contact number",
    "contact",
    "dial",
    "home phone",
    "work phone",
    "hotline",
  ],
  ...[
    "telefon",
    "telefonnummer",
    "handy",
    "mobil",
    "rufnummer",
    "téléphone",
    "portable",
    "móvil",
    "teléfono",
    "celular",
  ],
  ...[
    "telefono",
    "cellulare",
    "telefoon",
    "mobiel",
    "telefone",
    "emergency contact",
    "text",
    "ring",
    "ext",
    "reach",
  ],
]);
/** Countries whose numbers are known as people there write them. */
const REGIONS = ["US", "GB", "DE", "FR", "IN", "AU"];
/** Countries asked besides where a label says that it is a number. */
const LABELLED_REGIONS = [
  ...REGIONS,
  ...[
    "CA",
    "IE",
    "NL",
    "BE",
    "CH",
    "AT",
    "ES",
    "IT",
    "PT",
    "SE",
    "NO",
    "DK",
    "FI",
    "PL",
    "CZ",
    "BR",
    "MX",
    "JP",
    "CN",
    "KR",
    "ZA",
    "NZ",
    "SG",
  ],
];
/** Digits of what is taken on the word of its label alone. */
const DIGITS_MIN = 7;
const DIGITS_MAX = 15;

export const phoneNumber: Detector = {
  id: "personal/phone-number",
  title: "a telephone number",
  family: "personal",
  tier: "low",
  rank: 10,
  bulk: { count: 50, tier: "medium" },
  digits: DIGITS_MIN,
  *find(window, { text, start }) {
    for (const { 0: found, index } of window.matchAll(NUMBER)) {
      if (isNumberAt(text, start + index, found)) yield { start: index, end: index + found.length };
    }
  },
};

function isNumberAt(text: string, start: number, found: string): boolean {
  const end = start + found.length;
  if (
    /[\w.+$#%=&?/-]$/.test(text.slice(Math.max(0, start - 1), start)) &&
    !/(?:tel:|[a-z]=)$/i.test(text.slice(start - 4, start))
  )
    return false;
  if (/^(?:\w|[-./:+%][\w])/.test(text.slice(end, end + 2))) return false;
  const digits = digitsOf(found);
  if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX || isFiller(digits)) return false;
  if (isFictionalNumber(found)) return false;
  if (found.startsWith("+")) {
    if (isInternationalNumber(found)) return true;
    return isLabelled(LABELS, text, start, "tight");
  }
  if (isUnmistakable(found)) {
    if (isNationalNumber(found, REGIONS)) return true;
  }
  if (!isLabelled(LABELS, text, start, "tight") || isDate(found)) return false;
  return isNationalNumber(found, LABELLED_REGIONS, "optional") || isInternationalNumber(found);
}

/** Groups as only telephone numbers have them: an area code in brackets, three-three-four, or a leading zero and blanks. */
function isUnmistakable(found: string): boolean {
  return (
    /^\([0-9]{2,5}\)/.test(found) ||
    /^(?:1[-. ])?[2-9][0-9]{2}([-.])[2-9][0-9]{2}\1[0-9]{4}$/.test(found) ||
    /^0[1-9][0-9]{0,4} [0-9]{2,4}(?: [0-9]{2,4}){1,3}$/.test(found)
  );
}

/** Digits that fill a field: few different ones, or counted up. */
function isFiller(digits: string): boolean {
  return new Set(digits).size < 3 || /^(?:0123456|1234567|7654321)/.test(digits);
}

function isDate(found: string): boolean {
  return /^(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4})$/.test(
    found,
  );
}
