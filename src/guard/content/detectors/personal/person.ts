// Who somebody is in words: names and days of birth, found by a label or a title.
import { lazily } from "#base/lazily.ts";
import type { Detector, Hit } from "../../detection/detector.ts";
import { labelledValue } from "../../detection/labelled-value.ts";
import { labelsBy } from "../../detection/labels.ts";
import { ANY_NAME, isName, NAME_IN_FULL, NAME_WORD } from "../../detection/name-words.ts";
import { namedCells } from "../../detection/table-column.ts";
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

// On its own: what else has a name says so before it.
const NAMES = labelsBy(
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
    "name|",
    "name |",
    "name\n",
    "name\r",
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
);

const behindName = labelledValue({
  id: "personal/name-field",
  title: "two words of a name behind `name`",
  family: "personal",
  tier: "low",
  rank: 10,
  labels: NAMES,
  value: new RegExp(ANY_NAME, "g"),
  accept: isName,
});

/** Files in which `name` is the name of everything: there something else beside it has to be of a person. */
const OF_THINGS = /\.(?:ya?ml|json[c5]?|toml|xml|html?|pbxproj|plist|xslt?|tf|ini|cfg|conf)$/i;
const OF_PERSON =
  /e-?mail|[\w.]@[a-z]|phone|(?<![a-z])(?:tel|mobile|dob|age|gender|ssn|mrn)(?![a-z])|street|zip|birth|surname|last_?name|patient|employee|passport|salary/i;
/** Characters around a name in which that stands. */
const PERSON_REACH = 160;
const IN_FULL = lazily(() => new RegExp(`^(?:${NAME_IN_FULL})$`));

/** `Name:` alone labels everything in code; before two capitalised words on a line of a form it labels a person. */
const plainName: Detector = {
  ...behindName,
  *find(window, around) {
    const { text, start, file } = around;
    const isOfThings = file.isCode || (file.path !== undefined && OF_THINGS.test(file.path));
    const hits = new Map<number, Hit>();
    for (const hit of behindName.find(window, around)) {
      if (!isOfThings || isOfPerson(text, start + hit.start, start + hit.end)) {
        hits.set(hit.start, hit);
      }
    }
    const within = { start, end: start + window.length };
    for (const cell of namedCells(around, within, NAMES.pattern, file.isCode ? "first" : "any")) {
      const name = text.slice(cell.start, cell.end);
      if (!IN_FULL().test(name) || !isName(name)) continue;
      hits.set(cell.start - start, { start: cell.start - start, end: cell.end - start });
    }
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  },
};

/** Whether a name ends where it seems to, and a person's other data stand near it. */
function isOfPerson(text: string, start: number, end: number): boolean {
  if (/^ [\w(]/.test(text.slice(end, end + 2))) return false;
  return OF_PERSON.test(
    `${text.slice(Math.max(0, start - PERSON_REACH), start)} ${text.slice(end, end + PERSON_REACH)}`,
  );
}

const TITLED = new RegExp(
  `(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle|Sra?|Sig|Sir|Dame)\\.? (?:Dr\\.? |Prof\\.? )?(${NAME_WORD}(?: ${NAME_WORD}){0,2})`,
  "g",
);
const titledName: Detector = {
  id: "personal/titled-name",
  title: "a person's name behind a title",
  family: "personal",
  tier: "low",
  rank: 10,
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
  before: 16,
  after: 64,
  *find(window, { text, start }) {
    for (const match of window.matchAll(TITLED)) {
      const [found, name = ""] = match;
      const end = match.index + found.length;
      if (!isName(name) || /[A-Za-z]/.test(text.charAt(start + end))) continue;
      yield { start: end - name.length, end };
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
  id: "personal/birth-place-and-date",
  title: "a day of birth behind its place",
  family: "personal",
  tier: "medium",
  rank: 20,
  keywords: [
    ...["born ", "geboren ", "geb. ", "nato ", "nata ", "nacido ", "nacida ", "nascid", "birth:"],
    ...["birth :", "naissance", " le 0", " le 1", " le 2", " le 3"],
  ],
  before: 80,
  after: 160,
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
export const person: readonly Detector[] = [...[...labelled, plainName, titledName, bornSomewhere]];
