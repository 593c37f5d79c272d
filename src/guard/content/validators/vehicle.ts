// Identification numbers of vehicles: seventeen characters with a check among them.

const VALUES: Readonly<Record<string, number>> = {
  A: 1,
  B: 2,
  C: 3,
  D: 4,
  E: 5,
  F: 6,
  G: 7,
  H: 8,
  J: 1,
  K: 2,
  L: 3,
  M: 4,
  N: 5,
  P: 7,
  R: 9,
  S: 2,
  T: 3,
  U: 4,
  V: 5,
  W: 6,
  X: 7,
  Y: 8,
  Z: 9,
};
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/**
 * Whether seventeen characters without I, O and Q have the check digit by 11 in their ninth place (ISO 3779; 49 CFR 565.15).
 * European makers need not compute it; those numbers are not known here.
 */
export function isVin(text: string): boolean {
  const number = text.toUpperCase();
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(number) || !/[0-9]{3}$/.test(number)) return false;
  if (!/[A-Z]/.test(number)) return false;
  const sum = WEIGHTS.reduce((total, weight, at) => {
    const character = number.charAt(at);
    return total + weight * (VALUES[character] ?? Number(character));
  }, 0);
  return "0123456789X"[sum % 11] === number[8];
}
