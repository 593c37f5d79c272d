// Numbers of people in Germany, France, the Netherlands, Belgium, Switzerland and Austria.
import { isDayAt } from "../calendar.ts";
import { isOneCharacter, passesMod11And10, weightedSum } from "../check-digits.ts";

/**
 * Germany, Steuer-Identifikationsnummer, eleven digits: no leading zero, among the first ten one digit two or three times
 * and every other at most once, a check by ISO 7064 MOD 11,10 (Bundeszentralamt für Steuern, "Die steuerliche
 * Identifikationsnummer").
 */
export function isSteuerId(digits: string): boolean {
  if (!/^[1-9][0-9]{10}$/.test(digits)) return false;
  const counts = new Map<string, number>();
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3 && passesMod11And10(digits);
}

/**
 * Germany, Rentenversicherungsnummer: two digits of the insurer, a birthday, a letter, a number, a check digit over the sums
 * of digits (§ 147 SGB VI; VKVV § 4).
 */
export function isRentenversicherungsnummer(text: string): boolean {
  if (!/^[0-9]{8}[A-Z][0-9]{3}$/.test(text)) return false;
  const letter = String(text.charCodeAt(8) - 64).padStart(2, "0");
  const digits = text.slice(0, 8) + letter + text.slice(9, 11);
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const sum = weights.reduce((total, weight, at) => {
    const product = weight * Number(digits[at]);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return isDayAt(digits, 2, 4) && sum % 10 === Number(text[11]);
}

/**
 * France, NIR, thirteen characters and a key: sex, year, month (or 20 and above), department with 2A and 2B for Corsica, and
 * 97 less the remainder by 97 (INSEE, "Numéro de sécurité sociale").
 */
export function isNir(text: string): boolean {
  const parts = /^([1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6})([0-9]{2})$/.exec(text);
  if (parts === null) return false;
  const [, number = "", key = ""] = parts;
  const month = Number(number.slice(3, 5));
  if (!((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)) return false;
  const plain = Number(number.replace("2A", "19").replace("2B", "18"));
  return 97 - (plain % 97) === Number(key);
}

/** The Netherlands, burgerservicenummer, nine digits: weights 9 to 2 and -1, by 11 (Logisch Ontwerp BSN, "elfproef"). */
export function isBsn(digits: string): boolean {
  return (
    /^[0-9]{9}$/.test(digits) &&
    !isOneCharacter(digits) &&
    weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
  );
}

/**
 * Belgium, rijksregisternummer (NISS), eleven digits: a day (months plus 20 or 40 for the BIS number), a number, and 97 less
 * the remainder by 97, with a 2 in front for people born from 2000 on (royal decree of 3 April 1984).
 */
export function isNiss(digits: string): boolean {
  if (!/^[0-9]{11}$/.test(digits)) return false;
  const month = Number(digits.slice(2, 4)) % 20;
  const day = Number(digits.slice(4, 6));
  if (month > 12 || day > 31) return false;
  const number = digits.slice(0, 9);
  const check = Number(digits.slice(9));
  if (isOneCharacter(number)) return false;
  return 97 - (Number(number) % 97) === check || 97 - (Number(`2${number}`) % 97) === check;
}

/** Switzerland, AHV number: 756 for the country and a check digit as of EAN-13 (Zentrale Ausgleichsstelle). */
export function isAhv(digits: string): boolean {
  return (
    /^756[0-9]{10}$/.test(digits) &&
    !isOneCharacter(digits.slice(3, 12)) &&
    weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0
  );
}

/**
 * Austria, Sozialversicherungsnummer, ten digits: a number from 100 on, a check by 11 that is never ten, a birthday (§ 31
 * ASVG; months 13 to 15 are given when a day runs out).
 */
export function isSvnr(digits: string): boolean {
  if (!/^[1-9][0-9]{9}$/.test(digits)) return false;
  const month = Number(digits.slice(6, 8));
  const day = Number(digits.slice(4, 6));
  const rest = weightedSum(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
  return day >= 1 && day <= 31 && month >= 1 && month <= 15 && rest === Number(digits[3]);
}
