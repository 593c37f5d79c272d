// Numbers of the United States: social security, taxpayers, health care providers, Medicare, prescribers, bank routing.
import { isOneCharacter, passesLuhn, weightedSum } from "./check-digits.ts";

/** Numbers that were printed in advertising and are nobody's: SSA, "Social Security Cards issued by Woolworth". */
const ADVERTISED: ReadonlySet<string> = new Set(["078051120", "219099999", "457555462"]);

/**
 * Whether nine digits may be a social security number: area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA,
 * "Social Security number randomization", and RM 10201.035).
 */
export function isSsn(digits: string): boolean {
  return (
    /^(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}$/.test(digits) &&
    !ADVERTISED.has(digits) &&
    !isOneCharacter(digits) &&
    digits !== "123456789" &&
    digits !== "987654321"
  );
}

/** Whether nine digits may be an individual taxpayer's number: 9, then the groups that the IRS assigns (publication 1915). */
export function isItin(digits: string): boolean {
  return /^9[0-9]{2}(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-2]|9[4-9])[0-9]{4}$/.test(digits);
}

/**
 * Whether ten digits are a national provider identifier: 1 or 2 first, Luhn over it with the issuer's prefix 80840 (CMS,
 * "Requirements for National Provider Identifier and NPI check digit").
 */
export function isNpi(digits: string): boolean {
  return /^[12][0-9]{9}$/.test(digits) && passesLuhn(`80840${digits}`);
}

/**
 * Whether eleven characters have the form of a Medicare beneficiary identifier: letters without S, L, O, I, B, Z at their
 * places, no check digit (CMS, "Understanding the Medicare Beneficiary Identifier format").
 */
export function isMbi(text: string): boolean {
  return /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y]{2}[0-9]{2}$/.test(
    text,
  );
}

/**
 * Whether two letters and seven digits are the registration of a prescriber: a known type first, and the last digit the
 * last of (1st + 3rd + 5th) + 2 x (2nd + 4th + 6th) (DEA Diversion Control Division, 21 CFR 1301). The second letter begins
 * the holder's name; 9 stands for a business.
 */
export function isDea(text: string): boolean {
  if (!/^[ABCDEFGHJKLMPRSTUX][A-Z9][0-9]{7}$/.test(text)) return false;
  const digits = text.slice(2);
  return weightedSum(digits, [1, 2, 1, 2, 1, 2]) % 10 === Number(digits[6]);
}

/**
 * Whether nine digits are a bank's routing number: the prefix of a Federal Reserve district and weights 3, 7, 1 (ABA,
 * "Routing number policy").
 */
export function isRoutingNumber(digits: string): boolean {
  return (
    /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}$/.test(digits) &&
    !isOneCharacter(digits) &&
    weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
  );
}
