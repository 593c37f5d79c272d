// Texts of 100 KB that are made to be slow: every keyword of every detector all over, and the shapes that patterns stumble over.
import { DETECTORS } from "#guard/content/detectors/index.ts";

/** Characters of each text. */
export const HOSTILE_CHARS = 100 * 1024;

/** What follows a keyword, by turns. */
const TAILS = ["", " ", "=", ': "', `="${"a1B2".repeat(8)}`, `\n${"A".repeat(30)}.`, "://x:"];

const SHAPES: Readonly<Record<string, string>> = {
  "assignments without a value": "password=",
  "assignments of short values": 'secret: "a", ',
  "an assignment that never ends": 'token = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  "one base64 text": "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
  "base64 of base64": Buffer.from(Buffer.from("secret=").toString("base64")).toString("base64"),
  "one hex text": "0123456789abcdef",
  "percent escapes": "%70%61%73%73",
  "JSON escapes": '\\u0070\\"',
  "heads of keys": `${"-".repeat(5)}BEGIN PRIVATE KEY${"-".repeat(5)}\n`,
  "starts of signed tokens": "eyJhbGciOiJIUzI1NiJ9.",
  "addresses without an end": "a@a.a@a.",
  "web addresses with passwords": "https://a:b@c ",
  "web addresses that go on": "https://",
  digits: "1234567890",
  "digits in groups": "4111 1111 1111 ",
  dates: "1970-01-01 ",
  "dotted numbers": "1.2.3.4.",
  "colons of IPv6": "a::b:",
  names: "John Smith ",
  patients: "Patient MRN: ",
  quotes: "\"'`",
  spaces: " ",
  "empty lines": "\n",
  "one letter": "a",
  brackets: "({[<",
  "capital words": "AAAA_KEY_",
};

/** Each text with what it is. */
export function* hostileTexts(): Generator<readonly [name: string, text: string]> {
  for (const [name, unit] of Object.entries(SHAPES)) yield [name, fill(unit)];
  const keywords = [...new Set(DETECTORS.flatMap((detector) => detector.keywords ?? []))].sort();
  for (const [at, keyword] of keywords.entries()) {
    yield [`\`${keyword}\` repeated`, fill(`${keyword}${TAILS[at % TAILS.length] ?? ""}`)];
  }
  for (const tail of TAILS) {
    yield [
      `all keywords, with ${JSON.stringify(tail)}`,
      fill(keywords.map((word) => word + tail).join("")),
    ];
  }
}

function fill(unit: string): string {
  return unit.repeat(Math.ceil(HOSTILE_CHARS / unit.length)).slice(0, HOSTILE_CHARS);
}
