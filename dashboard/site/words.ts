// The search of the documentation's site: words of a text, the index, and what in it answers a question. Pure; the build uses it too.

/** A part of a page below one heading. */
export type Section = {
  /** Place in `pages` of the index. */
  readonly page: number;
  /** The heading's anchor; empty for what stands before the first one. */
  readonly anchor: string;
  readonly heading: string;
  readonly text: string;
};

export type SearchIndex = {
  readonly pages: readonly { readonly url: string; readonly title: string }[];
  readonly sections: readonly Section[];
  /** All words, sorted. */
  readonly words: readonly string[];
  /** For each word the sections that hold it, each followed by its score, in one flat list. */
  readonly postings: readonly (readonly number[])[];
};

export type Hit = { readonly section: number; readonly score: number };

const WORD_CHARS_MAX = 40;
const QUERY_WORDS_MAX = 8;
/** Of a beginning such as `a` not every word is looked at. */
const COMPLETIONS_MAX = 200;
/** A word that only begins as the question's, or differs by a letter, counts for less. */
const BEGINS = 0.6;
const ALIKE = 0.3;
const TYPO_CHARS_MIN = 4;

/** The words of a text in lower case, in order. */
export function wordsOf(text: string): readonly string[] {
  const found =
    text
      .normalize("NFKD")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return found.map((word) => word.slice(0, WORD_CHARS_MAX));
}

/** Sections that answer, best first. Those that hold every word of the question come before those that lack one. */
export function search(index: SearchIndex, question: string, most = 30): readonly Hit[] {
  const words = [...new Set(wordsOf(question))].slice(0, QUERY_WORDS_MAX);
  if (words.length === 0) return [];
  const found = new Map<number, { score: number; words: number }>();
  for (const word of words)
    for (const [section, score] of scoresOf(index, word)) {
      const before = found.get(section) ?? { score: 0, words: 0 };
      found.set(section, { score: before.score + score, words: before.words + 1 });
    }
  return [...found]
    .map(([section, { score, words: matched }]) => ({ section, score, matched }))
    .sort(
      (one, other) =>
        other.matched - one.matched || other.score - one.score || one.section - other.section,
    )
    .slice(0, most)
    .map(({ section, score }) => ({ section, score }));
}

/** For one word of the question: each section with the best score that a word like it has there. */
function scoresOf(index: SearchIndex, word: string): ReadonlyMap<number, number> {
  const best = new Map<number, number>();
  const add = (at: number, factor: number): void => {
    const list = index.postings[at] ?? [];
    const rarity = Math.log(1 + index.sections.length / (1 + list.length / 2));
    for (let place = 0; place < list.length; place += 2) {
      const section = list[place] ?? 0;
      const score = (list[place + 1] ?? 0) * rarity * factor;
      best.set(section, Math.max(best.get(section) ?? 0, score));
    }
  };
  const from = firstFrom(index.words, word);
  for (let at = from; at < Math.min(index.words.length, from + COMPLETIONS_MAX); at += 1) {
    const candidate = index.words[at] ?? "";
    if (!candidate.startsWith(word)) break;
    add(at, candidate === word ? 1 : BEGINS);
  }
  if (best.size === 0 && word.length >= TYPO_CHARS_MIN)
    for (const [at, candidate] of index.words.entries())
      if (isOneEditAway(word, candidate)) add(at, ALIKE);
  return best;
}

/** Place of the first word that is not before `word`. */
function firstFrom(words: readonly string[], word: string): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? "") < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether one letter more, less, other, or two swapped make the words the same. */
export function isOneEditAway(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [rest, others] = [one.slice(start), other.slice(start)];
  if (rest.length !== others.length)
    return rest.length > others.length ? rest.slice(1) === others : rest === others.slice(1);
  if (rest.slice(1) === others.slice(1)) return true;
  return rest[0] === others[1] && rest[1] === others[0] && rest.slice(2) === others.slice(2);
}

/** The part of a text around the first word of the question, to show below a hit. */
export function excerpt(text: string, question: string, charsMax = 180): string {
  const words = wordsOf(question);
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const from = first < charsMax / 2 ? 0 : text.lastIndexOf(" ", first - charsMax / 3) + 1;
  const part = text.slice(from, from + charsMax);
  return `${from > 0 ? "... " : ""}${part}${from + charsMax < text.length ? " ..." : ""}`;
}
