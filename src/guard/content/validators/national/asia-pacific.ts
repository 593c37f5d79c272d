// Numbers of people in India, China, Hong Kong, Taiwan, Japan, Korea, Singapore, Thailand, Israel, Australia and New Zealand.
import { isBirthYear, isDayAt } from "../calendar.ts";
import {
  isOneCharacter,
  passesLuhn,
  passesMod11And2,
  passesVerhoeff,
  weightedSum,
} from "../check-digits.ts";

/** India, Aadhaar, twelve digits: 2 to 9 first, Verhoeff (UIDAI, "Aadhaar number generation"). */
export function isAadhaar(digits: string): boolean {
  return (
    /^[2-9][0-9]{11}$/.test(digits) &&
    !isOneCharacter(digits) &&
    passesVerhoeff(digits) &&
    !isPalindrome(digits)
  );
}

/** A number that reads alike from both ends is never given. */
function isPalindrome(digits: string): boolean {
  return [...digits].reverse().join("") === digits;
}

/** India, permanent account number of a person: `P` as fourth letter; its check letter's rule is not public (Income Tax Department). */
export function isPan(text: string): boolean {
  return /^[A-Z]{3}P[A-Z](?!0000)[0-9]{4}[A-Z]$/.test(text);
}

/** China, resident identity number, eighteen characters: region, birthday, ISO 7064 MOD 11-2 (GB 11643-1999). */
export function isChineseId(text: string): boolean {
  return (
    /^[1-9][0-9]{16}[0-9X]$/.test(text) &&
    isBirthYear(Number(text.slice(6, 10))) &&
    isDayAt(text, 12, 10) &&
    passesMod11And2(text)
  );
}

/** Hong Kong, identity card: one or two letters, six digits, a check by 11 with A for ten (Immigration Department). */
export function isHongKongId(text: string): boolean {
  const parts = /^([A-Z]{1,2})([0-9]{6})([0-9A])$/.exec(text);
  if (parts === null) return false;
  const [, letters = "", digits = "", check = ""] = parts;
  const values = [...letters.padStart(2)].map((letter) =>
    letter === " " ? 36 : letter.charCodeAt(0) - 55,
  );
  const sum = (values[0] ?? 0) * 9 + (values[1] ?? 0) * 8 + weightedSum(digits, [7, 6, 5, 4, 3, 2]);
  return (sum + (check === "A" ? 10 : Number(check))) % 11 === 0;
}

/** Taiwan, national identification: a letter for the place, 1 or 2 (8, 9 for residents), weights by 10 (Ministry of the Interior). */
export function isTaiwaneseId(text: string): boolean {
  if (!/^[A-Z][1289][0-9]{8}$/.test(text)) return false;
  const place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".indexOf(text.charAt(0)) + 10;
  const digits = String(place) + text.slice(1);
  return weightedSum(digits, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0;
}

/** Japan, individual number ("My Number"), twelve digits, a check by 11 (Ordinance of the MIC no. 85 of 2014). */
export function isMyNumber(digits: string): boolean {
  if (!/^[0-9]{12}$/.test(digits) || isOneCharacter(digits)) return false;
  const rest = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === Number(digits[11]);
}

/**
 * Korea, resident registration number, thirteen digits: a birthday, sex and century, weights by 11. Numbers given since
 * October 2020 have no check digit (Ministry of the Interior and Safety) and are not known here.
 */
export function isKoreanRrn(digits: string): boolean {
  return (
    /^[0-9]{6}[1-8][0-9]{6}$/.test(digits) &&
    isDayAt(digits, 4, 2) &&
    (11 - (weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 ===
      Number(digits[12])
  );
}

/** Singapore, NRIC and FIN: a letter, seven digits, a check letter by 11 (Immigration and Checkpoints Authority). */
export function isNric(text: string): boolean {
  if (!/^[STFGM][0-9]{7}[A-Z]$/.test(text)) return false;
  const kind = text.charAt(0);
  const offset = kind === "S" || kind === "F" ? 0 : kind === "M" ? 3 : 4;
  const rest = (weightedSum(text.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  if (kind === "M") return "KLJNPQRTUWX"[10 - rest] === text[8];
  return (kind === "S" || kind === "T" ? "JZIHGFEDCBA" : "XWUTRQPNMLK")[rest] === text[8];
}

/** Thailand, identity number, thirteen digits: 1 to 8 first, weights 13 to 2 by 11 (Department of Provincial Administration). */
export function isThaiId(digits: string): boolean {
  if (!/^[1-8][0-9]{12}$/.test(digits) || isOneCharacter(digits)) return false;
  const rest = weightedSum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (11 - rest) % 10 === Number(digits[12]);
}

/** Israel, teudat zehut, nine digits: Luhn (Population and Immigration Authority). */
export function isIsraeliId(digits: string): boolean {
  return /^[0-9]{9}$/.test(digits) && !isOneCharacter(digits) && passesLuhn(digits);
}

/** Australia, tax file number, nine digits: weights 1 4 3 7 5 8 6 9 10 by 11 (Australian Taxation Office). */
export function isTfn(digits: string): boolean {
  return (
    /^[1-9][0-9]{8}$/.test(digits) &&
    !isOneCharacter(digits) &&
    weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0
  );
}

/** Australia, Medicare number, ten or eleven digits: 2 to 6 first, the ninth a check by 10 (Services Australia). */
export function isAustralianMedicare(digits: string): boolean {
  return (
    /^[2-6][0-9]{8}[1-9][0-9]?$/.test(digits) &&
    weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8])
  );
}

/** New Zealand, IRD number, eight or nine digits from 10,000,000 on: two rounds of weights by 11 (Inland Revenue, RWT specification). */
export function isIrd(digits: string): boolean {
  if (!/^[0-9]{8,9}$/.test(digits)) return false;
  const padded = digits.padStart(9, "0");
  const number = Number(padded);
  if (number < 10_000_000 || number > 150_000_000) return false;
  const check = (weights: readonly number[]) => (11 - (weightedSum(padded, weights) % 11)) % 11;
  const first = check([3, 2, 7, 6, 5, 4, 3, 2]);
  const value = first === 10 ? check([7, 4, 3, 2, 5, 2, 7, 6]) : first;
  return value === Number(padded[8]);
}

/** Australia, individual healthcare identifier, sixteen digits: 800360 first, Luhn (AS 5017; Services Australia). */
export function isIhi(digits: string): boolean {
  return /^800360[0-9]{10}$/.test(digits) && passesLuhn(digits);
}

/** New Zealand, National Health Index number: three letters without I and O, four digits, a check by 11 (HISO 10046). */
export function isNhi(text: string): boolean {
  const parts = /^([A-HJ-NP-Z]{3})([0-9]{3})([0-9])$/.exec(text);
  if (parts === null) return false;
  const [, letters = "", digits = "", check = ""] = parts;
  const values = [...letters].map((letter) => "ABCDEFGHJKLMNPQRSTUVWXYZ".indexOf(letter) + 1);
  const sum = values.reduce((total, value, at) => total + value * (7 - at), 0);
  const rest = (sum + weightedSum(digits, [4, 3, 2])) % 11;
  return rest !== 0 && (11 - rest) % 10 === Number(check);
}
