// Who somebody is in words: names, postal addresses, days of birth; found by a label, a title or the form of an address.
import type { Detector } from "../../detection/detector.ts";
import { labelledValue } from "../../detection/labelled-value.ts";
import { labelsBy } from "../../detection/labels.ts";
import { ANY_NAME, isName, NAME_WORD } from "../../detection/name-words.ts";
import { DATE } from "../../detection/written-dates.ts";
import { person as labelled } from "../../rows/personal/person.ts";
import { isBirthDate } from "../../validators/birth-date.ts";

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

// What labels tell is first: of two that are as sure, it names the value.
export const person: readonly Detector[] = [
  ...[...labelled, plainName, titledName, postalAddress, bornSomewhere],
];
