// A light reading of TOML: tables, texts and lists as files of settings of a project hold them.
import type { Outline } from "./yaml.ts";

/** Lines and characters of one value that are looked at. */
const LINES_MAX = 4_000;
const VALUE_CHARS_MAX = 16_384;

type Table = Map<string, Outline | Table>;

/** Reads a text as far as it is plain; what is not understood is left out. Numbers and truth values stay texts. */
export function readToml(text: string): Outline {
  const root: Table = new Map();
  let table = root;
  const lines = text.split(/\r?\n/).slice(0, LINES_MAX);
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? "").trim();
    const header = /^\[\[?([^\]]+)\]\]?\s*(?:#.*)?$/.exec(line)?.[1];
    if (header !== undefined) {
      table = tableAt(root, keysOf(header));
      continue;
    }
    const pair =
      /^((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*(.*)$/s;
    const found = pair.exec(line);
    if (found === null) continue;
    let value = found[2] ?? "";
    while (isOpen(value) && at + 1 < lines.length && value.length < VALUE_CHARS_MAX) {
      at += 1;
      value = `${value}\n${lines[at] ?? ""}`;
    }
    const keys = keysOf(found[1] ?? "");
    const last = keys.pop();
    if (last !== undefined) tableAt(table, keys).set(last, readValue({ text: value, at: 0 }));
  }
  return outlineOf(root);
}

function outlineOf(table: Table): Outline {
  return Object.fromEntries(
    [...table].map(([key, value]) => [key, value instanceof Map ? outlineOf(value) : value]),
  );
}

function keysOf(path: string): string[] {
  return [...path.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)]
    .map((found) => found[1] ?? found[2] ?? found[3] ?? "")
    .slice(0, 12);
}

function tableAt(root: Table, keys: readonly string[]): Table {
  let table = root;
  for (const key of keys) {
    const next = table.get(key);
    const inner: Table = next instanceof Map ? next : new Map();
    table.set(key, inner);
    table = inner;
  }
  return table;
}

/** Whether a value goes on in the next line. */
function isOpen(value: string): boolean {
  if (/^("""|''')/.test(value))
    return !new RegExp(`^${value.slice(0, 3)}[^]*${value.slice(0, 3)}`).test(value);
  if (!/^[[{]/.test(value)) return false;
  const plain = value.replaceAll(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/g, "");
  const count = (pattern: RegExp): number => plain.match(pattern)?.length ?? 0;
  return count(/[[{]/g) > count(/[\]}]/g);
}

type Reading = { readonly text: string; at: number };

function readValue(reading: Reading, depth = 0): Outline {
  skip(reading);
  const { text } = reading;
  const open = text[reading.at];
  if ((open === "[" || open === "{") && depth < 12) {
    reading.at += 1;
    const items: Outline[] = [];
    const table: Table = new Map();
    for (;;) {
      skip(reading);
      const next = text[reading.at];
      if (next === undefined) break;
      if (next === "]" || next === "}") {
        reading.at += 1;
        break;
      }
      if (next === ",") {
        reading.at += 1;
        continue;
      }
      if (open === "[") {
        items.push(readValue(reading, depth + 1));
        continue;
      }
      const key = matched(reading, /(?:"[^"]*"|'[^']*'|[\w.-]+)\s*=/y);
      if (key === undefined) break;
      table.set(keysOf(key).join("."), readValue(reading, depth + 1));
    }
    return open === "[" ? items : outlineOf(table);
  }
  const long = matched(reading, /"""(?:[^"\\]|\\[^]|"(?!""))*"""|'''[^]*?'''/y);
  if (long !== undefined) return long.slice(3, -3).replace(/^\n/, "");
  const quoted = matched(reading, /"(?:[^"\\]|\\.)*"|'[^']*'/y);
  if (quoted === undefined) return (matched(reading, /[^,\]}\n#]+/y) ?? end(reading)).trim();
  const inside = quoted.slice(1, -1);
  return quoted.startsWith("'")
    ? inside
    : inside.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
}

function matched(reading: Reading, pattern: RegExp): string | undefined {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text)?.[0];
  reading.at += found?.length ?? 0;
  return found;
}

/** Nothing here can be read: the rest is left out. */
function end(reading: Reading): string {
  reading.at = reading.text.length;
  return "";
}

function skip(reading: Reading): void {
  matched(reading, /(?:\s|#[^\n]*)+/y);
}
