// Canonical JSON (RFC 8785): one value has one sequence of bytes, so that what is hashed and sealed cannot be respelled.
import { assert } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** Levels of lists and objects. */
export const DEPTH_MAX = 32;
/** Strings that are their own spelling between quotes; most are. */
const PLAIN = /^[ !#-[\]-~]*$/;
const ANY_SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * RFC 8785 text of `value`: members sorted by UTF-16 units, numbers as ECMAScript writes them, no white space.
 * Throws on what has no single meaning elsewhere: numbers that are not finite, integers past 2^53 - 1, lone surrogates.
 */
export function canonicalJson(value: Json): string {
  return serialize(value, 0);
}

/**
 * Whether `text`, which JSON.parse made `value` of, is the canonical text of it, as far as can be told quickly: false says
 * that `canonicalJson` has to be asked. WHY: reading a log spends most of its time here, and the engine writes JSON far
 * faster than we do. It writes what RFC 8785 does, but for the order of members, escaped surrogates, and what we refuse.
 */
export function isPlainlyCanonical(value: Json, text: string): boolean {
  return !text.includes("\\ud") && isInOrder(value, 0) && JSON.stringify(value) === text;
}

function isInOrder(value: Json, depth: number): boolean {
  if (depth > DEPTH_MAX) return false;
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  if (isList(value)) return value.every((item) => isInOrder(item, depth + 1));
  let last = "";
  for (const key of Object.keys(value)) {
    if (key < last || !isInOrder(value[key] ?? null, depth + 1)) return false;
    last = key;
  }
  return true;
}

// WHY one growing string and no lists of parts: this runs for every event of the log, and took a third of its time.
function serialize(value: Json, depth: number): string {
  assert(depth <= DEPTH_MAX, "json nests deeper than canonical form allows");
  if (typeof value === "string") return serializeString(value);
  if (typeof value === "number") return serializeNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  return isList(value) ? serializeList(value, depth) : serializeObject(value, depth);
}

function serializeList(list: readonly Json[], depth: number): string {
  let text = "[";
  for (const [place, item] of list.entries()) {
    if (place > 0) text += ",";
    text += serialize(item, depth + 1);
  }
  return `${text}]`;
}

function serializeObject(object: { readonly [key: string]: Json }, depth: number): string {
  let text = "{";
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    if (text.length > 1) text += ",";
    text += `${serializeString(key)}:${serialize(member, depth + 1)}`;
  }
  return `${text}}`;
}

/** Names that are put in order by inserting; more of them are sorted. */
const INSERTED_MAX = 32;

/** Names of members in canonical order. */
// WHY by hand: for the few names that an event's objects have, the engine's sort makes kilobytes of lists to throw away.
export function sortedKeys(object: { readonly [key: string]: Json }): readonly string[] {
  const keys = Object.keys(object);
  if (keys.length > INSERTED_MAX) return keys.sort();
  for (let place = 1; place < keys.length; place += 1) {
    const key = keys[place] ?? "";
    let to = place;
    for (let before = keys[to - 1]; before !== undefined && before > key; before = keys[to - 1]) {
      keys[to] = before;
      to -= 1;
    }
    keys[to] = key;
  }
  return keys;
}

function serializeNumber(value: number): string {
  assert(Number.isFinite(value), "a number must be finite in canonical json");
  assert(
    !Number.isInteger(value) || Number.isSafeInteger(value),
    "an integer must be safe in canonical json",
  );
  // ECMAScript writes a number as JSON does, minus zero as `0` included.
  return String(value);
}

function serializeString(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  const isWellFormed = !ANY_SURROGATE.test(value) || !LONE_SURROGATE.test(value);
  assert(isWellFormed, "a string must be well formed in canonical json");
  return JSON.stringify(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
