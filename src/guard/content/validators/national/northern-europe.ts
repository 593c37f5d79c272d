// Numbers of people in Sweden, Denmark, Finland, Norway, Iceland, Estonia, Lithuania, the United Kingdom and Ireland.
import { isDayAt } from "../calendar.ts";
import { isOneCharacter, passesLuhn, weightedSum } from "../check-digits.ts";

/**
 * Sweden, personnummer and samordningsnummer, ten or twelve digits: a day (plus 60 for the latter), three digits, Luhn over
 * the last ten (Skatteverket, SKV 704 and SKV 707).
 */
export function isPersonnummer(digits: string): boolean {
  if (digits.length === 12 && !/^(?:18|19|20)/.test(digits)) return false;
  const short = digits.slice(-10);
  const day = Number(short.slice(4, 6));
  const date = day > 60 ? `${short.slice(0, 4)}${String(day - 60).padStart(2, "0")}` : short;
  return /^(?:[0-9]{2})?[0-9]{10}$/.test(digits) && isDayAt(date, 4, 2) && passesLuhn(short);
}

/**
 * Denmark, CPR, ten digits: a day and four digits. The check by weights 4327654321 is asked for, although numbers given
 * since 2007 need not pass it (CPR-kontoret, "Personnumre uden kontrolciffer"): a day alone is too little.
 */
export function isCpr(digits: string): boolean {
  return (
    /^[0-9]{10}$/.test(digits) &&
    isDayAt(digits, 0, 2) &&
    weightedSum(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}

/**
 * Finland, henkilötunnus: day, sign of the century, number 002 to 899, and the remainder by 31 as a character (Digital and
 * Population Data Services Agency; signs as of 2023).
 */
export function isHetu(text: string): boolean {
  const parts = /^([0-9]{6})[-+A-FU-Y]([0-9]{3})([0-9A-Y])$/.exec(text);
  if (parts === null) return false;
  const [, date = "", number = "", check = ""] = parts;
  return (
    isDayAt(date, 0, 2) &&
    Number(number) >= 2 &&
    Number(number) <= 899 &&
    "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(date + number) % 31] === check
  );
}

/**
 * Norway, fødselsnummer and D-nummer, eleven digits: a day (plus 40 for the latter) and two check digits by 11
 * (Skatteetaten). The check for numbers given from 2032 on, which allow other remainders, is not needed yet.
 */
export function isFodselsnummer(digits: string): boolean {
  if (!/^[0-9]{11}$/.test(digits)) return false;
  const day = Number(digits.slice(0, 2));
  const date = String(day > 40 ? day - 40 : day).padStart(2, "0") + digits.slice(2, 4);
  return (
    isDayAt(date, 0, 2) &&
    weightedSum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}

/** Iceland, kennitala of a person, ten digits: a day, a check by 11, a century of 8, 9 or 0 (Registers Iceland). */
export function isKennitala(digits: string): boolean {
  return (
    /^[0-9]{9}[890]$/.test(digits) &&
    isDayAt(digits, 0, 2) &&
    weightedSum(digits, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}

/** Estonia and Lithuania, isikukood and asmens kodas, eleven digits: sex and century, a day, a check by 11 in two rounds. */
export function isBalticCode(digits: string): boolean {
  if (!/^[1-8][0-9]{10}$/.test(digits) || !isDayAt(digits, 5, 3)) return false;
  const first = weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const second = weightedSum(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  const check = first < 10 ? first : second < 10 ? second : 0;
  return check === Number(digits[10]);
}

/**
 * United Kingdom, NHS number, ten digits: weights 10 to 2 and a check by 11; ten is never given (NHS Data Dictionary).
 * Numbers that begin with 999 are for tests.
 */
export function isNhsNumber(digits: string): boolean {
  if (!/^[0-9]{10}$/.test(digits) || isOneCharacter(digits) || digits.startsWith("999"))
    return false;
  const check = (11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check === Number(digits[9]);
}

/**
 * United Kingdom, National Insurance number: letters that are given out, six digits, a suffix A to D (HMRC, NIM39110). The
 * example of all forms, QQ123456, has a first letter that is never given.
 */
export function isNino(text: string): boolean {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$/.test(text);
}

/**
 * Ireland, PPS number: seven digits, a check letter by 23 over weights 8 to 2, and a second letter that counts nine times
 * (Department of Social Protection; S.I. 2013).
 */
export function isPps(text: string): boolean {
  const parts = /^([0-9]{7})([A-W])([A-IW]?)$/.exec(text);
  if (parts === null) return false;
  const [, digits = "", check = "", second = ""] = parts;
  const extra = second === "" || second === "W" ? 0 : second.charCodeAt(0) - 64;
  const rest = (weightedSum(digits, [8, 7, 6, 5, 4, 3, 2]) + extra * 9) % 23;
  return "WABCDEFGHIJKLMNOPQRSTUV"[rest] === check;
}
