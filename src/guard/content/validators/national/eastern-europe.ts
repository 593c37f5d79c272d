// Numbers of people in Poland, Czechia, Slovakia, Bulgaria, Romania, Hungary and Russia.
import { isDay, isDayAt } from "../calendar.ts";
import { isOneCharacter, weightedSum } from "../check-digits.ts";

/** The day and month of a number whose months say the century by what is added to them. */
function isShiftedDay(digits: string, shifts: readonly number[]): boolean {
  const month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4, 6));
  return shifts.some((shift) => isDay(day, month - shift));
}

/** Poland, PESEL, eleven digits: a birthday with the century in the month, weights 1 3 7 9 by 10 (Dz.U. 2010 nr 217 poz. 1427). */
export function isPesel(digits: string): boolean {
  return (
    /^[0-9]{11}$/.test(digits) &&
    isShiftedDay(digits, [0, 20, 40, 60, 80]) &&
    weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}

/** Czechia and Slovakia, rodné číslo of ten digits: a birthday (months plus 50 for women, 20 when numbers run out), by 11. */
export function isRodneCislo(digits: string): boolean {
  return (
    /^[0-9]{10}$/.test(digits) && isShiftedDay(digits, [0, 20, 50, 70]) && Number(digits) % 11 === 0
  );
}

/** Bulgaria, EGN, ten digits: a birthday (months plus 20 or 40 for other centuries), weights by 11, ten as 0 (GRAO). */
export function isEgn(digits: string): boolean {
  return (
    /^[0-9]{10}$/.test(digits) &&
    isShiftedDay(digits, [0, 20, 40]) &&
    (weightedSum(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(digits[9])
  );
}

/** Romania, CNP, thirteen digits: sex and century, a birthday, a county, weights 279146358279 by 11, ten as 1 (OUG 97/2005). */
export function isCnp(digits: string): boolean {
  if (!/^[1-9][0-9]{12}$/.test(digits) || !isDayAt(digits, 5, 3)) return false;
  const county = Number(digits.slice(7, 9));
  const rest = weightedSum(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return county >= 1 && county <= 70 && (rest === 10 ? 1 : rest) === Number(digits[12]);
}

/** Hungary, TAJ-szám, nine digits: weights 3 and 7 by 10 (1996. évi XX. törvény). */
export function isTaj(digits: string): boolean {
  return (
    /^[0-9]{9}$/.test(digits) &&
    !isOneCharacter(digits) &&
    weightedSum(digits, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(digits[8])
  );
}

/** Russia, SNILS, nine digits and a check by 101 over weights 9 to 1 (Pension Fund of Russia; numbers above 001-001-998). */
export function isSnils(digits: string): boolean {
  if (!/^[0-9]{11}$/.test(digits) || Number(digits.slice(0, 9)) <= 1_001_998) return false;
  const rest = weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
  return (rest === 100 ? 0 : rest) === Number(digits.slice(9));
}
