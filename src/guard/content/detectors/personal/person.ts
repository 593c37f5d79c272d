// Who somebody is in words: names, postal addresses, days of birth; found by a label, a title or the form of an address.
import type { Detector } from "../../detection/detector.ts";
import { labelledValue } from "../../detection/labelled-value.ts";
import { labelsBy, labelsOf } from "../../detection/labels.ts";
import { isBirthYear, isDay } from "../../validators/calendar.ts";
import { ANY_NAME, isName, NAME, NAME_WORD } from "../../detection/name-words.ts";

const labelledName = labelledValue({
  ...{
    id: "personal/name",
    title: "a person's name behind a label",
    family: "personal",
    tier: "low",
    rank: 10,
  },
  labels: labelsOf([
    ...[
      "patient name",
      "pat name",
      "pt name",
      "patient",
      "full name",
      "first name",
      "last name",
      "middle name",
      "maiden name",
      "surname",
    ],
    ...[
      "given name",
      "family name",
      "customer name",
      "client name",
      "employee name",
      "contact name",
      "cardholder",
    ],
    ...[
      "card holder",
      "account holder",
      "policy holder",
      "policyholder",
      "subscriber name",
      "member name",
      "beneficiary",
    ],
    ...[
      "guardian",
      "next of kin",
      "emergency contact",
      "attending physician",
      "physician",
      "provider name",
      "legal name",
    ],
    ...[
      "nachname",
      "vorname",
      "prénom",
      "apellido",
      "apellidos",
      "cognome",
      "spouse",
      "mother's maiden name",
      "signed by",
    ],
    ...[
      "nom de famille",
      "nombre completo",
      "applicant",
      "insured",
      "billing name",
      "shipping name",
      "recipient name",
    ],
  ]),
  value: new RegExp(NAME, "g"),
  accept: isName,
});

/** What people are called by in papers, tickets and forms, where a name of two words stands behind it. */
const ROLES = [
  ...["customer", "client", "employee", "caller", "manager", "supervisor", "claimant", "resident"],
  ...["tenant", "donor", "student", "carer", "witness", "reported by", "requested by", "attn"],
  ...["ship to", "bill to", "on call", "naam", "nombre", "nom", "nome", "namn", "navn", "nimi"],
  ...["nome completo", "arbeitnehmer", "mitarbeiter", "kunde", "patientin", "salarié", "employé"],
  ...["empleado", "cliente", "paciente", "paziente", "dipendente", "klant", "kund", "nazwisko"],
] as const;

/** `Name:` alone labels everything in code; before two capitalised words on a line of a form it labels a person. */
const plainName = labelledValue({
  ...{
    id: "personal/name-field",
    title: "two words of a name behind `name`",
    family: "personal",
    tier: "low",
    rank: 10,
  },
  // On its own: what else has a name says so before it.
  labels: labelsBy(
    [
      "fn:",
      "cn=",
      "name .",
      "name: ",
      "name:",
      "name,",
      'name" :',
      "name =",
      'name":',
      "name is",
      "name;",
      "name\t",
      "name    ",
      // WHY not in the expression itself: the bundled hook is read byte by byte, and a keyword is ASCII.
      ...ROLES.map((role) => role.replace(/\u00e9$/, "")).flatMap((role) => [
        ...[`${role}: `, `${role}=`, `${role} : `, `${role}": "`],
      ]),
      " pt ",
      "pt: ",
    ],
    () =>
      `(?<![A-Za-z_.-]|[A-Za-z] )(?:[Nn]ame|NAME|FN|CN)(?![A-Za-z])|(?:[Mm]y|[Hh]is|[Hh]er) name is|(?<![A-Za-z_.-])(?:${ROLES.map((role) => `[${role.charAt(0)}${role.charAt(0).toUpperCase()}]${role.slice(1)}`).join("|")})(?=:|=| :|": | is )|(?<![A-Za-z])(?:Pt|pt)(?![A-Za-z])`,
  ),
  value: new RegExp(ANY_NAME, "g"),
  accept: isName,
});

