// Keyword search: one pass over a text tells where any of thousands of words ends, and where many digits stand together.
import { assert } from "#base/failure.ts";
import { lazily } from "#base/lazily.ts";
import { digitGroupAt, kindInNumber, type OnDigits } from "./digit-groups.ts";
import {
  bitOf,
  BYTES_AT,
  CLASSES_AT,
  FOLDED_AT,
  FOUND_AT,
  FOUND_NUMBERS,
  mixed,
  PIECE_CHARS,
  PRINTED_SIGN,
  type SearchModule,
  searchModuleBytes,
  TABLES,
  UNITS_AT,
} from "./search-module.ts";

/** Called with the index of a keyword and where it ends. */
export type OnKeyword = (keyword: number, end: number) => void;
/** Groups of that many digits or more are told too. WHY here: a second pass for them took a sixth of the search's time. */
export type DigitGroups = { readonly least: number; readonly onGroup: OnDigits };
/**
 * Goes through a text once. ASCII letters are compared without regard to their case; every other character as it is. Keywords are told
 * in the order of their ends and groups in that of their places, not both in one order.
 */
export type KeywordSearch = (text: string, onKeyword: OnKeyword, groups?: DigitGroups) => void;

const ASCII = 128;
const CASE = 0x20;
const SHORT = 3;
/** Characters from which on a keyword is found by so many of its last ones. */
const FOUR = 4;
const SIX = 6;
const EIGHT = 8;
/** Keywords of a bucket that are compared one by one. */
const LISTED_MAX = 3;

/** Keywords with the same last characters. */
type Bucket = {
  readonly keywords: number[];
  /** Many keywords are compared backwards along a tree, which is made when they are first met. */
  tree: Node | undefined;
};
type Node = { readonly ends: number[]; readonly longer: Map<number, Node> };

/**
 * Characters that are searched by the beginnings of words before there is an index. WHY: a hook's process lives for one call,
 * and the index takes longer to build than such a search of a few files.
 */
const PLAIN_CHARS_MAX = 32 * 1024;

/** Keywords in the order of their first three characters. `starts`: each such beginning, and the first keyword that has it, by turns. */
export type SortedKeywords = {
  readonly keywords: readonly string[];
  readonly starts: readonly number[];
};

/** Sorts keywords of lower-case ASCII text, three characters or more; no one is in the list twice. */
export function sortedKeywords(words: readonly string[]): SortedKeywords {
  for (const word of words)
    assert(word.length >= SHORT && isFolded(word), "a keyword is lower-case ASCII text, 3 or more");
  const startAt = (word: string): number =>
    [0, 1, 2].reduce((start, at) => nextStart(start, word.charCodeAt(at)), 0);
  const keywords = [...words].sort((one, other) => startAt(one) - startAt(other));
  const starts = keywords.flatMap((word, index) => {
    const before = keywords[index - 1];
    const start = startAt(word);
    return before !== undefined && startAt(before) === start ? [] : [start, index];
  });
  return { keywords, starts };
}

/**
 * Makes the search for keywords; those that `isWanted` says no of may be left out. The index is built when enough was searched to make
 * up for it. WHY the form of the keywords is not looked at here: those that ship are sorted when the program is built.
 */
export function keywordSearch(
  sorted: SortedKeywords,
  isWanted: (keyword: number) => boolean = () => true,
): KeywordSearch {
  let searched = 0;
  let plain: KeywordSearch | undefined;
  let indexed: KeywordSearch | undefined;
  return (text, onKeyword, groups) => {
    searched += text.length;
    if (searched > PLAIN_CHARS_MAX)
      indexed ??= indexedSearch(sorted.keywords, isWanted) ?? plainSearch(sorted);
    (indexed ?? (plain ??= plainSearch(sorted)))(text, onKeyword, groups);
  };
}

const START_MASK = (1 << 21) - 1;

/** The last three characters as one number, seven bits each. Characters outside of ASCII are one, which begins no keyword. */
function nextStart(start: number, unit: number): number {
  return ((start << 7) | (unit < ASCII ? unit : 0)) & START_MASK;
}

