// Templates that put values into bytes and texts: sprintf, Python's and PowerShell's braces, pack of Perl, Ruby and PHP, struct.
import { decodeBase64, decodeBits, decodeUuBody } from "../../bytes/decoders.ts";
import { binaryOfString } from "../../../shell/values/bytes.ts";
import { decodeHexadecimal } from "../../../bytes/encodings.ts";
import {
  binary,
  byteList,
  bytes,
  type Constant,
  giveUp,
  isObject,
  number,
  required,
  text,
} from "./constant-values.ts";

/** `%s`, `%d`, `%c`, `%x` and their widths, filled in order. */
export function formatted(template: string, values: readonly Constant[]): string {
  let at = 0;
  return template.replace(/%(?:(\d{1,2})\$)?(0?)(\d{0,3})([a-zA-Z%])/g, (...found) => {
    const [, place, zero, width, kind] = found as readonly string[];
    if (kind === "%") return "%";
    const value = values[place === undefined ? at++ : Number(place) - 1];
    const said = formattedOne(kind ?? "", required(value));
    return said.padStart(Number(width), zero === "0" ? "0" : " ");
  });
}

function formattedOne(kind: string, value: Constant): string {
  switch (kind) {
    case "s":
      return text(value);
    case "d":
    case "i":
    case "u":
      return String(number(value));
    case "c":
      return typeof value === "number" ? String.fromCodePoint(value) : text(value).slice(0, 1);
    case "x":
      return number(value).toString(16);
    case "X":
      return number(value).toString(16).toUpperCase();
    case "o":
      return number(value).toString(8);
    case "b":
      return number(value).toString(2);
    default:
      return giveUp();
  }
}

/** `{}`, `{0}`, `{name}` and `{:c}`. */
export function braced(
  template: string,
  values: readonly Constant[],
  named: ReadonlyMap<string, Constant>,
): string {
  let at = 0;
  return template.replace(/\{\{|\}\}|\{(\w*)(?::([a-z0-9]*))?\}/g, (...found) => {
    const [whole = "", key, kind] = found as readonly (string | undefined)[];
    if (whole === "{{" || whole === "}}") return whole[0] ?? "";
    const value = required(
      key === undefined || key === ""
        ? values[at++]
        : /^\d+$/.test(key)
          ? values[Number(key)]
          : named.get(key),
    );
    return kind === undefined || kind === "" ? text(value) : formatted(`%${kind}`, [value]);
  });
}

/** `pack("H*", "2f")` and its like. */
export function packed(template: string, values: readonly Constant[]): Constant {
  let at = 0;
  let binaryText = "";
  for (const [, kind = "", count = ""] of template.matchAll(
    /\s*([a-zA-Z])([<>!]?(?:\*|\d{1,4})?)/g,
  )) {
    const size = /^[<>!]?$/.test(count)
      ? 1
      : count.endsWith("*")
        ? undefined
        : Number(count.replace(/\D/g, ""));
    if (/^[aAZHhBbum]$/.test(kind)) {
      binaryText += packedText(kind, required(values[at++]), count === "" ? 1 : size);
      continue;
    }
    const taken = values.slice(at, size === undefined ? undefined : at + size);
    if (size !== undefined && taken.length < size) giveUp();
    at += taken.length;
    binaryText += packedNumbers(kind + (/[<>]/.exec(count)?.[0] ?? ""), taken);
  }
  return bytes(binaryText);
}

function packedText(kind: string, value: Constant, size: number | undefined): string {
  const given = binary(typeof value === "number" ? String(value) : value);
  const digits = size === undefined ? given : given.slice(0, size);
  switch (kind) {
    case "H":
      return required(decodeHexadecimal(digits));
    case "h":
      return required(decodeHexadecimal(digits.replace(/(.)(.)/g, "$2$1")));
    case "B":
      return required(decodeBits(digits));
    case "b":
      return required(decodeBits(digits, true));
    case "A":
      return digits.padEnd(size ?? 0, " ");
    case "a":
    case "Z":
      return size === undefined || digits.length >= size ? digits : giveUp();
    default:
      return giveUp();
  }
}

