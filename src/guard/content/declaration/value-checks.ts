// Checks of labelled values that rows name: what the form of a number cannot tell.
import { isName } from "../detection/name-words.ts";
import { isBirthDate } from "../validators/birth-date.ts";
import { digitsOf, isOneCharacter, passesLuhn } from "../validators/check-digits.ts";
import { isDea, isMbi, isNpi, isRoutingNumber } from "../validators/us-identifiers.ts";
import { isVin } from "../validators/vehicle.ts";
import { NATIONAL_CHECKS } from "./national-checks.ts";

/** By the name that a row gives; each gets the value as it stands. */
export const VALUE_CHECKS = {
  ...NATIONAL_CHECKS,
  "five-digits": (text) => isNumber(text, 5),
  "seven-digits": (text) => isNumber(text, 7),
  "record-of-five-digits": (text) => isRecord(text, 5),
  "record-of-six-digits": (text) => isRecord(text, 6),
  passport: (text) => /[0-9]/.test(text) && !/^(?:0123456|1234567|0+$)/.test(text),
  "routing-number": (text) => isRoutingNumber(text),
  vin: (text) => isVin(text),
  "licence-plate": (text) =>
    /[0-9]/.test(text) && /[A-Z]/.test(text) && text.length >= 5 && text.length <= 12,
  imei: (text) => passesLuhn(digitsOf(text)) && !isOneCharacter(digitsOf(text)),
  "device-serial": (text) => /[0-9]/.test(text) && isNumber(text, 3) && text.length >= 8,
  name: (text) => isName(text),
  "birth-date": (text) => isBirthDate(text),
  npi: (text) => isNpi(digitsOf(text)),
  dea: (text) => isDea(text.toUpperCase()),
  mbi: (text) => isMbi(text.replace(/[^A-Za-z0-9]/g, "").toUpperCase()),
} satisfies Readonly<Record<string, (text: string) => boolean>>;
export type ValueCheckName = keyof typeof VALUE_CHECKS;

/** Enough digits, and not one of those that fill a field. */
function isNumber(text: string, from: number): boolean {
  const digits = digitsOf(text);
  return (
    digits.length >= from &&
    !isOneCharacter(digits) &&
    !/^(?:0123456|1234567)/.test(digits.padEnd(7, "x"))
  );
}

/** Enough digits, and of four or more not all the same. */
function isRecord(text: string, from: number): boolean {
  const digits = digitsOf(text);
  return digits.length >= from && (digits.length < 4 || !isOneCharacter(digits));
}