/** Looks at each place of a text for the keywords that begin as it does. */
function plainSearch({ keywords, starts }: SortedKeywords): KeywordSearch {
  const ranges = new Map<number, readonly [from: number, to: number]>();
  for (let at = 0; at < starts.length; at += 2)
    ranges.set(starts[at] ?? 0, [starts[at + 1] ?? 0, starts[at + 3] ?? keywords.length]);
  return (text, onKeyword, groups) => {
    const plain = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    const found: { readonly keyword: number; readonly end: number }[] = [];
    let start = 0;
    for (let at = 0; at < plain.length; at += 1) {
      start = nextStart(start, plain.charCodeAt(at));
      const range = at < SHORT - 1 ? undefined : ranges.get(start);
      if (range === undefined) continue;
      for (let keyword = range[0]; keyword < range[1]; keyword += 1) {
        const word = keywords[keyword] ?? "";
        const from = at - SHORT + 1;
        if (plain.startsWith(word, from)) found.push({ keyword, end: from + word.length });
      }
    }
    found.sort((one, other) => one.end - other.end);
    for (const { keyword, end } of found) onKeyword(keyword, end);
    if (groups !== undefined) tellGroups(plain, groups);
  };
}

function tellGroups(text: string, { least, onGroup }: DigitGroups): void {
  let past = -1;
  for (const { index } of text.matchAll(/\d/g))
    if (index > past) past = digitGroupAt(text, index, least, onGroup);
}

/**
 * WHY a module of WebAssembly and no automaton over all keywords: an automaton's table took megabytes and longer to build than a short
 * process lives, and a loop in JavaScript took three times as long. Undefined where the engine runs no WebAssembly.
 */
function indexedSearch(
  keywords: readonly string[],
  isWanted: (keyword: number) => boolean,
): KeywordSearch | undefined {
  const module = newModule();
  if (module === undefined) return undefined;
  const bytes = Buffer.from(module.memory.buffer);
  const found = new Int32Array(module.memory.buffer, FOUND_AT);
  const three = new Map<number, Bucket>();
  const four = new Map<number, Bucket>();
  const six = new Map<number, Bucket>();
  const eight = new Map<number, Bucket>();
  const index = (
    keyword: number,
    [table, characters]: [keyof typeof TABLES, number],
    buckets?: Map<number, Bucket>,
  ): void => {
    if (buckets !== undefined) add(buckets, characters, keyword);
    const { at, bits } = TABLES[table];
    const bit = bitOf(table === "three" ? characters << 8 : characters, bits);
    const place = at + (bit >>> 3);
    bytes[place] = (bytes[place] ?? 0) | (1 << (bit & 7));
  };
  keywords.forEach((word, keyword) => {
    if (!isWanted(keyword)) return;
    const last = lastOf(word, word.length);
    if (word.length < FOUR) return index(keyword, ["three", last], three);
    index(keyword, ["any", last]);
    if (word.length < SIX) return index(keyword, ["four", last], four);
    const before = lastOf(word, word.length - FOUR);
    if (word.length < EIGHT) return index(keyword, ["six", mixed(last, before & 0xffff)], six);
    index(keyword, ["eight", mixed(last, before)], eight);
  });
  return (text, onKeyword, groups) => {
    const least = Math.min(groups?.least ?? NEVER, NEVER);
    module.begin();
    for (let base = 0; base < text.length; base += PIECE_CHARS) {
      const length = put(module, bytes, text.slice(base, base + PIECE_CHARS));
      const count = FOUND_NUMBERS * module.search(length, base, least);
      for (let at = 0; at < count; at += FOUND_NUMBERS) {
        const end = found[at] ?? 0;
        if (end < 0) {
          if (groups !== undefined) digitGroupAt(text, -1 - end, least, groups.onGroup);
          continue;
        }
        const last = found[at + 1] ?? 0;
        // WHY no list of the four: it is made some ten times for each keyword that is found.
        tell(eight.get(found[at + 3] ?? 0), keywords, text, end, onKeyword);
        tell(six.get(found[at + 2] ?? 0), keywords, text, end, onKeyword);
        tell(four.get(last), keywords, text, end, onKeyword);
        tell(three.get(last & 0xffffff), keywords, text, end, onKeyword);
      }
    }
  };
}