const WIDTHS: Readonly<Record<string, readonly [bytes: number, isBig: boolean]>> = {
  n: [2, true],
  N: [4, true],
  v: [2, false],
  V: [4, false],
  "S>": [2, true],
  "S<": [2, false],
  "L>": [4, true],
  "L<": [4, false],
  "Q>": [8, true],
  "Q<": [8, false],
};

function packedNumbers(kind: string, values: readonly Constant[]): string {
  if (/^[cC]$/.test(kind)) return byteList(values.map((value) => number(value) & 0xff));
  if (/^[UW]$/.test(kind))
    return required(
      binaryOfString(values.map((value) => String.fromCodePoint(number(value))).join("")),
    );
  const [width, isBig] = WIDTHS[kind] ?? giveUp();
  return values.map((value) => wholeBytes(BigInt(number(value)), width, isBig)).join("");
}

/** A whole number as so many bytes. */
export function wholeBytes(value: bigint, width: number, isBig: boolean): string {
  if (value < 0n || width > 4_096) giveUp();
  const digits = value.toString(16).padStart(width * 2, "0");
  if (digits.length > width * 2) giveUp();
  const all = required(decodeHexadecimal(digits));
  return isBig ? all : [...all].reverse().join("");
}

/** `unpack("m", text)` and its like, where one value comes out. */
export function unpacked(template: string, value: Constant): Constant {
  const given = binary(value);
  switch (template.replace("*", "")) {
    case "m":
    case "m0":
      return bytes(decodeBase64(given));
    case "u":
      return bytes(decodeUuBody(given));
    case "H":
      return [...given].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    case "A":
      return given.trimEnd();
    case "a":
      return given;
    default:
      return giveUp();
  }
}

const STRUCT: Readonly<Record<string, number>> = {
  B: 1,
  b: 1,
  H: 2,
  h: 2,
  I: 4,
  i: 4,
  L: 4,
  l: 4,
  Q: 8,
  q: 8,
};

/** Python's `struct.pack`. */
export function structured(template: string, values: readonly Constant[]): Constant {
  const found = /^([<>!=@]?)((?:\d{0,4}[BbHhIiLlQqs])+)$/.exec(template) ?? giveUp();
  const isBig = /[>!]/.test(found[1] ?? "");
  let at = 0;
  let result = "";
  for (const [, count = "", kind = ""] of (found[2] ?? "").matchAll(/(\d{0,4})([A-Za-z])/g)) {
    if (kind === "s") {
      const part = binary(values[at++]);
      result += part.slice(0, Number(count || "1")).padEnd(Number(count || "1"), "\0");
      continue;
    }
    for (let left = Number(count || "1"); left > 0; left -= 1) {
      const value = required(values[at++]);
      result += wholeBytes(
        typeof value === "bigint" ? value : BigInt(number(value)),
        STRUCT[kind] ?? giveUp(),
        isBig,
      );
    }
  }
  return bytes(result);
}

/** Each character of one list in the place of that in another (`tr`); a list may name ranges. */
export function transliterated(value: Constant, from: string, to: string): string {
  const [before, after] = [rangesOf(from), rangesOf(to)];
  return [...text(value)]
    .map((one) => {
      const at = before.indexOf(one);
      if (at < 0) return one;
      return after.length === 0 ? one : (after[Math.min(at, after.length - 1)] ?? one);
    })
    .join("");
}

/** The characters of `a-cx`. */
export function rangesOf(list: string): readonly string[] {
  const found: string[] = [];
  for (const [, escaped, first = "", last] of list.matchAll(/(?:\\(.)|([\s\S]))(?:-([\s\S]))?/g)) {
    const start = (escaped ?? first).codePointAt(0) ?? 0;
    const end = last === undefined ? start : (last.codePointAt(0) ?? start);
    if (end < start || end - start > 256) giveUp();
    for (let code = start; code <= end; code += 1) found.push(String.fromCodePoint(code));
  }
  return found;
}

/** Whether a value is bytes or a text. */
export function isWord(value: Constant | undefined): boolean {
  return typeof value === "string" || isObject(value, "bytes");
}
