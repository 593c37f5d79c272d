// Days as people and programs write them: in the order and the words of many countries, in fields, and as moments since 1970.

const MONTHS =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
/** Months as French, German, Spanish, Italian, Portuguese, Dutch and Polish letters write them. */
const OTHER_MONTHS =
  "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre|januar|februar|märz|maerz|juni|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|januari|februari|maart|mei|augustus|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia";
/** Months behind the year, as Hungarian writes days. */
const MORE_MONTHS =
  "január|február|március|április|május|június|július|augusztus|szeptember|október|november|december";
const TIME =
  "(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?";
/**
 * Between the parts of a day: one sign, with a blank at either side or behind it (`12. 3. 1964`), dashes of typography, and a
 * slash as JSON of PHP and addresses escape it.
 */
const PART = "(?: ?[-/.\u2010-\u2013] ?|\\\\{1,2}/|%2[Ff]|&#x?2[Ff]?;| )";
/** One part by its name: `day: 12`, `<month>03</month>`, `dob_year=1964`. */
const COMPONENT =
  "(?:(?:dob|birth)_?)?(?:day|month|year)[\"']?(?: ?[:=>] ?)[\"']?[0-9]{1,4}(?:</[a-z]{1,6}>)?";
/** A day in any of these forms; which day it is, if any, is not asked here. */
export const DATE = new RegExp(
  [
    // `=eq` and the like: how FHIR asks for days.
    `(?:(?<==)(?:eq|ne|[gl][et]|sa|eb|ap))?(?:19|20)[0-9]{2}${PART}[0-9]{1,2}${PART}[0-9]{1,2}${TIME}(?![0-9])`,
    `(?:19|20)[0-9]{2}, ?(?:[A-Za-z]{4,5}\\.)?(?:${MONTHS}), ?[0-9]{1,2}`,
    `${COMPONENT}(?:[^0-9A-Za-z]{1,12}${COMPONENT}){2}`,
    "year[\"']?[:=] ?(?:19|20)[0-9]{2}, ?[\"']?month[\"']?[:=] ?[0-9]{1,2}, ?[\"']?day[\"']?[:=] ?[0-9]{1,2}",
    "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{4}(?:[0-9]{2})?(?![0-9])",
    `[0-9]{1,2}${PART}[0-9]{1,2}${PART}(?:(?:19|20)[0-9]{2}|[0-9]{2}(?![0-9]))`,
    `[0-9]{1,2}(?:st|nd|rd|th)?\\.?[-/ ]?(?:of )?(?:${MONTHS})[a-z]{0,3}\\.?,?[-/ ]?(?:19|20)?[0-9]{2}`,
    `[0-9]{1,2}(?:er|\\.|º)? (?:de )?(?:${OTHER_MONTHS}) (?:de )?(?:19|20)[0-9]{2}`,
    `(?:${MONTHS})\\.?[-/ ]?[0-9]{1,2}(?:st|nd|rd|th)?[-/,]? ?(?:19|20)[0-9]{2}`,
    `(?:19|20)[0-9]{2}[-/ ](?:${MONTHS})[-/ ][0-9]{1,2}`,
    `(?:19|20)[0-9]{2}\\.? (?:${MORE_MONTHS}) [0-9]{1,2}`,
    "(?:19|20)[0-9]{2}[\"']?, ?[\"']?[0-9]{1,2}[\"']?, ?[\"']?[0-9]{1,2}",
    "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",
    "(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}(?![0-9])",
    "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:19|20)[0-9]{2}(?![0-9])",
    // Milliseconds or seconds since 1970, before it or behind, as JSON of services has a day.
    "-?[0-9]{9,13}(?![0-9])",
  ].join("|"),
  "gi",
);