/** What is used of the engine's WebAssembly, which the types of Node leave out. */
type Engine = {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
const engine = lazily(
  () => (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly,
);
const compiled = lazily(() => new (engine().Module)(searchModuleBytes()));

/** A module of its own for each index, with what it needs to know of characters. */
function newModule(): SearchModule | undefined {
  try {
    const module = new (engine().Instance)(compiled()).exports as SearchModule;
    const bytes = new Uint8Array(module.memory.buffer);
    for (let unit = 0; unit < ASCII; unit += 1) {
      bytes[FOLDED_AT + unit] = folded(unit);
      bytes[CLASSES_AT + unit] = kindInNumber(unit);
    }
    bytes[CLASSES_AT + PRINTED_SIGN] = kindInNumber("\u2010".charCodeAt(0));
    return module;
  } catch {
    // An engine without a compiler, or a limit of addresses: the plain search finds the same.
    return undefined;
  }
}

/** More digits than a group has that is asked for. */
const NEVER = 0x7fffffff;

/** The four characters before `end` as one number, as the module has them; fewer where there are no more. */
function lastOf(keyword: string, end: number): number {
  let last = 0;
  for (let at = Math.max(0, end - FOUR); at < end; at += 1)
    last = (last << 8) | keyword.charCodeAt(at);
  return last;
}

/** Puts a piece of a text before the module; returns its length. */
function put(module: SearchModule, bytes: Buffer, piece: string): number {
  // Only of ASCII are there as many bytes as characters, and there is room for one character more.
  const written = bytes.write(piece, BYTES_AT, PIECE_CHARS + 4, "utf8");
  if (written === piece.length) return written;
  bytes.write(piece, UNITS_AT, 2 * PIECE_CHARS, "utf16le");
  module.narrow(piece.length);
  return piece.length;
}

function isFolded(keyword: string): boolean {
  for (let at = 0; at < keyword.length; at += 1) {
    const unit = keyword.charCodeAt(at);
    if (unit >= ASCII || folded(unit) !== unit) return false;
  }
  return true;
}

function folded(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit | CASE : unit;
}

function add(buckets: Map<number, Bucket>, last: number, index: number): void {
  const bucket = buckets.get(last);
  if (bucket === undefined) buckets.set(last, { keywords: [index], tree: undefined });
  else bucket.keywords.push(index);
}

/** Tells which keywords of the bucket end at `end`. */
function tell(
  bucket: Bucket | undefined,
  keywords: readonly string[],
  text: string,
  end: number,
  onKeyword: OnKeyword,
): void {
  if (bucket === undefined) return;
  if (bucket.keywords.length <= LISTED_MAX) {
    for (const keyword of bucket.keywords)
      if (endsWith(text, end, keywords[keyword] ?? "")) onKeyword(keyword, end);
    return;
  }
  let node: Node | undefined = (bucket.tree ??= treeOf(bucket.keywords, keywords));
  for (let at = end - 1; at >= 0; at -= 1) {
    node = node.longer.get(folded(text.charCodeAt(at)));
    if (node === undefined) return;
    for (const keyword of node.ends) onKeyword(keyword, end);
  }
}

function endsWith(text: string, end: number, keyword: string): boolean {
  const start = end - keyword.length;
  if (start < 0) return false;
  for (let at = keyword.length - 1; at >= 0; at -= 1)
    if (folded(text.charCodeAt(start + at)) !== keyword.charCodeAt(at)) return false;
  return true;
}

function treeOf(indexes: readonly number[], keywords: readonly string[]): Node {
  const root: Node = { ends: [], longer: new Map() };
  for (const index of indexes) {
    const keyword = keywords[index] ?? "";
    let node = root;
    for (let at = keyword.length - 1; at >= 0; at -= 1) {
      const unit = keyword.charCodeAt(at);
      let longer = node.longer.get(unit);
      if (longer === undefined) {
        longer = { ends: [], longer: new Map() };
        node.longer.set(unit, longer);
      }
      node = longer;
    }
    node.ends.push(index);
  }
  return root;
}
