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
  bech: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
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

/**
 * A pattern of an issuer's form with its holes filled: `{hex:32}`, `{b62:20-40}`, `{uuid}`, `{crc}` (the CRC-32 of the
 * characters behind the last `_`, in six base-62 digits, as GitHub and npm write it).
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
  const alphabet = ALPHABETS[name];
  if (alphabet === undefined || least === undefined) {
    throw new Error(`no alphabet is called \`${name}\`, or it has no length`);
  }
  return chance.text(alphabet, chance.between(Number(least), Number(most ?? least)));
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
