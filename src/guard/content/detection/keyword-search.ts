// Keyword search: one pass over a text tells where any of thousands of words ends, by the kinds of the last characters first.
import { assert } from "#base/failure.ts";

/** Called with the index of a keyword and where it ends. */
export type OnKeyword = (keyword: number, end: number) => void;
/** Called with the place of a digit; returns the last place that it has looked at, and is not called up to there again. */
export type OnDigit = (at: number) => number;
/**
 * Goes through a text once. ASCII letters are compared without regard to their case; every other character as it is. WHY digits too: a
 * second pass for them took a sixth of the search's time.
 */
export type KeywordSearch = (text: string, onKeyword: OnKeyword, onDigit?: OnDigit) => void;

const ASCII = 128;
const CASE = 0x20;
/** Kinds of characters are five bits: each letter is one, digits are one, other characters share the rest. */
const KIND_BITS = 5;
const KIND_MASK = (1 << KIND_BITS) - 1;
/** Kinds of the two, three and five characters before the last: by two a short keyword is found, by three a longer one. */
const TWO_MASK = (1 << (KIND_BITS * 2)) - 1;
const THREE_MASK = (1 << (KIND_BITS * 3)) - 1;
const FIVE_MASK = (1 << (KIND_BITS * 5)) - 1;
/** Characters of a keyword that three before its last are known of. */
const LONG = 4;
const SHORT = 3;
/** The kind of digits, which no other character has. */
const DIGIT = 27;
/** Keywords of a bucket that are compared one by one. */
const LISTED_MAX = 3;

const KIND_OF = Uint8Array.from({ length: ASCII }, (_, unit) => kindOf(unit));

function kindOf(unit: number): number {
  const letter = unit | CASE;
  if (letter >= 0x61 && letter <= 0x7a) return letter - 0x60;
  if (unit >= 0x30 && unit <= 0x39) return DIGIT;
  const character = String.fromCharCode(unit);
  if ("_-".includes(character)) return 28;
  if (" \t\r\n".includes(character)) return 29;
  if (`"'=:`.includes(character)) return 30;
  return unit < 0x20 ? 0 : 31;
}

