// The keywords of a list of detectors as one table, and which of the detectors look around each of them.
import type { Detector } from "./detector.ts";
import { type SortedKeywords, sortedKeywords } from "./keyword-search.ts";

/** Detectors are named by their place in the list. */
export type KeywordTable = SortedKeywords & {
  /** Three numbers for each detector that looks around a keyword: who, and characters before its end and behind it. */
  readonly wanted: readonly number[];
  /** By keyword: where its numbers begin. One more than there are keywords. */
  readonly wantedFrom: readonly number[];
  /** The detectors that see the whole text, and those that look where so many digits stand. */
  readonly whole: readonly number[];
  readonly ofDigits: readonly (readonly [detector: number, digits: number])[];
  readonly leastDigits: number;
};

/** How many numbers of `wanted` one detector has. */
export const WANTED_NUMBERS = 3;

/** Characters around a keyword that a detector sees unless it says otherwise. */
const BEFORE = 64;
const AFTER = 320;

/** Puts the keywords of detectors together. Plain data, so that it can be made when the program is built. */
export function keywordTable(detectors: readonly Detector[]): KeywordTable {
  const by = new Map<string, number[]>();
  const whole: number[] = [];
  const ofDigits: (readonly [number, number])[] = [];
  detectors.forEach(({ keywords, digits, before = BEFORE, after = AFTER }, index) => {
    if (digits !== undefined) ofDigits.push([index, digits]);
    else if (keywords === undefined) whole.push(index);
    for (const keyword of new Set(keywords)) {
      const wanting = [index, keyword.length + before, after];
      const others = by.get(keyword);
      if (others === undefined) by.set(keyword, wanting);
      else others.push(...wanting);
    }
  });
  const sorted = sortedKeywords([...by.keys()]);
  const lists = sorted.keywords.map((keyword) => by.get(keyword) ?? []);
  let from = 0;
  return {
    ...sorted,
    wanted: lists.flat(),
    wantedFrom: [0, ...lists.map(({ length }) => (from += length))],
    whole,
    ofDigits,
    leastDigits: ofDigits.reduce((least, [, digits]) => Math.min(least, digits), Number.MAX_VALUE),
  };
}
