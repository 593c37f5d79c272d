// The index of the site's search, made ahead: which words stand where, and how much each counts there.
import { type SearchIndex, type Section, wordsOf } from "../../dashboard/site/words.ts";
import type { Passage } from "./markdown.ts";

export type IndexedPage = {
  readonly url: string;
  readonly title: string;
  readonly passages: readonly Passage[];
};

/** How saturated a word's count is, and how much a long text loses: the usual numbers of BM25. */
const SATURATION = 1.2;
const LENGTH_LOSS = 0.75;
/** A word of a heading counts as if it stood in the text so often; one of the page's title too. */
const IN_HEADING = 8;
const IN_TITLE = 4;
/** What a part is called by that word is more likely meant than one that often says it. */
const NAMED = 100;
/** Of a text so much is kept, to be shown below a hit. */
const SHOWN_CHARS_MAX = 2_000;

/** What people look for first: what to do, then what there is to look up, then why. */
const KINDS: readonly (readonly [prefix: string, factor: number])[] = [
  ["guide/", 1.3],
  ["commands/", 1.1],
  ["runbooks/", 1],
  ["reference/", 0.8],
  ["formats/", 0.8],
  ["design/", 0.7],
  ["decisions/", 0.6],
  ["project/", 0.5],
];

export function indexOf(pages: readonly IndexedPage[]): SearchIndex {
  const sections: Section[] = [];
  const counted: {
    readonly counts: ReadonlyMap<string, number>;
    readonly named: ReadonlySet<string>;
    readonly length: number;
    readonly factor: number;
  }[] = [];
  for (const [page, { url, title, passages }] of pages.entries())
    for (const { anchor, heading, text } of passages.length > 0
      ? passages
      : [{ anchor: "", heading: "", text: "" }]) {
      sections.push({ page, anchor, heading, text: text.slice(0, SHOWN_CHARS_MAX) });
      const words = wordsOf(text);
      const counts = new Map<string, number>();
      const count = (list: readonly string[], times: number): void => {
        for (const word of list) counts.set(word, (counts.get(word) ?? 0) + times);
      };
      count(words, 1);
      count(wordsOf(heading), IN_HEADING);
      count(wordsOf(title), heading === "" ? IN_HEADING : IN_TITLE);
      const named = new Set(wordsOf(heading === "" ? title : heading));
      const factor = KINDS.find(([prefix]) => url.startsWith(prefix))?.[1] ?? 1;
      counted.push({ counts, named, length: words.length, factor });
    }
  const mean = counted.reduce((sum, { length }) => sum + length, 0) / Math.max(1, counted.length);
  const postings = new Map<string, number[]>();
  for (const [section, { counts, named, length, factor }] of counted.entries())
    for (const [word, count] of counts) {
      const norm = SATURATION * (1 - LENGTH_LOSS + (LENGTH_LOSS * length) / Math.max(1, mean));
      const score =
        Math.round((100 * factor * count) / (count + norm)) + (named.has(word) ? NAMED : 0);
      const list = postings.get(word);
      if (list === undefined) postings.set(word, [section, score]);
      else list.push(section, score);
    }
  const words = [...postings.keys()].sort();
  return {
    pages: pages.map(({ url, title }) => ({ url, title })),
    sections,
    words,
    postings: words.map((word) => postings.get(word) ?? []),
  };
}

/** The index as a script: a page that was opened as a file may load one, and nothing else. */
export function indexScript(index: SearchIndex): string {
  return `globalThis.sallyportSearch=${JSON.stringify(index).replaceAll("<", "\\u003c")};\n`;
}
