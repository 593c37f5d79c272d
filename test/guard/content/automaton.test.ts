// The keyword search word by word, as short processes use it, and by its table: both tell the same keywords at the same places.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { automatonOf, keywordSearch, type KeywordSearch } from "#guard/content/automaton.ts";
import { DETECTORS } from "#guard/content/detectors/index.ts";

function foundBy(search: KeywordSearch, text: string): readonly string[] {
  const found: string[] = [];
  let last = 0;
  search(text, (keyword, end) => {
    expect(end).toBeGreaterThanOrEqual(last);
    last = end;
    found.push(`${end} ${keyword}`);
  });
  return found.sort();
}

const letters = fc.string({ unit: fc.constantFrom("a", "b", "A", "B", "_", "k", "\u212a", "İ") });
const words = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "_", "k"), minLength: 1 }), {
  minLength: 1,
  maxLength: 12,
});

describe("the keyword search", () => {
  it("property.finds the same word by word and by its table", () => {
    fc.assert(
      fc.property(fc.uniqueArray(words.map((list) => list.join(""))), letters, (list, text) => {
        if (list.length === 0) return;
        expect(foundBy(keywordSearch(list), text)).toEqual(foundBy(automatonOf(list), text));
      }),
    );
  });

  it("finds the same before and after its table is built, with the keywords that ship", () => {
    const keywords = [...new Set(DETECTORS.flatMap((one) => one.keywords ?? []))];
    const search = keywordSearch(keywords);
    const text = "export API_KEY=x; curl -H 'Authorization: Bearer y' postgres://u:p@h/db";
    const first = foundBy(search, text);
    expect(first.length).toBeGreaterThan(0);
    search("x".repeat(10_000), () => undefined);
    expect(foundBy(search, text)).toEqual(first);
    expect(foundBy(automatonOf(keywords), text)).toEqual(first);
  });
});
