// Canonical JSON straight into bytes, for the writer of leaves: what `canonicalJson` gives, at half its price.
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
