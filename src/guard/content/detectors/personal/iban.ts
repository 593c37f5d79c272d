// personal/iban: an international bank account number of a country that has them, and that adds up.
import type { Detector } from "../../detection/detector.ts";
import { IBAN_MAX, ibanLength, isIban } from "../../validators/iban.ts";

/** The country and check digits; the rest is read on from there, for only the country says how long it is. */
const START = /[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9]{2,4}[ -]?[A-Za-z0-9])/g;
/** A number with so many zeros is one that somebody filled up. */
const ZEROS = "0".repeat(10);
/** Examples of the registry and of documentation: nobody's accounts. */
const EXAMPLES: ReadonlySet<string> = new Set([
  ...["AD1200012030200359100100", "AE070331234567890123456", "AL47212110090000000235698741"],
  ...["AT611904300234573201", "AZ21NABZ00000000137010001944", "BA391290079401028494"],
  ...["BE68539007547034", "BG80BNBG96611020345678", "BH67BMAG00001299123456"],
  ...["CH9300762011623852957", "CY17002001280000001200527600", "CZ6508000000192000145399"],
  ...["DE89370400440532013000", "DK5000400440116243", "EE382200221020145685"],
  ...["ES9121000418450200051332", "FI2112345600000785", "FO6264600001631634"],
  ...["FR1420041010050500013M02606", "GB29NWBK60161331926819", "GB82WEST12345698765432"],
  ...["GE29NB0000000101904917", "GI75NWBK000000007099453", "GL8964710001000206"],
  ...["GR1601101250000000012300695", "HR1210010051863000160", "HU42117730161111101800000000"],
  ...["IE29AIBK93115212345678", "IL620108000000099999999", "IS140159260076545510730339"],
  ...["IT60X0542811101000000123456", "KW81CBKU0000000000001234560101", "KZ86125KZT5004100100"],
  ...["LB62099900000001001901229114", "LI21088100002324013AA", "LT121000011101001000"],
  ...["LU280019400644750000", "LV80BANK0000435195001", "MC5811222000010123456789030"],
  ...["MD24AG000225100013104168", "ME25505000012345678951", "MK07250120000058984"],
  ...["MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300", "NO9386011117947"],
  ...["PL61109010140000071219812874", "PT50000201231234567890154", "RO49AAAA1B31007593840000"],
  ...["RS35260005601001611379", "SA0380000000608010167519", "SE4550000000058398257466"],
  ...["SI56263300012039086", "SK3112000000198742637541", "SM86U0322509800000000270100"],
  ...["TN5910006035183598478831", "TR330006100519786457841326"],
]);

export const iban: Detector = {
  id: "personal/iban",
  title: "an international bank account number",
  family: "personal",
  tier: "high",
  rank: 30,
  *find(window) {
    let behind = 0;
    for (const { 0: found, index } of window.matchAll(START)) {
      const length = ibanLength(found.slice(0, 2).toUpperCase());
      if (length === undefined || index < behind || isInside(window, index)) continue;
      const end = endOf(window, index, length);
      if (end === undefined || isMixed(window.slice(index, end))) continue;
      const value = window.slice(index, end).replace(/[ -]/g, "").toUpperCase();
      if (!isIban(value)) continue;
      behind = end;
      if (!EXAMPLES.has(value) && !value.includes(ZEROS)) yield { start: index, end };
    }
  },
};

/** Whether something goes on before it: a word, base64, the groups of an identifier (`{9A19…-4668-BE54-…}`). */
function isInside(text: string, at: number): boolean {
  return /[\w+]$|\w[-/]$/.test(text.slice(Math.max(0, at - 2), at));
}

/** Whether its letters have both cases, as in base64 and in no number that somebody writes. */
const isMixed = (value: string): boolean => /[a-z]/.test(value) && /[A-Z]/.test(value);

/** Where `length` letters and digits end that single spaces or dashes stand between; undefined where something else does. */
function endOf(text: string, start: number, length: number): number | undefined {
  let count = 0;
  for (let at = start; at < start + 2 * IBAN_MAX && at < text.length; at += 1) {
    if (/[A-Za-z0-9]/.test(text.charAt(at))) count += 1;
    else if (!/[ -]/.test(text.charAt(at)) || /[ -]/.test(text.charAt(at - 1))) return undefined;
    if (count === length) return /[A-Za-z0-9]/.test(text.charAt(at + 1)) ? undefined : at + 1;
  }
  return undefined;
}
