// Check-digit algorithms that several kinds of number share; each takes bare characters and says whether they add up.

/** The digits of a text, without what people write between them. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, "");
}

/** Luhn's algorithm, ISO/IEC 7812-1 annex B: from the right every second digit doubled, the sum a multiple of ten. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const doubled = digit * 2;
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The sum of the digits, each times the weight of its place; digits without a weight do not count. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at] ?? 0), 0);
}

/**
 * The remainder by 97 of a number with any count of digits, letters counted as 10 to 35: ISO/IEC 7064 MOD 97-10, as
 * ISO 13616 uses it. Other characters are a mistake of the caller.
 */
export function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** ISO/IEC 7064 MOD 11,10: the last digit is the check of those before it. */
export function passesMod11And10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits.at(-1));
}

/** ISO/IEC 7064 MOD 11-2: the last character, a digit or `X` for ten, is the check of the digits before it. */
export function passesMod11And2(text: string): boolean {
  let sum = 0;
  for (const digit of text.slice(0, -1)) sum = ((sum + Number(digit)) * 2) % 11;
  return "0123456789X"[(12 - sum) % 11] === text.at(-1);
}

const VERHOEFF_PRODUCT = [
  ...["0123456789", "1234067895", "2340178956", "3401289567", "4012395678"],
  ...["5987604321", "6598710432", "7659821043", "8765932104", "9876543210"],
];
const VERHOEFF_SHIFT = [
  ...["0123456789", "1576283094", "5803796142", "8916043527"],
  ...["9453126870", "4286573901", "2793806415", "7046913258"],
];

/** J. Verhoeff, "Error Detecting Decimal Codes", 1969: the dihedral group of ten elements and a permutation by place. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const shifted = Number(VERHOEFF_SHIFT[at % 8]?.[digit]);
    check = Number(VERHOEFF_PRODUCT[check]?.[shifted]);
  }
  return check === 0;
}

/** Whether all characters are the same, as in numbers that fill a field. */
export function isOneCharacter(text: string): boolean {
  return text.length > 0 && text === text.charAt(0).repeat(text.length);
}
