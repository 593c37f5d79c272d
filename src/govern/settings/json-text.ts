// Strict JSON with the place of every value, so that a settings file can be edited without being rewritten.
import { Failure } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** A value and where it stands: offsets in UTF-16 units, `end` past its last character. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly elements: readonly JsonNode[] }
  | { readonly kind: "scalar"; readonly value: null | boolean | number | string }
);
/** `start` is where the quoted key begins. */
export type JsonMember = { readonly key: string; readonly start: number; readonly value: JsonNode };

/** Nesting accepted in a settings file; the client's own files need about six levels. */
const NESTING_MAX = 64;
/** Characters accepted in a settings file. */
const SETTINGS_CHARS_MAX = 1024 * 1024;

type Cursor = { readonly text: string; readonly file: string; at: number };

/**
 * Parses strict JSON (RFC 8259). Throws a Failure with line and column for anything else, and for a key that appears
 * twice in one object (code `settings-json-repeated`), because readers disagree on which of the two counts.
 */
export function parseJsonText(
  text: string,
  file: string,
  charsMax: number = SETTINGS_CHARS_MAX,
): JsonNode {
  const cursor: Cursor = { text, file, at: 0 };
  if (text.length > charsMax)
    throw faultAt(cursor, `the file is larger than ${charsMax / 1_048_576} MiB`);
  const node = parseValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw faultAt(cursor, "there is text after the value");
  return node;
}

/** The plain value of a node. A key named `__proto__` stays an ordinary key. */
export function toJson(node: JsonNode): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "array":
      return node.elements.map(toJson);
    case "object":
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toJson(value)]));
    default:
      return node satisfies never;
  }
}

/** The value under `key`, when the node is an object that has it. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== "object") return undefined;
  return node.members.find((member) => member.key === key)?.value;
}

/** Line and column of an offset, counted from 1. */
export function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function parseValue(cursor: Cursor, depth: number): JsonNode {
  skipSpace(cursor);
  if (depth > NESTING_MAX) throw faultAt(cursor, "the nesting is too deep");
  const here = cursor.text[cursor.at];
  if (here === "{") return parseObject(cursor, depth);
  if (here === "[") return parseArray(cursor, depth);
  return parseScalar(cursor);
}

function parseObject(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at;
  const members: JsonMember[] = [];
  const keys = new Set<string>();
  cursor.at += 1;
  for (;;) {
    skipSpace(cursor);
    if (members.length === 0 && take(cursor, "}")) break;
    const keyStart = cursor.at;
    if (cursor.text[keyStart] !== '"') throw faultAt(cursor, "a quoted key is expected here");
    const key = parseText(cursor);
    if (keys.has(key)) {
      const again = { ...cursor, at: keyStart };
      throw faultAt(again, "this key appears twice", "settings-json-repeated");
    }
    keys.add(key);
    skipSpace(cursor);
    if (!take(cursor, ":")) throw faultAt(cursor, "a colon is expected here");
    members.push({ key, start: keyStart, value: parseValue(cursor, depth + 1) });
    skipSpace(cursor);
    if (take(cursor, "}")) break;
    if (!take(cursor, ",")) throw faultAt(cursor, "a comma or a closing brace is expected here");
  }
  return { kind: "object", start, end: cursor.at, members };
}

function parseArray(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at;
  const elements: JsonNode[] = [];
  cursor.at += 1;
  for (;;) {
    skipSpace(cursor);
    if (elements.length === 0 && take(cursor, "]")) break;
    elements.push(parseValue(cursor, depth + 1));
    skipSpace(cursor);
    if (take(cursor, "]")) break;
    if (!take(cursor, ",")) throw faultAt(cursor, "a comma or a closing bracket is expected here");
  }
  return { kind: "array", start, end: cursor.at, elements };
}

/** WHY one for all texts: an expression that is made anew for each value costs more than the value. Each use sets where it begins. */
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const TEXT = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = " \t\r\n";

function parseScalar(cursor: Cursor): JsonNode {
  const start = cursor.at;
  if (cursor.text[start] === '"') {
    const value = parseText(cursor);
    return { kind: "scalar", start, end: cursor.at, value };
  }
  SCALAR.lastIndex = start;
  const word = SCALAR.exec(cursor.text)?.[0];
  if (word === undefined) throw faultAt(cursor, "a JSON value is expected here");
  cursor.at += word.length;
  const value = JSON.parse(word) as boolean | null | number;
  return { kind: "scalar", start, end: cursor.at, value };
}

function parseText(cursor: Cursor): string {
  TEXT.lastIndex = cursor.at;
  const quoted = TEXT.exec(cursor.text)?.[0];
  if (quoted === undefined) throw faultAt(cursor, "this string is not closed or not valid");
  cursor.at += quoted.length;
  return JSON.parse(quoted) as string;
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  while (cursor.at < text.length && SPACE.includes(text.charAt(cursor.at))) cursor.at += 1;
}

function take(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

type FaultCode = "settings-json" | "settings-json-repeated";

function faultAt(
  cursor: Cursor,
  what: string,
  code: FaultCode = "settings-json",
): Failure<FaultCode> {
  return new Failure(code, `not valid JSON: ${what}; correct it and try again`, {
    at: { file: cursor.file, ...placeIn(cursor.text, cursor.at) },
  });
}
