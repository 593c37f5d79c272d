// Numbers of people in Canada, Brazil, Argentina, Chile, Mexico and South Africa.
import { isDay, isDayAt } from "../calendar.ts";
import { isOneCharacter, passesLuhn, weightedSum } from "../check-digits.ts";

/** Canada, social insurance number, nine digits: not 0 or 8 first, Luhn (Service Canada). */
export function isSin(digits: string): boolean {
  return /^[1-79][0-9]{8}$/.test(digits) && !isOneCharacter(digits) && passesLuhn(digits);
}

/** Two check digits by 11, where a remainder below two is written 0. */
function hasBrazilianChecks(digits: string, weights: readonly number[]): boolean {
  const length = weights.length - 1;
  const check = (of: readonly number[]) => {
    const rest = weightedSum(digits, of) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  return (
    check(weights.slice(1)) === Number(digits[length]) &&
    check(weights) === Number(digits[length + 1])
  );
}

/** Brazil, CPF, eleven digits with two checks by 11 (Receita Federal, IN RFB 1548/2015). */
export function isCpf(digits: string): boolean {
  return (
    /^[0-9]{11}$/.test(digits) &&
    !isOneCharacter(digits) &&
    digits !== "12345678909" &&
    hasBrazilianChecks(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
  );
}

/** Brazil, CNPJ of a company, fourteen digits with two checks by 11 (Receita Federal, IN RFB 2119/2022). */
export function isCnpj(digits: string): boolean {
  return (
    /^[0-9]{14}$/.test(digits) &&
    !isOneCharacter(digits) &&
    hasBrazilianChecks(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
  );
}

/** Argentina, CUIL or CUIT, eleven digits: a type, weights 5432765432 by 11 (AFIP, RG 10/97). */
export function isCuit(digits: string): boolean {
  if (!/^(?:2[03457]|30|33|34)[0-9]{9}$/.test(digits)) return false;
  const check = (11 - (weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check === Number(digits[10]);
}

/** Chile, RUN or RUT, seven or eight digits and a check by 11, ten as K (Registro Civil, DFL 3 of 1969). */
export function isRut(text: string): boolean {
  const parts = /^([1-9][0-9]{6,7})([0-9K])$/.exec(text);
  if (parts === null) return false;
  const [, number = "", check = ""] = parts;
  if (isOneCharacter(number) || number === "12345678") return false;
  const reversed = [...number].reverse().join("");
  const rest = 11 - (weightedSum(reversed, [2, 3, 4, 5, 6, 7, 2, 3]) % 11);
  return (rest === 11 ? "0" : rest === 10 ? "K" : String(rest)) === check;
}

const CURP_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";

/** Mexico, CURP, eighteen characters: name, birthday, sex, state, and a check digit by 10 (RENAPO, DOF 18 October 2021). */
export function isCurp(text: string): boolean {
  if (!/^[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z][0-9]$/.test(text))
    return false;
  const sum = [...text.slice(0, 17)].reduce(
    (total, character, at) => total + CURP_ALPHABET.indexOf(character) * (18 - at),
    0,
  );
  return isDayAt(text, 8, 6) && (10 - (sum % 10)) % 10 === Number(text[17]);
}

/** South Africa, identity number, thirteen digits: a birthday, citizenship 0 to 2, Luhn (Department of Home Affairs). */
export function isSouthAfricanId(digits: string): boolean {
  const month = Number(digits.slice(2, 4));
  return (
    /^[0-9]{10}[0-2][0-9]{2}$/.test(digits) &&
    isDay(Number(digits.slice(4, 6)), month) &&
    passesLuhn(digits)
  );
}
