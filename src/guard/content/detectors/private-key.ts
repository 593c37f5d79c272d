// private-key: a private key in PEM text (RFC 7468, RFC 1421) or OpenSSH's and PGP's forms of it, with its body.
import type { Detector } from "../detection/detector.ts";

const OPENER = "-----BEGIN ";
const HEADER = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const FOOTER = /-----END (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
/** A piece of a body: RFC 7468 wraps lines at 64, and a short last line follows a longer one. */
const PIECE = /[A-Za-z0-9+/]{40}/g;
/** Different characters below which a piece is a row of placeholders; 40 random ones have some 30. */
const DISTINCT_MIN = 12;

export const privateKey: Detector = {
  id: "private-key",
  title: "a private key",
  family: "secret",
  tier: "high",
  keywords: ["-----begin"],
  before: 0,
  after: 8_192,
  rank: 20,
  *find(text) {
    let at = text.indexOf(OPENER);
    while (at !== -1) {
      const bodyStart = endOf(HEADER, text, at);
      if (bodyStart === undefined) {
        at = text.indexOf(OPENER, at + OPENER.length);
        continue;
      }
      // INVARIANT: the next search begins behind this body, so that no character is looked at twice.
      const dashes = text.indexOf("-----", bodyStart);
      const body = text.slice(bodyStart, dashes === -1 ? text.length : dashes);
      const bodyEnd = bodyStart + body.length;
      if (isKeyMaterial(body)) yield { start: at, end: endOf(FOOTER, text, bodyEnd) ?? bodyEnd };
      at = text.indexOf(OPENER, bodyEnd);
    }
  },
};

/** A header over dots, words or one repeated letter is documentation. */
function isKeyMaterial(body: string): boolean {
  for (const [piece] of body.matchAll(PIECE)) {
    if (new Set(piece).size >= DISTINCT_MIN) return true;
  }
  return false;
}

/** Where what `pattern` finds at `at` ends. The pattern is sticky and bounded. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : at + found[0].length;
}
