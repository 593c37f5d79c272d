// Who somebody is in words: names, postal addresses, days of birth; found by a label, a title or the form of an address.
import type { Detector } from "../../detector.ts";
import { labelledValue } from "../../labelled-value.ts";
import { labelsBy, labelsOf } from "../../labels.ts";
import { isBirthYear, isDay } from "../../validators/calendar.ts";

/** A word of a name: capital letter first, with the signs that names have inside. */
const WORD =
  "(?:[OD]['’]|Mc|Mac)?[A-Z\\u00c0-\\u00de][a-z\\u00df-\\u024f]+(?:['’-][A-Z\\u00c0-\\u00de][a-z\\u00df-\\u024f]+)?";
const PARTICLE = "(?:van|von|de|der|den|del|della|di|da|dos|la|le|bin|al|ter|zu|O['’]|Mc|Mac) ?";
const NAME = `(?:${WORD}|[A-Z]\\.)(?:,? (?:${PARTICLE}){0,2}(?:${WORD}|[A-Z]\\.?(?![A-Za-z]))){0,3}`;
/** Capitalised words of documents and code that stand where a name might. */
const NO_NAME =
  /^(?:The|This|That|These|None|Null|True|False|Unknown|String|Number|Object|Boolean|Array|Date|Required|Optional|Default|Please|Enter|Your|Name|First|Last|Full|Test|Example|Sample|Not|All|Any|New|Add|Edit|Delete|User|Admin|Type|Field|Value|Error|Invalid|Missing|Is|In|On|If|For|And|Or|To|Of|With|From|Must|Should|Can|Will|Has|See|No|Yes|Click|Select|Text|Char|Varchar|Column|Table|Label|Input|Form|Insert|Update|Get|Set|Foo|Bar|Baz|Lorem)\b/;
/** Heads of documents whose words are capitalised as names are. */
const isName = (text: string) => !NO_NAME.test(text) && !/[a-z][A-Z][a-z]+[A-Z]/.test(text);

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
    ],
    () =>
      "(?<![A-Za-z_.-]|[A-Za-z] )(?:[Nn]ame|NAME|FN|CN)(?![A-Za-z])|(?:[Mm]y|[Hh]is|[Hh]er) name is",
  ),
  value: new RegExp(`${WORD} (?:(?:${PARTICLE}){0,2}|[A-Z]\\. )${WORD}`, "g"),
  accept: isName,
});

const TITLED = new RegExp(
  `(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle|Sra?|Sig|Sir|Dame)\\.? (?:Dr\\.? |Prof\\.? )?(${WORD}(?: ${WORD}){0,2})`,
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
      if (NO_NAME.test(name) || /[A-Za-z]/.test(text.charAt(start + end))) continue;
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
const DATE = new RegExp(
  [
    "(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    "[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:(?:19|20)[0-9]{2}|[0-9]{2}(?![0-9]))",
    `[0-9]{1,2}(?:st|nd|rd|th)?\\.?[- ](?:${MONTHS})[a-z]{0,3}\\.?,?[- ](?:19|20)?[0-9]{2}`,
    `(?:${MONTHS})\\.? [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2}`,
    "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",
  ].join("|"),
  "gi",
);

/** Whether a date is a day that exists, whatever the order of day and month. */
function isBirthDate(text: string): boolean {
  const numbers = text.match(/[0-9]+/g) ?? [];
  if (numbers.length !== 3) {
    if (numbers.length === 1 && text.length === 8)
      return isDay(Number(text.slice(6)), Number(text.slice(4, 6)));
    return isDay(Number(numbers.find((number) => number.length <= 2)), 1);
  }
  const [first = "", second = "", third = ""] = numbers;
  if (first.length === 4) return isBirthYear(Number(first)) && isDay(Number(third), Number(second));
  const isYear = third.length === 2 || isBirthYear(Number(third));
  return isYear && (isDay(Number(first), Number(second)) || isDay(Number(second), Number(first)));
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
        "pt dob",
        "patient dob",
      ],
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
      ],
    ],
  ),
  value: DATE,
  accept: isBirthDate,
});

export const person: readonly Detector[] = [
  ...[labelledName, plainName, titledName, postalAddress, birthDate],
];