/** Keywords whose last characters are of the same kinds. */
type Bucket = {
  readonly keywords: number[];
  /** Which kinds the fifth and the sixth character from the end have, as bits; all where a keyword is shorter. */
  fifth: number;
  sixth: number;
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
 * Makes the search for keywords, which are told in the order of their ends. The index is built when enough was searched to make
 * up for it. WHY the form of the keywords is not looked at here: those that ship are sorted when the program is built.
 */
export function keywordSearch(sorted: SortedKeywords): KeywordSearch {
  let searched = 0;
  let plain: KeywordSearch | undefined;
  let indexed: KeywordSearch | undefined;
  return (text, onKeyword, onDigit) => {
    searched += text.length;
    if (searched > PLAIN_CHARS_MAX) indexed ??= indexedSearch(sorted.keywords);
    (indexed ?? (plain ??= plainSearch(sorted)))(text, onKeyword, onDigit);
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
  return (text, onKeyword, onDigit) => {
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
    tellInOrder(plain, found, onKeyword, onDigit);
  };
}

function tellInOrder(
  plain: string,
  found: readonly { readonly keyword: number; readonly end: number }[],
  onKeyword: OnKeyword,
  onDigit: OnDigit | undefined,
): void {
  let next = 0;
  const tellUpTo = (end: number): void => {
    for (let one = found[next]; one !== undefined && one.end <= end; one = found[next]) {
      onKeyword(one.keyword, one.end);
      next += 1;
    }
  };
  if (onDigit !== undefined) {
    let past = -1;
    for (const { index } of plain.matchAll(/\d/g)) {
      if (index <= past) continue;
      tellUpTo(index + 1);
      past = onDigit(index);
    }
  }
  tellUpTo(plain.length);
}

/**
 * WHY no automaton over all keywords: its table took megabytes and longer to build than a short process lives. Here one bit says of
 * most places of a text that no keyword ends there, and two characters more say it of most others.
 */
function indexedSearch(keywords: readonly string[]): KeywordSearch {
  // By the kinds of the three and the two characters before it: which kinds of a last one end a keyword, as bits.
  const endings = new Int32Array(THREE_MASK + 1);
  const short = new Int32Array(TWO_MASK + 1);
  // The same by the kinds of the fifth to the third character from the end: most of what passes one of the two fails the other.
  const before = new Int32Array(THREE_MASK + 1);
  const buckets = new Map<number, Bucket>();
  keywords.forEach((keyword, index) => {
    const { length } = keyword;
    const last = 1 << kindAt(keyword, length - 1);
    const two = (kindAt(keyword, length - 3) << KIND_BITS) | kindAt(keyword, length - 2);
    if (length >= LONG) {
      const three = (kindAt(keyword, length - LONG) << (2 * KIND_BITS)) | two;
      endings[three] = (endings[three] ?? 0) | last;
      add(buckets, keyOf(three, kindAt(keyword, length - 1)), index, keyword);
      const third = three >>> KIND_BITS;
      if (length > LONG) {
        const at = (kindAt(keyword, length - LONG - 1) << (2 * KIND_BITS)) | third;
        before[at] = (before[at] ?? 0) | last;
      } else {
        for (let at = third; at <= THREE_MASK; at += TWO_MASK + 1)
          before[at] = (before[at] ?? 0) | last;
      }
      return;
    }
    short[two] = (short[two] ?? 0) | last;
    for (let three = two; three <= THREE_MASK; three += TWO_MASK + 1)
      endings[three] = (endings[three] ?? 0) | last;
    for (let at = two >>> KIND_BITS; at <= THREE_MASK; at += KIND_MASK + 1)
      before[at] = (before[at] ?? 0) | last;
    add(buckets, -keyOf(two, kindAt(keyword, length - 1)), index, keyword);
  });
  const look = (text: string, end: number, kinds: number, onKeyword: OnKeyword): void => {
    const last = kindAt(text, end - 1);
    const long = buckets.get(keyOf(kinds & THREE_MASK, last));
    if (long !== undefined && mayEnd(long, kinds)) tell(long, keywords, text, end, onKeyword);
    if ((((short[kinds & TWO_MASK] ?? 0) >>> last) & 1) === 0) return;
    const shorter = buckets.get(-keyOf(kinds & TWO_MASK, last));
    if (shorter !== undefined) tell(shorter, keywords, text, end, onKeyword);
  };
  return (text, onKeyword, onDigit) => {
    let kinds = 0;
    let past = onDigit === undefined ? text.length : -1;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const kind = unit < ASCII ? (KIND_OF[unit] ?? 0) : 0;
      if (
        (((endings[kinds & THREE_MASK] ?? 0) >>> kind) & 1) === 1 &&
        (((before[(kinds >>> KIND_BITS) & THREE_MASK] ?? 0) >>> kind) & 1) === 1
      )
        look(text, at + 1, kinds, onKeyword);
      if (kind === DIGIT && at > past) past = onDigit?.(at) ?? past;
      kinds = ((kinds << KIND_BITS) | kind) & FIVE_MASK;
    }
  };
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

function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit < ASCII ? (KIND_OF[unit] ?? 0) : 0;
}

/** One more than 0, so that the key of a short keyword is another where it is negative. */
function keyOf(kinds: number, last: number): number {
  return ((kinds << KIND_BITS) | last) + 1;
}

function add(buckets: Map<number, Bucket>, key: number, index: number, keyword: string): void {
  let bucket = buckets.get(key);
  if (bucket === undefined) {
    bucket = { keywords: [], fifth: 0, sixth: 0, tree: undefined };
    buckets.set(key, bucket);
  }
  const { length } = keyword;
  bucket.keywords.push(index);
  bucket.fifth |= length < 5 ? -1 : 1 << kindAt(keyword, length - 5);
  bucket.sixth |= length < 6 ? -1 : 1 << kindAt(keyword, length - 6);
}

function mayEnd({ fifth, sixth }: Bucket, kinds: number): boolean {
  return (
    ((fifth >>> ((kinds >>> (3 * KIND_BITS)) & KIND_MASK)) & 1) === 1 &&
    ((sixth >>> ((kinds >>> (4 * KIND_BITS)) & KIND_MASK)) & 1) === 1
  );
}

/** Tells which keywords of the bucket end at `end`. */
function tell(
  bucket: Bucket,
  keywords: readonly string[],
  text: string,
  end: number,
  onKeyword: OnKeyword,
): void {
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
