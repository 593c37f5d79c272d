// Numbers of people in Spain, Italy, Portugal, Greece, Croatia, the former Yugoslavia and Turkey.
import { isDay, isDayAt } from "../calendar.ts";
import { isOneCharacter, passesLuhn, passesMod11And10, weightedSum } from "../check-digits.ts";

/** Spain, DNI, eight digits and a letter by 23 (Real Decreto 1553/2005; Ministerio del Interior). */
export function isDni(text: string): boolean {
  return (
    /^[0-9]{8}[A-HJ-NP-TV-Z]$/.test(text) &&
    !isOneCharacter(text.slice(0, 8)) &&
    text !== "12345678Z" &&
    "TRWAGMYFPDXBNJZSQVHLCKE"[Number(text.slice(0, 8)) % 23] === text[8]
  );
}

/** Spain, NIE, as a DNI whose first digit is written X, Y or Z (Orden INT/2058/2008). */
export function isNie(text: string): boolean {
  return /^[XYZ][0-9]{7}[A-Z]$/.test(text) && isDni("XYZ".indexOf(text.charAt(0)) + text.slice(1));
}

const ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];
const OMOCODIA = "LMNPQRSTUV";

/**
 * Italy, codice fiscale, sixteen characters: name, year, letter of the month, day (plus 40 for women), municipality and a
 * check letter; digits may be written as letters to tell people apart (D.M. 23 dicembre 1976, n. 13813).
 */
export function isCodiceFiscale(text: string): boolean {
  const digit = "[0-9L-NP-V]";
  const form = `^[A-Z]{6}${digit}{2}[A-EHLMPR-T]${digit}{2}[A-Z]${digit}{3}[A-Z]$`;
  if (!new RegExp(form).test(text)) return false;
  const day = Number([...text.slice(9, 11)].map(omocodiaDigit).join(""));
  if (!(isDay(day, 1) || isDay(day - 40, 1))) return false;
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const character = text.charAt(at);
    const value = /[0-9]/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    sum += at % 2 === 0 ? (ODD[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15];
}

function omocodiaDigit(character: string): string {
  const at = OMOCODIA.indexOf(character);
  return at < 0 ? character : String(at);
}

/** Portugal, NIF of a person, nine digits: 1, 2, 3 or 45 first, weights 9 to 2 by 11 (Decreto-Lei 14/2013). */
export function isNif(digits: string): boolean {
  if (!/^(?:[123]|45)[0-9]+$/.test(digits) || digits.length !== 9 || isOneCharacter(digits))
    return false;
  if (digits === "123456789") return false;
  const rest = weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === Number(digits[8]);
}

/** Greece, AMKA, eleven digits: a birthday and Luhn over all (AMKA, law 3655/2008). */
export function isAmka(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && isDayAt(digits, 0, 2) && passesLuhn(digits);
}

/** Croatia, OIB, eleven digits: a check by ISO 7064 MOD 11,10 (Ministarstvo financija, Zakon o OIB). */
export function isOib(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && !isOneCharacter(digits) && passesMod11And10(digits);
}

/** Serbia, Bosnia, Montenegro, North Macedonia, Slovenia: JMBG (EMŠO), thirteen digits, a birthday, weights by 11. */
export function isJmbg(digits: string): boolean {
  if (!/^[0-9]{13}$/.test(digits) || !isDayAt(digits, 0, 2)) return false;
  const rest = weightedSum(digits, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === Number(digits[12]) && /^[09]/.test(digits.slice(4));
}

/**
 * Turkey, T.C. kimlik numarası, eleven digits: (7 x odd places - even places) mod 10, then the sum of ten mod 10 (Nüfus ve
 * Vatandaşlık İşleri).
 */
export function isTckn(digits: string): boolean {
  if (!/^[1-9][0-9]{10}$/.test(digits)) return false;
  const tenth = weightedSum(digits, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10;
  const eleventh = weightedSum(digits, Array(10).fill(1)) % 10;
  return (tenth + 10) % 10 === Number(digits[9]) && eleventh === Number(digits[10]);
}
