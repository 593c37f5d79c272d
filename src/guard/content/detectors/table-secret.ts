// table-secret: passwords and keys in the columns that their heads name, of exported tables and of rows that SQL inserts.
import type { Detector } from "../detector.ts";
import { namedCells } from "../table-column.ts";
import { valueQuality } from "../value-quality.ts";

/** A head that is the name of a secret and nothing more. */
const HEAD =
  /^[\s"'`*]*(?:(?:user|db|admin|initial|temp|current|old|new|root)[ _-]?)?(?:password|passwd|passwort|pwd|pass|pw|secret|(?:api|access|secret|auth|client)[ _-]?(?:key|token|secret)|token|credential|passphrase)s?[\s"'`*]*$/gi;
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
  *find(window, { text, start, file }) {
    if (file.isCode && !/values/i.test(text.slice(start, start + 4_096))) return;
    for (const cell of namedCells(text, { start, end: start + window.length }, () => HEAD)) {
      const value = text.slice(cell.start, cell.end);
      const quality = valueQuality(value);
      if (value.length >= CELL_CHARS_MIN && (quality === "random" || quality === "mixed"))
        yield { start: cell.start - start, end: cell.end - start };
    }
  },
};
