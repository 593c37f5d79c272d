// Encodings that commands undo on the way to a shell. Bytes are strings here, one character for each (shell/bytes.ts).

/**
 * Decodes groups of digits of an alphabet (RFC 4648): 6 bits each for 64 letters, 5 for 32, 4 for 16, 1 for 2. Newlines
 * are skipped; undefined for any other foreign character.
 */
export function decodeDigits(text: string, alphabet: string): string | undefined {
  const bits = Math.log2(alphabet.length);
  const digits = text.replace(/\n/g, "").replace(/=+$/, "");
  let binary = "";
  let value = 0;
  let held = 0;
  for (const digit of digits) {
    const at = alphabet.indexOf(digit);
    if (at < 0) return undefined;
    value = (value << bits) | at;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    binary += String.fromCharCode((value >> held) & 0xff);
    value &= (1 << held) - 1;
  }
  return binary;
}

/** The bytes as digits of an alphabet, filled up with `=` to whole groups. */
export function encodeDigits(binary: string, alphabet: string): string {
  const bits = Math.log2(alphabet.length);
  let digits = "";
  let value = 0;
  let held = 0;
  for (let at = 0; at < binary.length; at += 1) {
    value = (value << 8) | binary.charCodeAt(at);
    held += 8;
    while (held >= bits) {
      held -= bits;
      digits += alphabet[(value >> held) & (alphabet.length - 1)] ?? "";
      value &= (1 << held) - 1;
    }
  }
  if (held > 0) digits += alphabet[(value << (bits - held)) & (alphabet.length - 1)] ?? "";
  const group = { 64: 4, 32: 8 }[alphabet.length] ?? 1;
  return digits.padEnd(Math.ceil(digits.length / group) * group, "=");
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LETTERS = `${UPPER}${UPPER.toLowerCase()}`;

/** Alphabets by the names that basenc gives them. */
export const ALPHABETS: Readonly<Record<string, string>> = {
  base64: `${LETTERS}0123456789+/`,
  base64url: `${LETTERS}0123456789-_`,
  base32: `${UPPER}234567`,
  base32hex: `0123456789${UPPER.slice(0, 22)}`,
  base16: "0123456789ABCDEF",
  base2msbf: "01",
};

/** Bytes of pairs of hexadecimal digits, with white space between them or not; undefined for anything else. */
export function decodeHexadecimal(text: string): string | undefined {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return undefined;
  return digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

/** The bytes as pairs of hexadecimal digits. */
export function encodeHexadecimal(binary: string): string {
  return binary.replace(/[\s\S]/g, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
}

/** The data of a uuencoded text, in either of its forms, with the name in its first line. */
export function decodeUuencoded(text: string): { name: string; binary: string } | undefined {
  const found = /^begin(-base64)? [0-7]{3,4} (.+)\n([\s\S]*?)\n(?:`\nend|end|====)\n?$/.exec(text);
  if (found === null) return undefined;
  const [, isBase64, name = "", body = ""] = found;
  const binary =
    isBase64 === undefined ? decodeUuLines(body) : decodeDigits(body, ALPHABETS["base64"] ?? "");
  return binary === undefined ? undefined : { name, binary };
}

/** Lines of a length and groups of four characters, each of which is six bits and 32. */
function decodeUuLines(body: string): string | undefined {
  let binary = "";
  for (const line of body.split("\n")) {
    if (/[^ -`]/.test(line)) return undefined;
    const [length = 0, ...values] = Array.from(line, (digit) => (digit.charCodeAt(0) - 32) & 63);
    if (values.length < Math.ceil((length * 4) / 3)) return undefined;
    let bytes = "";
    for (let at = 0; at < values.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = values.slice(at, at + 4);
      bytes += String.fromCharCode(
        (a << 2) | (b >> 4),
        ((b << 4) | (c >> 2)) & 0xff,
        ((c << 6) | d) & 0xff,
      );
    }
    binary += bytes.slice(0, length);
  }
  return binary;
}
