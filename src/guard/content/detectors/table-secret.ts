// table-secret: passwords and keys in the columns that their heads name, of exported tables and of rows that SQL inserts.
import type { Detector } from "../detection/detector.ts";
import { type Label, namedCells } from "../detection/table-column.ts";
import { valueQuality } from "../detection/value-quality.ts";

const OWNERS = "user db admin initial temp current old new root".split(" ");
const NAMES: ReadonlySet<string> = new Set([
  ..."password passwd passwort pwd pass pw secret token credential passphrase".split(" "),
  ...["api", "access", "secret", "auth", "client"].flatMap((of) =>
    ["key", "token", "secret"].flatMap((what) => ["", " ", "_", "-"].map((by) => of + by + what)),
  ),
]);
const HEAD_CHARS_MAX = 32;

/** A head that is the name of a secret and nothing more. WHY no expression: the engine takes longer to compile one than most texts take. */
const HEAD: Label = { test: isSecretHead, lastIndex: 0 };

function isSecretHead(head: string): boolean {
  let start = 0;
  let end = head.length;
  while (start < end && isAround(head.charAt(start))) start += 1;
  while (end > start && isAround(head.charAt(end - 1))) end -= 1;
  if (start === end || end - start > HEAD_CHARS_MAX) return false;
  const name = head.slice(start, end);
  // A letter outside of ASCII may have one of it as its small form, and is another all the same.
  if (/[^\w -]/.test(name)) return false;
  const lower = name.toLowerCase();
  return isName(lower) || (lower.endsWith("s") && isName(lower.slice(0, -1)));
}

function isName(name: string): boolean {
  return (
    NAMES.has(name) ||
    OWNERS.some(
      (owner) =>
        name.startsWith(owner) &&
        (NAMES.has(name.slice(owner.length)) ||
          (/[ _-]/.test(name.charAt(owner.length)) && NAMES.has(name.slice(owner.length + 1)))),
    )
  );
}

/** A blank, a quote or a mark of Markdown around a head. */
function isAround(character: string): boolean {
  return "\"'`*".includes(character) || character.trim() === "";
}

const CELL_CHARS_MIN = 6;

export const tableSecret: Detector = {
  id: "table-secret",
  title: "a password or key in a table",
  family: "secret",
  tier: "medium",
  rank: 10,
  keywords: [
    "passw",
    "pwd",
    "pass,",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api key",
    "credential",
  ],
  before: 512,
  after: 16,
  *find(window, around) {
    const { text, start, file } = around;
    if (file.isCode && !/values/i.test(text.slice(start, start + 4_096))) return;
    for (const cell of namedCells(around, { start, end: start + window.length }, () => HEAD)) {
      const value = text.slice(cell.start, cell.end);
      // A word in backticks is a name; bold text is prose; a brand has letters alone; what is escaped is a part of code.
      const quality = /^[`*\\]|^[^A-Za-z]*$/.test(value) ? "none" : valueQuality(value);
      if (quality === "mixed" && /^[A-Za-z]*$/.test(value)) continue;
      if (value.length >= CELL_CHARS_MIN && (quality === "random" || quality === "mixed"))
        yield { start: cell.start - start, end: cell.end - start };
    }
  },
};
