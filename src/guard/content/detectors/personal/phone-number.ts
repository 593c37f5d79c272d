// personal/phone-number: a telephone number that a country gives out, or whatever stands behind a label that says it is one.
import type { Detector, Hit, Surroundings } from "../../detection/detector.ts";
import { isLabelled, labelsOf } from "../../detection/labels.ts";
import { headAbove, namedCells } from "../../detection/table-column.ts";
import { digitsOf } from "../../validators/check-digits.ts";
import {
  hasCallingCode,
  isFictionalNumber,
  isInternationalNumber,
  isNationalNumber,
} from "../../validators/phone-number.ts";
import { PHONE_PLANS } from "../../validators/phone-plans.ts";

/** With a plus; with an area code in brackets; in groups; or digits alone, which only a label tells from other numbers. */
const NUMBER =
  /\+(?:\([0-9]{1,4}\)|[0-9]{1,3})(?:[-. ()/\u00a0]{0,3}[0-9]){6,13}|\(\+?0?[0-9]{2,5}\)[-. /\u00a0]{0,2}[0-9]{1,10}(?:[-. /\u00a0][0-9]{2,8}){0,4}|(?:1[-. ]|[078] ?)?\([0-9]{2,5}\)[-. /\u00a0]{0,2}[0-9]{2,8}(?:[-. /\u00a0][0-9]{2,8}){0,4}|(?:1[-. ])?[0-9]{2,6}(?:[-. /\u00a0][0-9]{1,8}){1,5}|[0-9]{7,15}/g;
