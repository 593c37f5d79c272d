// A keyword automaton (Aho-Corasick): one pass over a text tells where any of many words stands, whatever their number.
import { assert } from "#base/failure.ts";

/** Called with the index of a keyword and where it ends. */
export type OnKeyword = (keyword: number, end: number) => void;
/** Goes through a text once. ASCII letters are compared without regard to their case; every other character as it is. */
export type KeywordSearch = (text: string, onKeyword: OnKeyword) => void;

const ASCII = 128;
const CASE = 0x20;

/**
 * Characters that are searched word by word before the table of a search is built. WHY: a short process judges one command, and
 * building the table for it took a sixth of its time.
 */
const PLAIN_CHARS = 1_024;

/** Makes the search for keywords of lower-case ASCII text. Keywords are told in the order of their ends. */
export function keywordSearch(keywords: readonly string[]): KeywordSearch {
  let left = PLAIN_CHARS;
  let built: KeywordSearch | undefined;
  return (text, onKeyword) => {
    if (built === undefined && text.length <= left) {
      left -= text.length;
      searchPlainly(keywords, text, onKeyword);
      return;
    }
    built ??= automatonOf(keywords);
    built(text, onKeyword);
  };
}

function searchPlainly(keywords: readonly string[], text: string, onKeyword: OnKeyword): void {
  const folded = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const found: { readonly keyword: number; readonly end: number }[] = [];
  for (const [keyword, word] of keywords.entries()) {
    if (word === "") continue;
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
      found.push({ keyword, end: at + word.length });
  }
  found.sort((one, other) => one.end - other.end);
  for (const { keyword, end } of found) onKeyword(keyword, end);
}

/**
 * Builds the search for keywords of lower-case ASCII text. A cell of the table holds the row of the next state, with its lowest
 * bit set where a keyword ends there; rows are a power of two wide, so that the bit is free. Time and memory grow with the sum of
 * the keywords' lengths.
 */
export function automatonOf(keywords: readonly string[]): KeywordSearch {
  const classes = classesOf(keywords);
  const { table, width, endings } = tableOf(keywords, classes);
  return (text, onKeyword) => {
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const next = table[row + (unit < ASCII ? (classes[unit] ?? 0) : 0)] ?? 0;
      row = next & ~1;
      if (row === next) continue;
      for (const keyword of endings[row / width] ?? []) onKeyword(keyword, at + 1);
    }
  };
}

/** The class of each ASCII character: 0 for those in no keyword. */
function classesOf(keywords: readonly string[]): Uint8Array {
  const classes = new Uint8Array(ASCII);
  let last = 0;
  for (const keyword of keywords) {
    for (let at = 0; at < keyword.length; at += 1) {
      const unit = keyword.charCodeAt(at);
      assert(unit < ASCII && !isUpper(unit), "a keyword is lower-case ASCII text");
      if (classes[unit] !== 0) continue;
      last += 1;
      classes[unit] = last;
      if (isUpper(unit ^ CASE)) classes[unit ^ CASE] = last;
    }
  }
  return classes;
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

type Table = {
  readonly table: Int32Array;
  readonly width: number;
  /** By state, the keywords that end there. */
  readonly endings: (readonly number[] | undefined)[];
};

function tableOf(keywords: readonly string[], classes: Uint8Array): Table {
  const width = Math.max(2, 2 ** Math.ceil(Math.log2(Math.max(...classes) + 1)));
  const states = keywords.reduce((sum, { length }) => sum + length, 1);
  const table = new Int32Array(states * width);
  const endings: number[][] = [];
  let used = 1;
  keywords.forEach((keyword, index) => {
    let row = 0;
    for (let at = 0; at < keyword.length; at += 1) {
      const cell = row + (classes[keyword.charCodeAt(at)] ?? 0);
      if (table[cell] === 0) {
        table[cell] = used * width;
        used += 1;
      }
      row = table[cell] ?? 0;
    }
    (endings[row / width] ??= []).push(index);
  });
  joinFailures(table.subarray(0, used * width), width, endings);
  return { table: table.subarray(0, used * width), width, endings };
}

/** Fills each row's empty cells from the row of the longest end that is a beginning too, in the order of depth. */
function joinFailures(table: Int32Array, width: number, endings: (number[] | undefined)[]): void {
  const fail = new Int32Array(table.length / width);
  const queue: number[] = [];
  for (let cell = 0; cell < width; cell += 1) if (table[cell] !== 0) queue.push(table[cell] ?? 0);
  const inherited = new Int32Array(width);
  for (let head = 0; head < queue.length; head += 1) {
    const row = queue[head] ?? 0;
    const back = fail[row / width] ?? 0;
    const below = endings[back / width];
    if (below !== undefined) (endings[row / width] ??= []).push(...below);
    inherited.set(table.subarray(back, back + width));
    for (let cell = 0; cell < width; cell += 1) {
      const child = table[row + cell] ?? 0;
      if (child === 0) {
        table[row + cell] = inherited[cell] ?? 0;
        continue;
      }
      fail[child / width] = inherited[cell] ?? 0;
      queue.push(child);
    }
  }
  for (let cell = 0; cell < table.length; cell += 1) {
    const row = table[cell] ?? 0;
    if (endings[row / width] !== undefined) table[cell] = row | 1;
  }
}