const TITLED = new RegExp(
  `(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle|Sra?|Sig|Sir|Dame)\\.? (?:Dr\\.? |Prof\\.? )?(${NAME_WORD}(?: ${NAME_WORD}){0,2})`,
  "g",
);
const titledName: Detector = {
  ...{
    id: "personal/titled-name",
    title: "a person's name behind a title",
    family: "personal",
    tier: "low",
    rank: 10,
  },
  keywords: [
    "mr ",
    "mr. ",
    "mrs ",
    "mrs. ",
    "ms. ",
    "miss ",
    "dr. ",
    "prof. ",
    "herr ",
    "frau ",
    "mme ",
    "mlle ",
    "sra. ",
    "dr ",
  ],
  ...{ before: 16, after: 64 },
  *find(window, { text, start }) {
    for (const match of window.matchAll(TITLED)) {
      const [found, name = ""] = match;
      const end = match.index + found.length;
      if (!isName(name) || /[A-Za-z]/.test(text.charAt(start + end))) continue;
      yield { start: end - name.length, end };
    }
  },
};

const STREETS =
  "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Highway|Hwy|Parkway|Pkwy|Way|Circle|Cir|Crescent|Close|Gardens|Grove|Hill|Row|Mews|Trail|Trl";
/** Number, words and a kind of street as English has them; a street and its number as German and Dutch; number and street as French. */
const ADDRESS = new RegExp(
  [
    `(?<![\\w.])[1-9][0-9]{0,4}[A-Za-z]?,? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\\.? )?(?:[A-Z][A-Za-z'’.-]{1,20} |[1-9][0-9]{0,2}(?:st|nd|rd|th) ){1,3}(?:${STREETS})(?![A-Za-z])\\.?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\\.? ?[0-9A-Za-z-]{1,6})?(?:,? [A-Z][a-zA-Z .'-]{2,24},? (?:[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}))?`,
    "[A-ZÄÖÜ][a-zäöüß]{2,20}(?:[ -][A-ZÄÖÜ][a-zäöüß]{2,20})?[ -]?(?:straße|strasse|str\\.|Straße|Strasse|weg|allee|gasse|platz|damm|ufer|ring|straat|laan|gracht|plein) [1-9][0-9]{0,3} ?[a-z]?(?![\\w])(?:, ?[0-9]{4,5} [A-ZÄÖÜ][a-zäöüß]+)?",
    "(?<![\\w.])[1-9][0-9]{0,3}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|impasse|allée|chemin|quai) (?:de |du |des |de la |de l'|d')?[A-ZÉÈ][\\wéèêàçôî'-]{1,20}(?: [A-ZÉÈ][\\wéèêàçôî'-]{1,20}){0,2}",
  ].join("|"),
  "g",
);
/** The street that all forms are filled in with. */
const EXAMPLE = /^(?:123|1234) (?:Main|Any|Fake|Example|Some)/i;
const postalAddress: Detector = {
  ...{
    id: "personal/postal-address",
    title: "a postal address",
    family: "personal",
    tier: "low",
    rank: 10,
  },
  keywords: [
    ...[
      " street",
      " st.",
      " st,",
      " st ",
      " avenue",
      " ave",
      " road",
      " rd",
      " blvd",
      " boulevard",
      " lane",
      " ln",
      " drive",
      " court",
      " terrace",
    ],
    ...[
      " place",
      " square",
      " highway",
      " parkway",
      " crescent",
      " gardens",
      " close",
      " way,",
      " way ",
      " circle",
      " dr,",
      " dr.",
      " trail",
    ],
    ...[
      "stra",
      "strasse",
      "str. ",
      "weg ",
      "allee ",
      "gasse ",
      "platz ",
      "straat ",
      "laan ",
      "gracht ",
      " rue ",
      " quai ",
      " chemin ",
      "impasse ",
    ],
    ...["address"],
  ],
  ...{ before: 72, after: 72 },
  *find(window) {
    for (const { 0: found, index } of window.matchAll(ADDRESS)) {
      if (!EXAMPLE.test(found)) yield { start: index, end: index + found.trimEnd().length };
    }
  },
};

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
const DATE = new RegExp(
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

/** Whether a date is a day that exists, whatever the order of day and month. */
function isBirthDate(text: string): boolean {
  if (text.startsWith("1900-01-01")) return false;
  if (/^-?[0-9]{9,13}$/.test(text) && !/^(?:19|20)[0-9]{10}$/.test(text)) return isMoment(text);
  const numbers = text.replace(/[T ][0-9]{2}:.*$/, "").match(/[0-9]+/g) ?? [];
  if (numbers.length !== 3) {
    const [only = ""] = numbers;
    if (numbers.length === 1 && only.length > 8)
      return (
        isBirthYear(Number(only.slice(0, 4))) &&
        isDay(Number(only.slice(6, 8)), Number(only.slice(4, 6)))
      );
    if (numbers.length === 1 && text.length === 8 && only.length === 8)
      return (
        isDay(Number(only.slice(6)), Number(only.slice(4, 6))) ||
        isDay(Number(only.slice(0, 2)), Number(only.slice(2, 4))) ||
        isDay(Number(only.slice(2, 4)), Number(only.slice(0, 2)))
      );
    return isDay(Number(numbers.find((number) => number.length <= 2)), 1);
  }
  const [first = "", second = "", third = ""] = numbers;
  if (first.length === 4) return isBirthYear(Number(first)) && isDay(Number(third), Number(second));
  const isYear = third.length === 2 || isBirthYear(Number(third));
  return isYear && (isDay(Number(first), Number(second)) || isDay(Number(second), Number(first)));
}

/** Milliseconds of a day, and days around 1970 between which people are born who live. */
const DAY_MS = 86_400_000;
const FIRST_DAY = -25_000;
const LAST_DAY = 22_000;

/** Whether a number is a whole day in milliseconds or seconds since 1970, as a day without an hour is kept. */
function isMoment(text: string): boolean {
  const number = Number(text);
  const ms = Math.abs(number) > 10_000_000_000 ? number : number * 1_000;
  const days = ms / DAY_MS;
  return Number.isInteger(days) && days > FIRST_DAY && days < LAST_DAY;
}

const birthDate = labelledValue({
  ...{ id: "personal/birth-date", title: "a day of birth", family: "personal", tier: "medium" },
  labels: labelsOf(
    [
      ...[
        "dob",
        "date of birth",
        "birth date",
        "birthdate",
        "birthday",
        "born",
        "born on",
        "birth day",
        "d.o.b",
        "bday",
      ],
      ...[
        "geburtsdatum",
        "geboren",
        "geboren am",
        "date de naissance",
        "né le",
        "né(e) le",
        "doB",
        "geb",
        "geb. am",
        "nato il",
        "nata il",
        "nacido el",
        "nacida el",
        "data urodzenia",
        "födelsedatum",
        "fødselsdato",
        "birth dt",
        "née le",
        "naissance",
        "fecha de nacimiento",
        "nacimiento",
      ],
      ...[
        "data di nascita",
        "geboortedatum",
        "data de nascimento",
        "birth dt",
        "dateofbirth",
        "b'date",
        "bdate",
        "birth",
        "birth time",
        "dt birth",
        "date naiss",
        "ddn",
        "geb dat",
        "geb.-dat",
        "gebdat",
        "geb datum",
        "dt nasc",
        "data nasc",
        "data ur",
        "fødselsdag",
        "tanggal lahir",
        "pid 7",
        "pid 7 1",
        "datum narození",
        "datum narozeni",
        "f. nac",
        "fecha nac",
        "nascido em",
        "nascida em",
        "syntymäaika",
        "doğum tarihi",
        "pt dob",
        "patient dob",
      ],
      ...["brth dt", "brthdt", "brthdat", "brthdtc", "brth dat", "geburtstag", "geburt", "nais"],
      ...["f.nac", "fecha nac", "fechanac", "nascita", "data nascita", "nascimento", "nasc"],
      ...["geboren op", "fodelsedatum", "foedselsdato", "fodselsdato", "urodzony", "urodzona"],
      ...["narozen", "narozena", "született", "születési dátum", "szuletesi datum", "ngày sinh"],
      ...["tgl lahir", "dogum tarihi", "datum rođenja", "datum rodjenja", "data nasterii"],
      ...[
        "date born",
        "d/o/b",
        "pid[7",
        "d o b",
        "d. o. b",
        "(b",
        "(born",
        "dat naiss",
        "nacido/a",
      ],
      ...["geburtsdatum/-ort", "geb.-datum", "ur.", "birth dt tm", "birthdttm", "birth dttm"],
      ...["calculate age", "compute age"],
    ],
    [
      ...[
        "dob",
        "date of birth",
        "date_of_birth",
        "dateofbirth",
        "date-of-birth",
        "birth",
        "born",
        "d.o.b",
        "bday",
        "geburtsdatum",
        "geboren",
      ],
      ...[
        "naissance",
        "né le",
        "née le",
        "nacimiento",
        "nascita",
        "(e) le",
        "geb.",
        "geb:",
        "nato il",
        "nata il",
        "nacido",
        "nacida",
        "urodzenia",
        "delsedatum",
        "dselsdato",
        "geboortedatum",
        "nascimento",
        "b'date",
        "bdate",
        "naiss",
        "ddn:",
        "ddn :",
        "ddn ",
        "gebdat",
        "geb_dat",
        "geb-dat",
        "_nasc",
        " nasc",
        "dtnasc",
        "data_ur",
        "data ur",
        "dselsdag",
        "tanggal_lahir",
        "tanggal lahir",
        "pid-7",
        "pid.7",
        "pid_7",
        "narozen",
        "f. nac",
        "fecha nac",
        "nascid",
        "syntym",
        "um tarihi",
      ],
      ...["brthd", "brth_d", "brth d", "brth-d", "geburt", "nais:", "nais.", "f.nac", "fechanac"],
      ...["fecha_nac", "nasc.", "nasc:", "nasc ", "fodelsedatum", "foedselsdato", "fodselsdato"],
      ...["urodzon", "letett", "si d", "szuletesi", " sinh", "tgl lahir", "tgl_lahir", "dogum"],
      ...[
        "datum ro",
        "data nasterii",
        "d/o/b",
        "pid7",
        "pid[7",
        "d o b",
        "d. o. b",
        "(b. ",
        "calculateage",
      ],
      ...["getage", "get_age", "computeage", "calcage", "calculate_age", "compute_age", "calc_age"],
      ...["agefrom", "age_from", "ageon", "age_on", "ageat", "age_at", " ur. "],
      // Behind letters that are none of ASCII: `né le 2 mars`.
      ...[" le 0", " le 1", " le 2", " le 3"],
    ],
  ),
  value: DATE,
  accept: isBirthDate,
  isNamedBehind: true,
  mayBeGlued: true,
});

/** `born in Leeds on`, `Place and date of birth: Leeds,`: a place between the label and the day. */
const PLACE = "\\p{Lu}[\\p{L}'’.-]{1,30}(?: (?:\\p{Lu}[\\p{L}'’.-]{1,30}|am|an|de|sur|upon)){0,3}";
const BORN =
  "(?:[Bb]orn|BORN|[Gg]eboren|[Gg]eb\\.|[Nn]at[oa]|[Nn]acid[oa]|[Nn]ée?|[Nn]ascid[oa]|[Bb]irth ?:|[Nn]aissance ?:)";
const BORN_SOMEWHERE = new RegExp(
  `(?<!\\p{L})${BORN} (?:(?:in|at|te|a|à|en|zu|em) )?${PLACE},? ?(?:(?:on the|on|il|op|am|el|le|em|the) )?(?=[0-9JFMASOND])`,
  "gu",
);
const STICKY_DATE = new RegExp(DATE.source, "iy");
const bornSomewhere: Detector = {
  ...({ id: "personal/birth-place-and-date", title: "a day of birth behind its place" } as const),
  ...({ family: "personal", tier: "medium", rank: 20 } as const),
  keywords: [
    ...["born ", "geboren ", "geb. ", "nato ", "nata ", "nacido ", "nacida ", "nascid", "birth:"],
    ...["birth :", "naissance", " le 0", " le 1", " le 2", " le 3"],
  ],
  ...{ before: 80, after: 160 },
  *find(window) {
    for (const found of window.matchAll(BORN_SOMEWHERE)) {
      const start = found.index + found[0].length;
      STICKY_DATE.lastIndex = start;
      const day = STICKY_DATE.exec(window)?.[0];
      if (day === undefined || !/[^0-9-]/.test(day) || !isBirthDate(day)) continue;
      yield { start, end: start + day.length };
    }
  },
};

export const person: readonly Detector[] = [
  ...[labelledName, plainName, titledName, postalAddress, birthDate, bornSomewhere],
];
