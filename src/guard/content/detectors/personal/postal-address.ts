// Where somebody lives: postal addresses by the form that a country writes them in, and whatever stands in a field that is for one.
import type { Detector, Hit } from "../../detection/detector.ts";
import { labelEndsAt, labelsOf } from "../../detection/labels.ts";
import { namedCells } from "../../detection/table-column.ts";

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
/** The street that all forms are filled in with, and where the Free Software Foundation had and has its office: licences name it. */
const EXAMPLE =
  /^(?:(?:123|1234) (?:Main|Any|Fake|Example|Some|Test|Business|Nowhere)|59 Temple Place|51 Franklin St|675 Mass Ave|31 Milk St)/i;
const writtenAddress: Detector = {
  id: "personal/postal-address",
  title: "a postal address",
  family: "personal",
  tier: "low",
  rank: 10,
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
  ],
  before: 72,
  after: 72,
  *find(window) {
    for (const { 0: found, index } of window.matchAll(ADDRESS)) {
      if (!EXAMPLE.test(found)) yield { start: index, end: index + found.trimEnd().length };
    }
  },
};

const LABELS = labelsOf(
  [
    ...["address", "street address", "postal address", "mailing address", "home address", "street"],
    ...["billing address", "shipping address", "delivery address", "residence", "address line"],
    ...[
      "address1",
      "address line 1",
      "adresse",
      "anschrift",
      "dirección",
      "direccion",
      "domicilio",
    ],
    ...["indirizzo", "adres", "endereço", "endereco", "adress", "osoite", "adresa", "cím", "адрес"],
  ],
  [
    ...["address", "street:", "street,", "street;", "street|", "street |", "street\t", 'street"'],
    ...[
      "street =",
      "street=",
      "street'",
      "adres",
      "anschrift",
      "direcci",
      "domicilio",
      "indirizzo",
    ],
    ...["endere", "osoite", "residence"],
  ],
);
/** What stands between a label and the text of its field: a colon or an equals sign, and a quote where the language has them. */
const OPENING = /["'`]?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}(["'`])?/g;
const ADDRESS_MIN = 8;
const ADDRESS_MAX = 140;
/** Signs of code, and of addresses of other kinds. */
const OF_CODE = /[<>{}=$@\\_*[\]]|:\/\/|[0-9]{7}|[0-9]\.[0-9]+\.[0-9]/;
/** Words that say something of an address in place of being one. */
const SAYS =
  /\b(?:your|enter|please|is|are|must|should|will|this|that|where|when|if|not|e\.g|example|invalid|required|returns?|string)\b/i;
/** A word as addresses have it: with a capital, or in a script without. */
const WORD = /(?<!\p{L})(?:\p{Lu}\p{L}{2,}|\p{Lo}{2,})/u;

/** The text of a field for an address: a number, a word, and nothing of code or of an explanation. */
const addressField: Detector = {
  id: "personal/address-field",
  title: "what stands in a field for a postal address",
  family: "personal",
  tier: "low",
  rank: 9,
  keywords: LABELS.keywords,
  before: 24,
  after: 200,
  *find(window, around) {
    const { text, start, file } = around;
    const hits = new Map<number, Hit>();
    let behind = 0;
    for (const opening of window.matchAll(OPENING)) {
      // WHY: what stands in a field is looked at once, however many labels are in it.
      if (opening.index < behind || !labelEndsAt(LABELS, window, opening.index)) continue;
      const field = fieldBehind(window, opening.index + opening[0].length, opening[1]);
      behind = field.end;
      if (isAddress(window.slice(field.start, field.end))) hits.set(field.start, field);
    }
    const within = { start, end: start + window.length };
    for (const cell of namedCells(around, within, LABELS.pattern, file.isCode ? "first" : "any")) {
      if (!isAddress(text.slice(cell.start, cell.end))) continue;
      hits.set(cell.start - start, { start: cell.start - start, end: cell.end - start });
    }
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  },
};

/** The text of a field: up to the quote that closes it, or to the end of its line or cell. */
function fieldBehind(window: string, start: number, quote: string | undefined): Hit {
  const rest = window.slice(start, start + ADDRESS_MAX + 1);
  const end = quote === undefined ? rest.search(/[\r\n\t;|"]|$/) : rest.indexOf(quote);
  return { start, end: start + rest.slice(0, Math.max(0, end)).trimEnd().length };
}

function isAddress(text: string): boolean {
  if (text.length < ADDRESS_MIN || text.length > ADDRESS_MAX || !/[0-9]/.test(text)) return false;
  return WORD.test(text) && !OF_CODE.test(text) && !SAYS.test(text) && !EXAMPLE.test(text);
}

export const postalAddress: readonly Detector[] = [writtenAddress, addressField];
