// personal/iban: an international bank account number of a country that has them, and that adds up.
import type { Detector } from "../../detector.ts";
import { IBAN_MAX, ibanLength, isIban } from "../../validators/iban.ts";

/** The country and check digits; the rest is read on from there, for only the country says how long it is. */
const START = /[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9]{2,4}[ -]?[A-Za-z0-9])/g;
/** Examples of the registry and of documentation: nobody's accounts. */
const EXAMPLES: ReadonlySet<string> = new Set([
  ...["GB82WEST12345698765432", "GB29NWBK60161331926819", "DE89370400440532013000"],
  ...["FR1420041010050500013M02606", "NL91ABNA0417164300", "ES9121000418450200051332"],
  ...["IT60X0542811101000000123456", "CH9300762011623852957", "AT611904300234573201"],
  ...["BE68539007547034", "SE4550000000058398257466", "PL61109010140000071219812874"],
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
      if (length === undefined || index < behind || /\w/.test(window.charAt(index - 1))) continue;
      const end = endOf(window, index, length);
      if (end === undefined) continue;
      const value = window.slice(index, end).replace(/[ -]/g, "").toUpperCase();
      if (!isIban(value)) continue;
      behind = end;
      if (!EXAMPLES.has(value)) yield { start: index, end };
    }
  },
};

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
