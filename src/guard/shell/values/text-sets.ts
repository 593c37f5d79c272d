// Sets of texts: put together, compared, and widened to what they have in common.
import { ALTERNATIVES_MAX } from "#base/limits.ts";
import {
  type TextSet,
  EMPTY,
  type Text,
  type Hole,
  sourcesOf,
  textsOf,
  hole,
  append,
} from "./text.ts";

/** The alternatives of all sets together, each once; too many become a hole. */
export function union(...sets: readonly TextSet[]): TextSet {
  if (sets.length === 1 && (sets[0]?.length ?? 0) === 1) return sets[0] ?? EMPTY;
  const seen = new Map<string, Text>();
  for (const set of sets) for (const text of set) seen.set(keyOf(text), text);
  if (seen.size === 0) return EMPTY;
  const texts = [...seen.values()];
  return texts.length > ALTERNATIVES_MAX ? [[widened(texts)]] : texts;
}

/** One hole in place of many texts; what all of them begin and end with stays known, where they are plain words. */
export function widened(texts: readonly Text[]): Hole {
  const sources = sourcesOf(texts);
  const words = textsOf([...texts]);
  if (
    words === undefined ||
    words.some((word) => word === "" || /[\s*?[\]\\]|\.\.(?:\/|$)/.test(word))
  )
    return hole("budget", { sources });
  const [first = ""] = words;
  const start = words.reduce((most, word) => alikeFrom(first, word, most), first.length);
  const rests = words.map((word) => word.slice(start));
  const [rest = ""] = rests;
  const end = rests.reduce((most, one) => alikeTo(rest, one, most), rest.length);
  const middles = rests.map((one) => one.slice(0, one.length - end));
  const middle = middles.every((one) => /^[0-9]+$/.test(one))
    ? "[0-9]*"
    : middles.some((one) => one.includes("/"))
      ? "**"
      : "*";
  return hole("budget", {
    sources,
    like: `${first.slice(0, start)}${middle}${rest.slice(rest.length - end)}`,
  });
}

/** How many characters both begin with, at most `most`. */
function alikeFrom(first: string, second: string, most: number): number {
  let count = 0;
  while (count < most && first.charCodeAt(count) === second.charCodeAt(count)) count += 1;
  return count;
}

/** How many characters both end with, at most `most`. */
function alikeTo(first: string, second: string, most: number): number {
  let count = 0;
  const [a, b] = [first.length - 1, second.length - 1];
  while (count < most && count <= b && first[a - count] === second[b - count]) count += 1;
  return count;
}

/** Whether both sets hold the same alternatives. */
export function sameSet(first: TextSet, second: TextSet): boolean {
  if (first === second) return true;
  if (first.length !== second.length) return false;
  const keys = new Set(first.map(keyOf));
  return second.every((text) => keys.has(keyOf(text)));
}

/** Every text of `first` followed by every text of `second`. */
export function concat(first: TextSet, second: TextSet): TextSet {
  if (first.length * second.length > ALTERNATIVES_MAX) {
    return [[hole("budget", { sources: sourcesOf([...first, ...second]) })]];
  }
  return union(first.flatMap((a) => second.map((b) => append(a, b))));
}

function keyOf(text: Text): string {
  const [first] = text;
  // WHY plain text as it is: its hash is known already where it is the same string, and it may be long.
  const isPlain = text.length === 1 && first?.kind === "text" && first.quoted !== true;
  if (isPlain && !first.text.startsWith(NOT_PLAIN)) return first.text;
  const kept = KEYS.get(text);
  if (kept !== undefined) return kept;
  const key = `${NOT_PLAIN}${JSON.stringify(text)}`;
  KEYS.set(text, key);
  return key;
}

/** Keys of texts that are not plain. A text never changes once it is made. */
const KEYS = new WeakMap<Text, string>();

/** What the keys of all other texts begin with. INVARIANT: none of the plain ones does. */
const NOT_PLAIN = "\0";
