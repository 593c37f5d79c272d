// Canonical JSON (RFC 8785): one value has one sequence of bytes, so that what is hashed and sealed cannot be respelled.
import { assert } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

const DEPTH_MAX = 32;
const ANY_SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * RFC 8785 text of `value`: members sorted by UTF-16 units, numbers as ECMAScript writes them, no white space.
 * Throws on what has no single meaning elsewhere: numbers that are not finite, integers past 2^53 - 1, lone surrogates.
 */
export function canonicalJson(value: Json): string {
  return serialize(value, 0);
}

function serialize(value: Json, depth: number): string {
  assert(depth <= DEPTH_MAX, "json nests deeper than canonical form allows");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return serializeNumber(value);
  if (typeof value === "string") return serializeString(value);
  if (isList(value)) return `[${value.map((item) => serialize(item, depth + 1)).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined)
      members.push(`${serializeString(key)}:${serialize(member, depth + 1)}`);
  }
  return `{${members.join(",")}}`;
}

function serializeNumber(value: number): string {
  assert(Number.isFinite(value), "a number must be finite in canonical json");
  assert(
    !Number.isInteger(value) || Number.isSafeInteger(value),
    "an integer must be safe in canonical json",
  );
  return JSON.stringify(value);
}

function serializeString(value: string): string {
  const isWellFormed = !ANY_SURROGATE.test(value) || !LONE_SURROGATE.test(value);
  assert(isWellFormed, "a string must be well formed in canonical json");
  return JSON.stringify(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
