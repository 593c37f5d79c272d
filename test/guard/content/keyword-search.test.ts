// The keyword search: it tells every keyword that a plain search of each word tells, at the same places and in their order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import { keywordSearch } from "#guard/content/keyword-search.ts";

/** More characters than are searched word by word. */
const MUCH = " ".repeat(9_000);

/** Both ways to search, a word at a time and by the index, which must tell the same in the same order. */
function foundBy(keywords: readonly string[], text: string): readonly string[] {
  const told = [false, true].map((isIndexed) => {
    const search = keywordSearch(keywords);
    if (isIndexed) search(MUCH, () => {});
    const found: string[] = [];
    let last = 0;
    const digits: number[] = [];
    search(
      text,
      (keyword, end) => {
        expect(end).toBeGreaterThanOrEqual(last);
        last = end;
        found.push(`${end} ${keyword}`);
      },
      // As if a group of two characters had been looked at; what was told before it ends no later.
      (at) => {
        expect(last).toBeLessThanOrEqual(at + 1);
        digits.push(at);
        return at + 1;
      },
    );
    return { found: found.sort(), digits };
  });
  expect(told[0]).toEqual(told[1]);
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
const texts = fc.string({ unit: fc.constantFrom(...LETTERS, "A", "B", "\u212a", "İ", "2", "-") });
const word = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 3, maxLength: 9 });

describe("the keyword search", () => {
  it("property.finds what a search of each word finds", () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 40 }), texts, (list, text) => {
        // The words themselves are put in, so that there is something to find.
        const whole = text + list.join(text.slice(0, 1)).toUpperCase() + text;
        expect(foundBy(list, whole)).toEqual(foundPlainly(list, whole));
      }),
    );
  });

  it("finds every keyword that ships, at the beginning and at the end of a text", () => {
    const keywords = [...new Set(DETECTORS.flatMap((one) => one.keywords ?? []))];
    const indexed = keywordSearch(keywords);
    indexed(MUCH, () => {});
    for (const [index, keyword] of keywords.entries()) {
      const found: number[] = [];
      indexed(keyword, (one, end) => {
        if (end === keyword.length) found.push(one);
      });
      expect(found, keyword).toContain(index);
    }
    const text = "export API_KEY=x; curl -H 'Authorization: Bearer y' postgres://u:p@h/db";
    expect(foundBy(keywords, text)).toEqual(foundPlainly(keywords, text));
    expect(foundBy(keywords, text).length).toBeGreaterThan(5);
  });

  it("refuses a keyword that it could not find", () => {
    expect(() => keywordSearch(["ab"])).toThrow("lower-case ASCII");
    expect(() => keywordSearch(["Token"])).toThrow("lower-case ASCII");
    expect(() => keywordSearch(["clé_"])).toThrow("lower-case ASCII");
  });
});
