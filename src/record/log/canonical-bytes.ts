// Canonical JSON as bytes: written for leaves at half the price of `canonicalJson`, and recognised where it is of the plain kind.
import { assert } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson, DEPTH_MAX, sortedKeys } from "./canonical.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Writes the canonical form of `value` into `target` from `at` on, as UTF-8, and returns where it ends. An end past the
 * target's length means that it did not fit; nothing outside of the target is touched. Throws where `canonicalJson` does.
 */
// INVARIANT: the bytes are those of `canonicalJson(value)`; test/record/log/canonical.test.ts compares the two.
export function writeCanonicalJson(value: Json, target: Buffer, at: number): number {
  return writeValue(value, { target, depth: 0 }, at);
}

type Place = { readonly target: Buffer; depth: number };

function writeValue(value: Json, place: Place, at: number): number {
  assert(place.depth <= DEPTH_MAX, "json nests deeper than canonical form allows");
  if (typeof value === "string") return writeString(value, place.target, at);
  if (typeof value !== "object" || value === null)
    return writeAscii(canonicalJson(value), place.target, at);
  place.depth += 1;
  const end = isList(value) ? writeList(value, place, at) : writeObject(value, place, at);
  place.depth -= 1;
  return end;
}

function writeList(list: readonly Json[], place: Place, at: number): number {
  const { target } = place;
  let end = at;
  target[end++] = 0x5b;
  for (const item of list) {
    if (end > at + 1) target[end++] = COMMA;
    end = writeValue(item, place, end);
  }
  target[end++] = 0x5d;
  return end;
}

function writeObject(object: { readonly [key: string]: Json }, place: Place, at: number): number {
  const { target } = place;
  let end = at;
  target[end++] = 0x7b;
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    if (end > at + 1) target[end++] = COMMA;
    end = writeString(key, target, end);
    target[end++] = COLON;
    end = writeValue(member, place, end);
  }
  target[end++] = 0x7d;
  return end;
}

function writeString(value: string, target: Buffer, at: number): number {
  let end = at;
  target[end++] = QUOTE;
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    const isPlain = unit >= 0x20 && unit < 0x7f && unit !== QUOTE && unit !== BACKSLASH;
    if (!isPlain) return writeEscaped(value, target, at);
    target[end++] = unit;
  }
  target[end++] = QUOTE;
  return end;
}

/** Strings with anything in them that is not its own single byte. */
function writeEscaped(value: string, target: Buffer, at: number): number {
  const text = canonicalJson(value);
  if (at < target.length) target.write(text, at, "utf8");
  return at + Buffer.byteLength(text, "utf8");
}