/** An extension behind a number, in the words of switchboards. */
const EXTENSION =
  /[ ,;]{0,2}(?:[xX]|[eE]xt(?:n|ension)?\.?|#|[pP]oste|[dD]urchwahl|DW|[aA]nexo|[rR]amal|[iI]nterno|доб\.?)[ .:]{0,2}[0-9]{1,6}(?![\w-])/y;
/** Countries whose numbers are known as people there write them: all. */
const REGIONS = Object.keys(PHONE_PLANS);
/** Countries asked where a word says only that it may be a number. */
const HINTED_REGIONS = [
  ...[
    "US",
    "GB",
    "DE",
    "FR",
    "IN",
    "AU",
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
  ],
  ...["NO", "DK", "FI", "PL", "CZ", "BR", "MX", "JP", "CN", "KR", "ZA", "NZ", "SG"],
];
/** Words that a telephone number alone stands behind. */
const NUMBERS = [
  ...["phone", "phone number", "phone no", "telephone", "telephone number", "tel", "tel no"],
  ...[
    "mobile",
    "mobile number",
    "mobile phone",
    "cell",
    "cell phone",
    "cellphone",
    "fax",
    "telefax",
  ],
  ...["whatsapp", "whats app", "msisdn", "contact number", "home phone", "work phone", "hotline"],
  ...["telefon", "telefonnummer", "telefonnr", "handy", "handynummer", "mobilnummer", "rufnummer"],
  ...["mobil", "mobiltelefon", "téléphone", "portable", "móvil", "teléfono", "celular", "telefono"],
  ...["cellulare", "telefoon", "telefoonnummer", "mobiel", "telefone", "telemóvel", "puhelin"],
  ...["puhelinnumero", "telefonszám", "telefón", "telefonní číslo", "numer telefonu", "komórka"],
  ...["gsm", "cep telefonu", "nomor telepon", "telepon", "số điện thoại", "điện thoại", "телефон"],
  ...["тел", "моб", "τηλέφωνο", "電話", "电话", "手机", "전화", "휴대폰", "phone1", "phone2"],
];
const LABELS = labelsOf(NUMBERS);
/** Words that other things stand behind as well: there some country must have the number. */
const HINTS = labelsOf([
  ...["call", "sms", "contact", "dial", "emergency contact", "reach"],
  ...["reach me on", "reach me at", "reach us on", "reach us at", "call me on", "call me at"],
  ...["call us on", "call us at", "my number", "your number", "support line", "helpline"],
]);
/** As the United States write social security numbers; of those that were never given out one may look like a number of elsewhere. */
const SOCIAL_SECURITY = /^[0-9]{3}-[0-9]{2}-[0-9]{4}$/;
/** Digits of what is taken on the word of its label alone. */
const DIGITS_MIN = 7;
/** Fewer, behind a word that something else may stand behind as well, are a range or a count. */
const HINTED_DIGITS_MIN = 9;
/** Calling code, trunk prefix and number together: `+49 (0) 9612 100503`. */
const WRITTEN_MAX = 16;

export const phoneNumber: Detector = {
  id: "personal/phone-number",
  title: "a telephone number",
  family: "personal",
  tier: "low",
  rank: 10,
  bulk: { count: 50, tier: "medium" },
  digits: DIGITS_MIN,
  *find(window, around) {
    const { text, start, isFirst } = around;
    const hits = new Map<number, Hit>();
    for (const { 0: found, index } of window.matchAll(NUMBER)) {
      const extension = extensionAt(text, start + index + found.length);
      if (isNumberAt(text, start + index, found, extension))
        hits.set(index, { start: index, end: index + found.length + extension.length });
    }
    // Once for a text: a table may lie around all of the windows.
    if (isFirst) for (const hit of numbersInColumns(around)) hits.set(hit.start, hit);
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  },
};

function extensionAt(text: string, end: number): string {
  EXTENSION.lastIndex = end;
  return EXTENSION.exec(text)?.[0] ?? "";
}

const CELL = /^\+?[(]?[+]?[0-9][0-9 ()./\u00a0-]{4,24}$/;

function* numbersInColumns(around: Surroundings): Generator<Hit> {
  const { text, start: offset } = around;
  const whole = { start: 0, end: text.length };
  for (const { start, end } of namedCells(around, whole, LABELS.pattern, "whole")) {
    const cell = text.slice(start, end);
    const number = cell.replace(EXTENSION_LAST, "");
    if (!CELL.test(number) || isDate(number) || !isLongEnough(digitsOf(number))) continue;
    if (!isFictionalNumber(number)) yield { start: start - offset, end: end - offset };
  }
}

const EXTENSION_LAST = new RegExp(`${EXTENSION.source}$`);

function isNumberAt(text: string, start: number, found: string, extension: string): boolean {
  const end = start + found.length + extension.length;
  if (
    /[\w.+$#%=&?/-]$/.test(text.slice(Math.max(0, start - 1), start)) &&
    !/(?:tel:|[a-z]=)$/i.test(text.slice(start - 4, start))
  )
    return false;
  if (/^(?:\w|[-./:+%][\w])/.test(text.slice(end, end + 2))) return false;
  if (!isLongEnough(digitsOf(found)) || isFictionalNumber(found)) return false;
  if (FRACTION.test(found)) return false;
  if (isUnmistakable(found, extension)) return true;
  if (isDate(found)) return false;
  if (isLabelled(LABELS, text, start, "tight")) return !isBelowAnother(text, start);
  return (
    digitsOf(found).length >= HINTED_DIGITS_MIN &&
    isLabelled(HINTS, text, start, "tight") &&
    isAnyNumber(found)
  );
}

/** Whether the head of its column is no label of ours: the last head of a table stands directly before its first cell. */
function isBelowAnother(text: string, start: number): boolean {
  const head = headAbove(text, start);
  return head !== undefined && head.search(LABELS.pattern()) < 0;
}

function isLongEnough(digits: string): boolean {
  return digits.length >= DIGITS_MIN && digits.length <= WRITTEN_MAX && !isFiller(digits);
}

/** Whether some country gives the number out, written with its code or as at home, the prefix of areas left out or not. */
function isAnyNumber(found: string): boolean {
  return isInternationalNumber(found) || isNationalNumber(found, HINTED_REGIONS, "optional");
}

/**
 * Forms as only telephone numbers have them: a plus and a calling code that there is; two zeros and one; an area code in brackets;
 * three-three-four digits as North America writes them; a leading zero and groups; an extension behind any of the groups.
 */
function isUnmistakable(found: string, extension: string): boolean {
  const isGrouped = /[0-9][-. ()/\u00a0]{1,3}[0-9]/.test(found);
  if (extension !== "" && isGrouped && !extension.includes("#")) return true;
  if (found.startsWith("+")) {
    return isInternationalNumber(found) || (isGrouped && isWrittenAbroad(found));
  }
  if (/^00[1-9]/.test(found)) return isGrouped && isInternationalNumber(found);
  if (NORTH_AMERICAN.test(found)) return true;
  if (/^\(0[0-9]{1,4}\)/.test(found)) return isNationalNumber(found, REGIONS);
  if (found.startsWith("(")) return isNationalNumber(found, HINTED_REGIONS, "optional");
  if (!LOCAL.test(found) || digitsOf(found).length < LOCAL_DIGITS_MIN) return false;
  if (SOCIAL_SECURITY.test(found)) return false;
  return !isDate(found) && isNationalNumber(found, REGIONS);
}

/** A calling code that there is and enough digits, for plans change: not counts with strokes, as `+132/-167`. */
function isWrittenAbroad(found: string): boolean {
  return (
    !found.includes("/") && digitsOf(found).length >= ABROAD_DIGITS_MIN && hasCallingCode(found)
  );
}

const ABROAD_DIGITS_MIN = 9;
/** An area and an exchange begin with 2 to 9 (NANPA); new areas are opened every year, so none is asked for. */
const NORTH_AMERICAN =
  /^(?:(?:001|1)[-. ]|1[-. ]?(?=\())?(?:\([2-9][0-9]{2}\)[ -]?|[2-9][0-9]{2}([-.]))[2-9][0-9]{2}(?:\1|[-.])[0-9]{4}$/;
/** A leading zero, then groups; of two groups the second is long, for codes of parts are written in two short ones. */
const LOCAL =
  /^0[1-9][0-9]{0,4}(?:(?:[- /]|\/ )[0-9]{6,8}|(?:[- ]|\/ ?)[0-9]{2,4}(?:[ -][0-9]{2,4}){1,3})$/;
const LOCAL_DIGITS_MIN = 9;

/** Digits that fill a field: few different ones, or counted up. */
function isFiller(digits: string): boolean {
  return new Set(digits).size < 3 || /^(?:0123456|7654321)|1234567|5551234|5555555/.test(digits);
}

/** A number with a sign and a fraction; degrees and minutes of a place (ISO 6709), as `+5230-01320`. */
const FRACTION = /^\+?[0-9]+\.[0-9]+$|^\+(?:[0-9]{4}-[0-9]{5}|[0-9]{6}-[0-9]{7})$/;

function isDate(found: string): boolean {
  return /^(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4})$/.test(
    found,
  );
}
