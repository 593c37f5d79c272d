// A seeded source of chance and the alphabets that values of the corpus are drawn from: the same seed gives the same corpus for ever.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Draws numbers, elements and texts; one for each item, so that a new template changes no other item. */
export type Chance = {
  /** A whole number from `least` to `most`. */
  readonly between: (least: number, most: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** `length` characters of an alphabet. */
  readonly text: (alphabet: string, length: number) => string;
};

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

/** The alphabets that a pattern may name. */
export const ALPHABETS: Readonly<Record<string, string>> = {
  d: DIGITS,
  nz: "123456789",
  hex: `${DIGITS}abcdef`,
  HEX: `${DIGITS}ABCDEF`,
  az: LOWER,
  AZ: UPPER,
  aZ: LOWER + UPPER,
  an: LOWER + DIGITS,
  AN: UPPER + DIGITS,
  b62: DIGITS + UPPER + LOWER,
  b64: `${UPPER}${LOWER}${DIGITS}+/`,
  b64u: `${UPPER}${LOWER}${DIGITS}-_`,
  b32: `${UPPER}234567`,
  B32: "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
  /** Endings of base64 text whose last character has two bits, and the twelve months and sixteen letters of key signatures. */
  q4: "AQgw",
  AL: "ABCDEFGHIJKL",
  AP: "ABCDEFGHIJKLMNOP",
  b58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
};

/** Chance that depends on `seed` alone: mulberry32 over the first word of its digest. */
export function chanceOf(seed: string): Chance {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1));
  const pick = <T>(list: readonly T[]): T => list[between(0, list.length - 1)] as T;
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[between(0, alphabet.length - 1)]).join("");
  return { between, pick, text };
}

/** Characters that 43 of base64 can end in: 32 bytes leave four bits of it. */
const ENDS_OF_43 = "AEIMQUYcgkosw048";

/**
 * A pattern of an issuer's form with its holes filled: `{hex:32}`, `{b62:20-40}`, `{uuid}`, `{crc}` (the CRC-32 of the
 * characters behind the last `_`, in six base-62 digits, as GitHub and npm write it), `{crchex}` (of all before, as Grafana
 * writes it), `{bech:58}` (Bech32 of 32 bytes with its checksum), `{snowflake}` (an id of Discord in base64).
 */
export function fillPattern(pattern: string, chance: Chance): string {
  let text = "";
  let rest = 0;
  for (const hole of pattern.matchAll(/\{(\w+)(?::(\d+)(?:-(\d+))?)?\}/g)) {
    text += pattern.slice(rest, hole.index);
    rest = hole.index + hole[0].length;
    text += fillHole(hole, text, chance);
  }
  return text + pattern.slice(rest);
}

function fillHole(hole: RegExpMatchArray, before: string, chance: Chance): string {
  const [, name = "", least, most] = hole;
  if (name === "uuid") return uuid(chance);
  if (name === "crc") return checksum(before.slice(before.lastIndexOf("_") + 1));
  if (name === "crchex") return checksumHex(before);
  if (name === "bech") return bech32(before, chance);
  if (name === "snowflake") return Buffer.from(`1${chance.text(DIGITS, 18)}`).toString("base64url");
  const alphabet = ALPHABETS[name];
  if (alphabet === undefined || least === undefined) {
    throw new Error(`no alphabet is called \`${name}\`, or it has no length`);
  }
  const filled = chance.text(alphabet, chance.between(Number(least), Number(most ?? least)));
  const isBytes = name.startsWith("b64") && filled.length === 43;
  return isBytes ? `${filled.slice(0, -1)}${chance.pick([...ENDS_OF_43])}` : filled;
}

/** A random UUID of version 4 (RFC 9562). */
export function uuid(chance: Chance): string {
  const hex = (length: number): string => chance.text(ALPHABETS["hex"] ?? "", length);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${chance.pick(["8", "9", "a", "b"])}${hex(3)}-${hex(12)}`;
}

/** Source: "Behind GitHub's new authentication token formats", github.blog, 2021-04-05. */
function checksum(text: string): string {
  const digits = ALPHABETS["b62"] ?? "";
  let rest = crc32(text) >>> 0;
  let written = "";
  while (rest > 0) {
    written = `${digits[rest % 62]}${written}`;
    rest = Math.floor(rest / 62);
  }
  return written.padStart(6, "0");
}

/** Source: `pkg/components/satokengen` of Grafana: CRC-32 of what stands before, least byte first. */
function checksumHex(before: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(before.replace(/_$/, "")) >>> 0);
  return bytes.toString("hex");
}

/** BIP 173 over the text before the last `1`, in capitals as age writes its keys: 52 characters of data and six of checksum. */
function bech32(before: string, chance: Chance): string {
  const signs = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const prefix = before.slice(0, -1).toLowerCase();
  // WHY the last is a multiple of 16: 52 characters hold 260 bits and a key has 256.
  const payload = Array.from({ length: 52 }, (_, at) =>
    at === 51 ? chance.between(0, 1) * 16 : chance.between(0, 31),
  );
  const codes = [...prefix].map((sign) => sign.charCodeAt(0));
  const head = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const rest = polymod([...head, ...payload, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = Array.from({ length: 6 }, (_, at) => (rest >> (5 * (5 - at))) & 31);
  return [...payload, ...check].map((value) => signs[value]).join("").toUpperCase();
}

function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [at, term] of generator.entries()) if ((top >>> at) & 1) sum ^= term;
  }
  return sum;
}
