// What stands beside a person's name where care is spoken of, without a label: the number of a record, and a day of birth.
import type { Detector, Hit } from "../../detection/detector.ts";
import { isBirthYear, isDay } from "../../validators/calendar.ts";
import { digitsOf, isOneCharacter } from "../../validators/check-digits.ts";

/** Words of care that open a window; each is rare in other texts. */
const CARE = [
  ...["patient", "specimen", "admitted", "discharge", "hospital", "clinic", "diagnos", "physician"],
  ...["surgery", "allerg", "biopsy", "radiolog", "oncolog", "referral", "bedside", "inpatient"],
  ...["mrn", " ward ", "nhs n", "theatre", "handover", "nil by mouth"],
];

const GIVEN = "\\p{Lu}[\\p{L}'’-]{1,20}";
/** `Jane Doe`, `Doe, Jane`, `DOE^JANE`. */
const NAMES = `${GIVEN}(?:,? |,|\\^)(?:[A-Z]\\.? )?${GIVEN}`;
const BETWEEN = `["'”]?[ \\t]{0,3}(?:[,;|(\\[#/–—·-][ \\t]{0,3}){0,2}["'“]?`;
/** What says of a number that it is a record's. */
const LABEL =
  "(?:(?:MRN|Mrn|mrn|NHS(?: [Nn]o\\.?)?|Hosp(?:ital)?(?: [Nn]o\\.?)?|URN?|#)[:#]?[ \\t]?)?";
const NUMBER = "(?:[A-Z]{1,3}-?)?[0-9]{6,12}|[0-9]{3}-[0-9]{2}-[0-9]{4}";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\\.?";
const WRITTEN = `[0-9]{1,2}[ -]${MONTH}[ -](?:19|20)[0-9]{2}|${MONTH} [0-9]{1,2},? (?:19|20)[0-9]{2}`;
const DAY = `(?:19|20)[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19|20)?[0-9]{2}|${WRITTEN}`;
const WHO =
  "[0-9]{1,3} ?(?:[FMfm]|y\\/?o\\.?|yrs?|years?)(?: ?(?:[FMfm]|female|male))?|[FMfm]|[Ff]emale|[Mm]ale";
const ITEM = `(?:(?<!\\w)(?:${LABEL}(?:${NUMBER})|${DAY}|${WHO})(?!\\w))`;
/** A name and up to four of these behind it, with what divides them. */
const LINE = new RegExp(`(?<![\\w'])(?:${NAMES})(?<items>(?:${BETWEEN}${ITEM}[)\\]]?){1,4})`, "gu");
const PARTS = new RegExp(
  `(?<!\\w)(?:(?<day>${DAY})|(?<number>${NUMBER})|(?<who>${WHO}))(?!\\w)`,
  "gu",
);

type Part = { readonly kind: "day" | "number" | "who"; readonly text: string; readonly at: number };

function* partsBesideNames(window: string): Generator<readonly Part[]> {
  for (const { 0: found, index, groups } of window.matchAll(LINE)) {
    const items = groups?.["items"] ?? "";
    const offset = index + found.length - items.length;
    yield [...items.matchAll(PARTS)].map(({ 0: text, index: at, groups: is }) => ({
      kind: is?.["day"] !== undefined ? "day" : is?.["number"] !== undefined ? "number" : "who",
      text,
      at: offset + at,
    }));
  }
}

const beside = (
  id: string,
  title: string,
  pick: (parts: readonly Part[]) => readonly Part[],
): Detector => ({
  id,
  title,
  family: "health",
  tier: "medium",
  rank: 4,
  keywords: CARE,
  before: 160,
  after: 160,
  *find(window): Generator<Hit> {
    for (const parts of partsBesideNames(window))
      for (const { text, at } of pick(parts)) yield { start: at, end: at + text.length };
  },
});

function isDayOfBirth(text: string): boolean {
  if (/[A-Za-z]/.test(text)) return isBirthYear(Number(/(?:19|20)[0-9]{2}/.exec(text)?.[0]));
  const [first = "", second = "", third = ""] = text.split(/[/.-]/);
  const year = first.length === 4 ? first : third;
  if (year.length === 4 && !isBirthYear(Number(year))) return false;
  const [one, two] =
    first.length === 4 ? [Number(third), Number(second)] : [Number(first), Number(second)];
  return isDay(one, two) || isDay(two, one);
}

export const besideName: readonly Detector[] = [
  beside("health/beside/record-number", "a number beside a name where care is spoken of", (parts) =>
    parts.filter(({ kind, text }) => kind === "number" && !isOneCharacter(digitsOf(text))),
  ),
  // WHY not alone: beside a name stands the day of a visit as well.
  beside("health/beside/birth-date", "a day beside a name, with sex, age or a number", (parts) =>
    parts.some(({ kind }) => kind !== "day")
      ? parts.filter(({ kind, text }) => kind === "day" && isDayOfBirth(text)).slice(0, 1)
      : [],
  ),
];