function writeAscii(text: string, target: Buffer, at: number): number {
  for (let index = 0; index < text.length; index += 1) target[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Whether `bytes` are a canonical object of the plain kind: printable ASCII without escapes, numbers of at most 15 digits
 * without exponent, names in ascending order. False says nothing: `canonicalJson` has to be asked. WHY: nearly all that a log holds is
 * of this kind, and looking at its bytes once takes a quarter of writing it again to compare.
 */
export function isPlainCanonicalObject(bytes: Uint8Array): boolean {
  return bytes[0] === OPEN_OBJECT && passObject(bytes, 0, 1) === bytes.length;
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
/** No two numbers of so many digits are the same double (IEEE 754), so each is the shortest spelling of its own; whole ones are safe. */
const DIGITS_MAX = 15;
const FRACTION_DIGITS_MAX = 6;
const LITERALS = ["true", "false", "null"].map((word) => Buffer.from(word, "latin1"));
/** Where a value ends that is not of the plain kind. */
const NOWHERE = -1;

/** The end of the value that begins at `at`; each of these functions gives NOWHERE for what it does not know. */
function passValue(bytes: Uint8Array, at: number, depth: number): number {
  const first = bytes[at] ?? 0;
  if (first === QUOTE) return passString(bytes, at);
  if (first === OPEN_OBJECT) return passObject(bytes, at, depth + 1);
  if (first === OPEN_LIST) return passList(bytes, at, depth + 1);
  return first <= NINE ? passNumber(bytes, at) : passLiteral(bytes, at);
}

function passString(bytes: Uint8Array, at: number): number {
  for (let end = at + 1; end < bytes.length; end += 1) {
    const byte = bytes[end] ?? 0;
    if (byte === QUOTE) return end + 1;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return NOWHERE;
  }
  return NOWHERE;
}

function passNumber(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === MINUS ? at + 1 : at;
  const whole = passDigits(bytes, start);
  if (whole === start || (bytes[start] === ZERO && whole - start > 1)) return NOWHERE;
  if (bytes[whole] === POINT) return passFraction(bytes, start, whole);
  const isMinusZero = bytes[start] === ZERO && start > at;
  return whole - start > DIGITS_MAX || isMinusZero ? NOWHERE : endOfNumber(bytes, whole);
}

/** WHY so few digits: below a millionth ECMAScript writes an exponent. */
function passFraction(bytes: Uint8Array, start: number, point: number): number {
  const end = passDigits(bytes, point + 1);
  const digits = end - point - 1;
  if (digits === 0 || digits > FRACTION_DIGITS_MAX || end - start - 1 > DIGITS_MAX) return NOWHERE;
  return bytes[end - 1] === ZERO ? NOWHERE : endOfNumber(bytes, end);
}

function passDigits(bytes: Uint8Array, at: number): number {
  let end = at;
  for (let byte = bytes[end] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[end] ?? 0) end += 1;
  return end;
}

/** `at`, where a number ends there; an exponent would go on. */
function endOfNumber(bytes: Uint8Array, at: number): number {
  const next = bytes[at];
  return next === COMMA || next === CLOSE_OBJECT || next === CLOSE_LIST ? at : NOWHERE;
}

function passLiteral(bytes: Uint8Array, at: number): number {
  const found = LITERALS.find((literal) =>
    literal.every((byte, place) => bytes[at + place] === byte),
  );
  return found === undefined ? NOWHERE : at + found.length;
}

function passList(bytes: Uint8Array, at: number, depth: number): number {
  if (depth > DEPTH_MAX) return NOWHERE;
  if (bytes[at + 1] === CLOSE_LIST) return at + 2;
  let end = at;
  do {
    end = passValue(bytes, end + 1, depth);
    if (end === NOWHERE) return NOWHERE;
  } while (bytes[end] === COMMA);
  return bytes[end] === CLOSE_LIST ? end + 1 : NOWHERE;
}

function passObject(bytes: Uint8Array, at: number, depth: number): number {
  if (depth > DEPTH_MAX) return NOWHERE;
  if (bytes[at + 1] === CLOSE_OBJECT) return at + 2;
  let [end, before] = [at, 0];
  do {
    const name = end + 1;
    const nameEnd = bytes[name] === QUOTE ? passString(bytes, name) : NOWHERE;
    if (nameEnd === NOWHERE || bytes[nameEnd] !== COLON) return NOWHERE;
    if (before > 0 && !isAscending(bytes, before, name)) return NOWHERE;
    before = name;
    end = passValue(bytes, nameEnd + 1, depth);
    if (end === NOWHERE) return NOWHERE;
  } while (bytes[end] === COMMA);
  return bytes[end] === CLOSE_OBJECT ? end + 1 : NOWHERE;
}

/** Whether the name whose quote stands at `before` comes before the one at `after`; the shorter one ends with its quote. */
function isAscending(bytes: Uint8Array, before: number, after: number): boolean {
  for (let place = 1; ; place += 1) {
    const [left, right] = [bytes[before + place] ?? 0, bytes[after + place] ?? 0];
    if (left === QUOTE) return right !== QUOTE;
    if (right === QUOTE) return false;
    if (left !== right) return left < right;
  }
}
