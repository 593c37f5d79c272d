// Names of people that no label stands before: in salutations and signatures, before a day of birth, before an address of mail.
import type { Detector, Hit } from "../../detection/detector.ts";
import { ANY_NAME, FULL_NAME, isName } from "../../detection/name-words.ts";

type NameIn = {
  readonly id: string;
  readonly title: string;
  readonly keywords: readonly string[];
  readonly before: number;
  readonly after: number;
  /** With the group `name`, the flag `g`, and linear: all of it is bounded. */
  readonly patterns: readonly RegExp[];
};

function nameIn({ patterns, ...of }: NameIn): Detector {
  return {
    ...of,
    family: "personal",
    tier: "low",
    rank: 9,
    *find(window, { text, start: offset }): Generator<Hit> {
      const hits: Hit[] = [];
      for (const match of patterns.flatMap((pattern) => [...window.matchAll(pattern)])) {
        const name = match.groups?.["name"] ?? "";
        const start = match.index + match[0].lastIndexOf(name);
        if (!isName(name) || /[\w\u00c0-\u024f]/.test(text.charAt(offset + start - 1))) continue;
        hits.push({ start, end: start + name.length });
      }
      yield* hits.sort((one, other) => one.start - other.start);
    },
  };
}

const ANY = `(?<name>${ANY_NAME})`;

const letterName = nameIn({
  id: "personal/letter-name",
  title: "a person's name in a salutation or below a letter",
  keywords: [
    ...["dear ", "geehrte", "estimad", "querid", "cher ", "gentile ", "egregi", "szanown"],
    ...["regards,", "best,", "sincerely,", "thanks,", "wishes,", "freundlichen", "cordialement,"],
    ...["saludos,", "saluti,", "hilsen", "groet,", "faithfully,"],
  ],
  before: 8,
  after: 80,
  patterns: [
    new RegExp(
      `\\b(?:Dear|[Gg]eehrter?|Estimad[oa]|Querid[oa]|Cher|Gentile|Egregio|Szanown[ya]) (?:(?:Mrs?|Ms|Miss|Dr|Prof|Frau|Herr|Sra?|Dott|Pani?)\\.? )?(?<name>${FULL_NAME})(?=[ \\t]?[,:!\\r\\n])`,
      "g",
    ),
    new RegExp(
      `(?:[Rr]egards|[Bb]est|[Ss]incerely|[Tt]hanks|[Ww]ishes|Grüßen|Gruessen|[Cc]ordialement|[Ss]aludos|[Ss]aluti|[Hh]ilsen|[Gg]roet|[Ff]aithfully)(?:,[ \\t]|,?\\r?\\n(?:\\r?\\n)?[ \\t]{0,4})(?<name>${FULL_NAME})(?=[ \\t]{0,4}(?:[,|(]|\\r?\\n|$))`,
      "g",
    ),
  ],
});

const bornName = nameIn({
  id: "personal/born-name",
  title: "a person's name before a day of birth or a record's number",
  keywords: [
    ...["born", "dob", "d.o.b", "date of birth", "geb.", "geboren", "nacid", "nato il"],
    ...[" le 0", " le 1", " le 2", " le 3"],
    ...["nata il", "mrn", "medical record", "hospital n", "nhs "],
  ],
  before: 72,
  after: 24,
  patterns: [
    new RegExp(
      `${ANY}(?=[ \\t]?[,;/(|–-]{0,2}[ \\t]{0,2}(?:(?:whose|who was|was|is) )?(?:born|DOB|dob|D\\.?O\\.?B|d\\.o\\.b|[Dd]ate of [Bb]irth|geb\\.|geboren|née? le|nacid[oa]|nat[oa] il|MRN|mrn|medical record|hospital n|NHS n)(?![a-z]))`,
      "g",
    ),
  ],
});

/** Characters before the `@` of an address that are looked at. */
const REACH = 128;
const LOCAL = /[ \t][<(]?(?:mailto:)?[\w.+%-]{1,64}$/;
const BEFORE_MAIL = new RegExp(
  `${ANY}["']?(?: (?:at|on|via)|,)?[ \\t]{1,2}[<(]?(?:mailto:)?[\\w.+%-]{1,64}$`,
);

const mailName: Detector = {
  id: "personal/mail-name",
  title: "a person's name before an address of mail",
  family: "personal",
  tier: "low",
  rank: 9,
  *find(window) {
    for (let at = window.indexOf("@"); at >= 0; at = window.indexOf("@", at + 1)) {
      if (!/\w/.test(window.charAt(at - 1)) || !/\w/.test(window.charAt(at + 1))) continue;
      const before = window.slice(Math.max(0, at - REACH), at);
      if (!LOCAL.test(before)) continue;
      const match = BEFORE_MAIL.exec(before.slice(before.lastIndexOf("\n") + 1));
      const name = match?.groups?.["name"] ?? "";
      if (match === null || !isName(name)) continue;
      const start = at - match[0].length;
      if (/[\w\u00c0-\u024f]/.test(window.charAt(start - 1))) continue;
      yield { start, end: start + name.length };
    }
  },
};

export const nameInContext: readonly Detector[] = [letterName, bornName, mailName];
