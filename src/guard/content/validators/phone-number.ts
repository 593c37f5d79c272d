// Telephone numbers: whether digits are a number that some country gives out, written with its code or as at home.
import { lazily } from "#base/lazily.ts";
import { digitsOf } from "./check-digits.ts";
import { PHONE_PLANS } from "./phone-plans.ts";

// WHY a table and not the library that it is taken from: its plans are 21 KB beside 178 KB, and a number takes 1 us beside 12.

/** Digits of an international number without its prefix, ITU-T E.164: at most fifteen; fewer than seven say too little. */
const DIGITS_MIN = 7;
const DIGITS_MAX = 15;

type Plan = { readonly trunk: string; readonly pattern: RegExp };

/** Plans by calling code, the countries that share one in turn, compiled when the first number is looked at. */
const plansByCode = lazily(() => {
  const plans = new Map<string, Map<string, Plan>>();
  for (const [region, [code, trunk, pattern]] of Object.entries(PHONE_PLANS)) {
    const regions = plans.get(code) ?? new Map<string, Plan>();
    plans.set(code, regions.set(region, { trunk, pattern: new RegExp(`^(?:${pattern})$`) }));
  }
  return plans;
});

/**
 * Whether a text is a number as people abroad dial it: `+` or `00`, a calling code, and digits that a country with that code
 * gives out; a trunk prefix in between, as in `+44 (0)20`, is passed over.
 */
export function isInternationalNumber(text: string): boolean {
  const written = digitsOf(text);
  const digits = text.trimStart().startsWith("+") ? written : written.replace(/^00/, "");
  if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX + 1) return false;
  // No calling code begins another one (E.164), so the first that is known is it.
  for (const length of [1, 2, 3]) {
    const plans = plansByCode().get(digits.slice(0, length));
    if (plans !== undefined) return [...plans.values()].some(gives(digits.slice(length)));
  }
  return false;
}

/** Whether a text begins with a calling code that some country has, and is as long as a number behind it may be. */
export function hasCallingCode(text: string): boolean {
  const digits = digitsOf(text);
  if (digits.length < DIGITS_MIN + 1 || digits.length > DIGITS_MAX + 1) return false;
  return [1, 2, 3].some((length) => plansByCode().has(digits.slice(0, length)));
}

/**
 * Whether a text is a number as people dial it inside one of the countries, given by ISO 3166-1 codes; `trunk` says whether the
 * prefix that is dialled before an area may be left out, as mobile numbers often are written.
 */
export function isNationalNumber(
  text: string,
  regions: readonly string[],
  trunk: "required" | "optional" = "required",
): boolean {
  const digits = digitsOf(text);
  if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX) return false;
  return regions.some((region) => {
    const plan = PHONE_PLANS[region];
    const found = plan && plansByCode().get(plan[0])?.get(region);
    if (found === undefined) return false;
    return givesAtHome(found, digits) || (trunk === "optional" && found.pattern.test(digits));
  });
}

/** WHY not without the prefix: where a country dials one, what leaves it out is some other number. */
function givesAtHome({ trunk, pattern }: Plan, digits: string): boolean {
  if (trunk === "" || trunk === "1") return pattern.test(digits.replace(/^1(?=[0-9]{10}$)/, ""));
  return digits.startsWith(trunk) && pattern.test(digits.slice(trunk.length));
}

const gives =
  (digits: string) =>
  ({ trunk, pattern }: Plan): boolean =>
    pattern.test(digits) ||
    (trunk !== "" && digits.startsWith(trunk) && pattern.test(digits.slice(trunk.length)));

/**
 * Numbers that regulators keep for films and examples, by the digits behind calling code or trunk prefix: line numbers 0100
 * to 0199 under exchange 555, and the exchange and the area 555 that no person has (NANPA), Ofcom's numbers for drama, ACMA's numbers for film, 0xx 90009 and 0152 28817386 of the
 * Bundesnetzagentur; and the number of China Mobile's own hall with its sister, which stand for any number in China.
 */
const FICTIONAL = [
  /^(?:1?[2-9][0-9]{2})?555[0-9]{4}$|^1?555[0-9]{7}$/,
  /^(?:86)?(?:13800138000|13900139000)$/,
  /^(?:44|0)?0?(?:20 ?79460|113 ?4960|114 ?4960|115 ?4960|116 ?4960|117 ?4960|118 ?4960|121 ?4960|131 ?4960|141 ?4960|151 ?4960|161 ?4960|191 ?4980|1632960|7700900|8081570|9098790|3069990|28 ?9649[06]|29 ?20180)[0-9]+$/,
  /^(?:61|0)?(?:[2378]5550|[2378]7010|491570|1800160|1800975707)[0-9]+$/,
  /^(?:49|0)?(?:3023125|6990009|4066969|2214710|8999998|15228817386|15228895456|15228599|17139200|17605101|17633333|17640690|1773322100)[0-9]*$/,
];

/** Whether a number is one that nobody is reached at, kept for examples. */
export function isFictionalNumber(text: string): boolean {
  const digits = digitsOf(text).replace(/^00/, "");
  return FICTIONAL.some((pattern) => pattern.test(digits));
}
