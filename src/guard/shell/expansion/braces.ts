// Brace expansion: `{a,b}` and `{1..3}`, done on the raw text of a word before anything else, as the shell does.
import { FIELDS_MAX } from "#base/limits.ts";

/** The words that a raw word stands for, still raw. Undefined when there would be too many. */
export function expandBraces(raw: string, dialect: "bash" | "zsh" = "bash"): string[] | undefined {
  const done: string[] = [];
  const pending = [raw];
  for (let word = pending.pop(); word !== undefined; word = pending.pop()) {
    const found = findBrace(word, dialect);
    if (found === undefined) {
      done.push(word);
    } else {
      const { start, end, items } = found;
      for (const item of items) pending.push(word.slice(0, start) + item + word.slice(end));
    }
    if (done.length + pending.length > FIELDS_MAX) return undefined;
  }
  return done.reverse();
}

type Brace = { readonly start: number; readonly end: number; readonly items: readonly string[] };

/** The first brace group that really expands. */
function findBrace(word: string, dialect: "bash" | "zsh"): Brace | undefined {
  for (let at = 0; at < word.length; at = skip(word, at)) {
    if (word[at] !== "{" || word[at - 1] === "$") continue;
    const group = readGroup(word, at, dialect);
    if (group !== undefined) return group;
  }
  return undefined;
}

function readGroup(word: string, start: number, dialect: "bash" | "zsh"): Brace | undefined {
  const items: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < word.length; at = skip(word, at)) {
    const character = word[at];
    if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth > 0) continue;
      const body = word.slice(start + 1, at);
      if (items.length > 0) return { start, end: at + 1, items: [...items, word.slice(from, at)] };
      const sequence = expandSequence(body, dialect);
      return sequence === undefined ? undefined : { start, end: at + 1, items: sequence };
    } else if (character === "," && depth === 1) {
      items.push(word.slice(from, at));
      from = at + 1;
    }
  }
  return undefined;
}

/** The next position, past a quoted stretch or an escaped character. */
function skip(word: string, at: number): number {
  const character = word[at];
  if (character === "\\") return at + 2;
  if (character === "'" || character === '"' || character === "`") {
    for (let end = at + 1; end < word.length; end += 1) {
      if (character !== "'" && word[end] === "\\") end += 1;
      else if (word[end] === character) return end + 1;
    }
    return word.length;
  }
  if (character === "$" && (word[at + 1] === "(" || word[at + 1] === "{")) {
    const open = word[at + 1];
    const shut = open === "(" ? ")" : "}";
    let depth = 0;
    for (let end = at + 1; end < word.length; end += 1) {
      if (word[end] === "\\") end += 1;
      else if (word[end] === open) depth += 1;
      else if (word[end] === shut) {
        depth -= 1;
        if (depth === 0) return end + 1;
      }
    }
    return word.length;
  }
  return at + 1;
}

function expandSequence(body: string, dialect: "bash" | "zsh"): string[] | undefined {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(body);
  const letters =
    dialect === "bash"
      ? /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,4}))?$/.exec(body)
      : /^([!-~])\.\.([!-~])$/.exec(body);
  const found = numbers ?? letters;
  if (found === null) return undefined;
  const read = (text: string): number =>
    numbers === null ? (text.codePointAt(0) ?? 0) : Number(text);
  const first = read(found[1] ?? "");
  const last = read(found[2] ?? "");
  const step = Math.max(1, Math.abs(Number(found[3] ?? 1)));
  const count = Math.floor(Math.abs(last - first) / step) + 1;
  if (count > FIELDS_MAX) return undefined;
  const ends = [found[1] ?? "", found[2] ?? ""];
  const isPadded = numbers !== null && ends.some((end) => /^-?0\d/.test(end));
  const width = isPadded ? Math.max(...ends.map((end) => end.length)) : 0;
  return Array.from({ length: count }, (_, at) => {
    const value = first + (first <= last ? at * step : -at * step);
    // A range of zsh holds any character; those that mean something to the shell are protected.
    if (numbers !== null) return padded(value, width);
    const letter = String.fromCodePoint(value);
    // The backslash between `Z` and `a` quotes in bash, and what it would quote is no part of the range.
    if (letter === "\\" && dialect === "bash") return "''";
    return letter.replace(/[^0-9A-Za-z]/, "\\$&");
  });
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value));
  return value < 0 ? `-${digits.padStart(width - 1, "0")}` : digits.padStart(width, "0");
}
