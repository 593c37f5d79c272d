// Decoders that languages and filters share: what each gives is what the real program says, or undefined. Bytes are strings.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import { ALPHABETS, decodeDigits } from "../../bytes/encodings.ts";

/** So much packed or encoded text is looked at. */
export const ENCODED_CHARS_MAX = TEXT_CHARS_MAX;

const ALPHABET_85 =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const ALPHABET_Z85 =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** Base64 with either pair of signs, with filling or not; white space is skipped. */
export function decodeBase64(text: string): string | undefined {
  const plain = text.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  return plain.length > ENCODED_CHARS_MAX || /=[^=]/.test(plain)
    ? undefined
    : decodeDigits(plain, ALPHABETS["base64"] ?? "");
}

/** Base32 of capital letters, filled up to groups of eight. */
export function decodeBase32(text: string): string | undefined {
  return text.length > ENCODED_CHARS_MAX || text.length % 8 !== 0
    ? undefined
    : decodeDigits(text, ALPHABETS["base32"] ?? "");
}

/** Base85 of git and Mercurial (RFC 1924's digits), which Python calls `b85`. */
export function decodeBase85(text: string): string | undefined {
  return groupsOf85(text, ALPHABET_85);
}

/** Base85 of ZeroMQ: whole groups of five digits alone. */
export function decodeZ85(text: string): string | undefined {
  return text.length % 5 === 0 ? groupsOf85(text, ALPHABET_Z85) : undefined;
}

/** Ascii85 of Adobe, without its brackets. */
export function decodeAscii85(text: string): string | undefined {
  const digits = text.replace(/\s/g, "").replaceAll("z", "!!!!!");
  return /[^!-u]/.test(digits) ? undefined : groupsOf85(digits, ASCII_85);
}

const ASCII_85 = Array.from({ length: 85 }, (_, at) => String.fromCharCode(33 + at)).join("");

function groupsOf85(text: string, alphabet: string): string | undefined {
  if (text.length > ENCODED_CHARS_MAX || text.length % 5 === 1) return undefined;
  let binary = "";
  const last = alphabet.at(-1) ?? "";
  for (let at = 0; at < text.length; at += 5) {
    const group = text.slice(at, at + 5);
    let value = 0;
    for (const digit of group.padEnd(5, last)) {
      const worth = alphabet.indexOf(digit);
      if (worth < 0) return undefined;
      value = value * 85 + worth;
    }
    if (value > 0xffffffff) return undefined;
    binary += [24, 16, 8, 0]
      .slice(0, group.length - 1)
      .map((shift) => String.fromCharCode(Math.floor(value / 2 ** shift) % 256))
      .join("");
  }
  return binary;
}

/** Lines of uuencoded data without their first and last line. */
export function decodeUuBody(text: string): string | undefined {
  if (text.length > ENCODED_CHARS_MAX) return undefined;
  let binary = "";
  for (const line of text.replace(/\n+$/, "").split("\n")) {
    if (/[^ -`]/.test(line)) return undefined;
    const [length = 0, ...values] = Array.from(line, (digit) => (digit.charCodeAt(0) - 32) & 63);
    if (values.length < Math.ceil((length * 4) / 3)) return undefined;
    const bits = values.map((value) => value.toString(2).padStart(6, "0")).join("");
    binary += decodeBits(bits.slice(0, length * 8)) ?? "";
  }
  return binary;
}

/** Eight binary digits for each byte, the highest first or last. */
export function decodeBits(digits: string, lowestFirst = false): string | undefined {
  if (digits.length > 8 * ENCODED_CHARS_MAX || /[^01]/.test(digits) || digits.length % 8 !== 0)
    return undefined;
  return digits.replace(/.{8}/g, (byte) =>
    String.fromCharCode(Number.parseInt(lowestFirst ? [...byte].reverse().join("") : byte, 2)),
  );
}

/** `%41` and, where `plus` says so, `+` for a space. */
export function decodePercent(text: string, plus = false): string | undefined {
  if (text.length > ENCODED_CHARS_MAX || /[^\0-\x7f]/.test(text)) return undefined;
  return (plus ? text.replaceAll("+", " ") : text).replace(/%([0-9a-fA-F]{2})/g, (_, digits) =>
    String.fromCharCode(Number.parseInt(String(digits), 16)),
  );
}

/** Quoted-printable: `=41`, and `=` at the end of a line that goes on. */
export function decodeQuotedPrintable(text: string): string | undefined {
  if (text.length > ENCODED_CHARS_MAX || /[ \t]\n|_|[^\0-\x7f]/.test(text)) return undefined;
  const joined = text.replace(/=\n/g, "");
  if (/=(?![0-9a-fA-F]{2})/.test(joined)) return undefined;
  return joined.replace(/=([0-9a-fA-F]{2})/g, (_, digits) =>
    String.fromCharCode(Number.parseInt(String(digits), 16)),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** References to characters of HTML, by their numbers or the five names that all know. */
export function decodeEntities(text: string): string | undefined {
  if (text.length > ENCODED_CHARS_MAX) return undefined;
  let isKnown = true;
  const decoded = text.replace(
    /&(?:#(\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(\w{1,32}));/g,
    (...found) => {
      const [, decimal, hexadecimal, name] = found as readonly (string | undefined)[];
      const code = Number.parseInt(decimal ?? hexadecimal ?? "", decimal === undefined ? 16 : 10);
      const char = name === undefined ? characterOf(code) : ENTITIES[name];
      isKnown &&= char !== undefined;
      return char ?? "";
    },
  );
  return isKnown ? decoded : undefined;
}

/** What numbers below 32 and between 128 and 159 stand for differs. */
function characterOf(code: number): string | undefined {
  const isPlain = code === 9 || code === 10 || (code >= 32 && code < 127) || code > 159;
  return isPlain && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;
}

/** Text of two bytes for each character. */
export function decodeUtf16(binary: string, bigEndian = false): string | undefined {
  if (binary.length % 2 !== 0 || binary.length > ENCODED_CHARS_MAX) return undefined;
  return binary.replace(/[\s\S]{2}/g, (pair) => {
    const [first, second] = [pair.charCodeAt(0), pair.charCodeAt(1)];
    return String.fromCharCode(bigEndian ? first * 256 + second : second * 256 + first);
  });
}

/** Letters moved on by thirteen. */
export function decodeRot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const start = letter < "a" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - start + 13) % 26) + start);
  });
}
