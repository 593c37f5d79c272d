// The keyword search: it tells every keyword that a plain search of each word tells, at the same places and in their order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DETECTORS, keywordsOfDetectors } from "#guard/content/detectors/index.ts";
import {
  keywordSearch,
  type SortedKeywords,
  sortedKeywords,
} from "#guard/content/detection/keyword-search.ts";
import { PIECE_CHARS } from "#guard/content/detection/search-module.ts";

/** More characters than are searched without an index. */
const MUCH = " ".repeat(33_000);

const LEAST_DIGITS = 3;

/** Every group of digits that is long enough, by an expression. */
function groupsIn(text: string): readonly string[] {
  return [...text.matchAll(/[0-9](?:[ ()./\u00a0\u2009\u2010-\u2013-]{0,3}[0-9])*/g)].flatMap(
    ({ 0: group, index }) => {
      const count = group.replace(/[^0-9]/g, "").length;
      return count < LEAST_DIGITS ? [] : [`${index} ${index + group.length} ${count}`];
    },
  );
}

/** Both ways to search, by beginnings of words and by the index, which must tell the same in the same order. */
function foundBy(sorted: SortedKeywords, text: string): readonly string[] {
  const told = [false, true].map((isIndexed) => {
    const search = keywordSearch(sorted);
    if (isIndexed) search(MUCH, () => {});
    const found: string[] = [];
    let last = 0;
    const groups: string[] = [];
    search(
      text,
      (keyword, end) => {
        expect(end).toBeGreaterThanOrEqual(last);
        last = end;
        found.push(`${end} ${keyword}`);
      },
      {
        least: LEAST_DIGITS,
        onGroup: (start, end, count) => groups.push(`${start} ${end} ${count}`),
      },
    );
    return { found: found.sort(), groups };
  });
  expect(told[0]).toEqual(told[1]);
  expect(told[0]?.groups).toEqual(groupsIn(text));
  return told[0]?.found ?? [];
}

/** Each word by itself, with ASCII letters folded and no other. */
function foundPlainly(keywords: readonly string[], text: string): readonly string[] {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return keywords
    .flatMap((word, keyword) => {
      const found: string[] = [];
      for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
        found.push(`${at + word.length} ${keyword}`);
      return found;
    })
    .sort();
}

const LETTERS = ["a", "b", "_", "k", "1", " "] as const;
const texts = fc.string({
  unit: fc.constantFrom(
    ...LETTERS,
    "A",
    "B",
    "\u212a",
    "İ",
    "2",
    "-",
    "\u2011",
    "\u0080",
    "\ud800",
  ),
});
const word = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 3, maxLength: 9 });

describe("the keyword search", () => {
  it("property.finds what a search of each word finds", () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 40 }), texts, (list, text) => {
        // The words themselves are put in, so that there is something to find.
        const whole = text + list.join(text.slice(0, 1)).toUpperCase() + text;
        const sorted = sortedKeywords(list);
        expect([...sorted.keywords].sort()).toEqual([...list].sort());
        expect(foundBy(sorted, whole)).toEqual(foundPlainly(sorted.keywords, whole));
      }),
    );
  });

  it("finds what lies across the pieces of a long text, in ASCII and in other characters", () => {
    const sorted = sortedKeywords(["secret", "key", "api_key="]);
    for (const filler of ["x", "\u00e9", "\u4e16"])
      for (const gap of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
        const text = `${filler.repeat(PIECE_CHARS - gap)}API_KEY=12 (345)67secret ${filler}`;
        const ends = foundBy(sorted, text);
        expect(ends).toEqual(foundPlainly(sorted.keywords, text));
        expect(ends.length).toBe(3);
      }
  });

  it("leaves out what is not wanted, and nothing else", () => {
    const sorted = sortedKeywords(["secret", "key", "monkey", "donkey"]);
    const search = keywordSearch(sorted, (index) => sorted.keywords[index] !== "donkey");
    search(MUCH, () => {});
    const found: string[] = [];
    search("a donkey, a monkey", (index) => found.push(sorted.keywords[index] ?? ""));
    expect(found.sort()).toEqual(["key", "key", "monkey"]);
  });

  it("finds every keyword that ships, at the beginning and at the end of a text", () => {
    const sorted = keywordsOfDetectors();
    const { keywords } = sorted;
    expect(new Set(keywords)).toEqual(new Set(DETECTORS.flatMap((one) => one.keywords ?? [])));
    const indexed = keywordSearch(sorted);
    indexed(MUCH, () => {});
    for (const [index, keyword] of keywords.entries()) {
      const found: number[] = [];
      indexed(keyword, (one, end) => {
        if (end === keyword.length) found.push(one);
      });
      expect(found, keyword).toContain(index);
    }
    const text = "export API_KEY=x; curl -H 'Authorization: Bearer y' postgres://u:p@h/db";
    expect(foundBy(sorted, text)).toEqual(foundPlainly(keywords, text));
    expect(foundBy(sorted, text).length).toBeGreaterThan(5);
  });

  it("refuses a keyword that it could not find", () => {
    expect(() => sortedKeywords(["ab"])).toThrow("lower-case ASCII");
    expect(() => sortedKeywords(["Token"])).toThrow("lower-case ASCII");
    expect(() => sortedKeywords(["clé_"])).toThrow("lower-case ASCII");
  });
});
