// The prefilter: which detectors look at which parts of a text, by the keywords that stand in it.
import type { Detector } from "./detector.ts";
import { type KeywordSearch, keywordSearch } from "./keyword-search.ts";

/** Parts of a text in order, start and end by turns. They overlap only where one would have become too long. */
export type Windows = readonly number[];

/** A detector with the parts of the text that it looks at. */
export type Watched = { readonly detector: Detector; readonly windows: Windows };

type Filter = {
  readonly search: KeywordSearch;
  /** By keyword: the detectors that look around it, by their place in the list, and its length. */
  readonly wanted: readonly { readonly by: readonly number[]; readonly length: number }[];
  /** The detectors without keywords, which see the whole text. */
  readonly whole: readonly number[];
};

/** Characters around a keyword that a detector sees unless it says otherwise. */
const BEFORE = 64;
const AFTER = 320;
/** Characters of a window, so that what a detector spends on one is bounded too. */
const WINDOW_CHARS_MAX = 16 * 1024;

/** The filter of each list of detectors, built when a text is first scanned with it. */
const FILTERS = new WeakMap<readonly Detector[], Filter>();

/** The detectors that have something to look at, in the order of the list. */
export function prefilter(detectors: readonly Detector[], text: string): readonly Watched[] {
  const { search, wanted, whole } = filterOf(detectors);
  // INVARIANT: nothing here goes through all detectors: a text may be as short as a word, and there are hundreds.
  const windows = new Map<number, number[]>();
  for (const index of whole) windows.set(index, [0, text.length]);
  search(text, (keyword, end) => {
    const { by, length } = wanted[keyword] ?? { by: [], length: 0 };
    for (const index of by) {
      const { before = BEFORE, after = AFTER } = detectors[index] ?? {};
      let own = windows.get(index);
      if (own === undefined) windows.set(index, (own = []));
      widen(own, Math.max(0, end - length - before), Math.min(text.length, end + after));
    }
  });
  const watched: Watched[] = [];
  for (const index of [...windows.keys()].sort((one, other) => one - other)) {
    const detector = detectors[index];
    const own = windows.get(index);
    if (detector !== undefined && own !== undefined) watched.push({ detector, windows: own });
  }
  return watched;
}

/** Adds a part. Keywords come in the order of their ends, so only the last part can touch it. */
function widen(windows: number[], start: number, end: number): void {
  const last = windows.length - 1;
  const length = end - (windows[last - 1] ?? 0);
  if (last > 0 && start <= (windows[last] ?? 0) && length <= WINDOW_CHARS_MAX) {
    windows[last] = Math.max(windows[last] ?? 0, end);
    windows[last - 1] = Math.min(windows[last - 1] ?? 0, start);
    return;
  }
  windows.push(start, end);
}

function filterOf(detectors: readonly Detector[]): Filter {
  const known = FILTERS.get(detectors);
  if (known !== undefined) return known;
  const by = new Map<string, number[]>();
  const whole: number[] = [];
  detectors.forEach(({ keywords }, index) => {
    if (keywords === undefined) whole.push(index);
    for (const keyword of new Set(keywords)) {
      const wanting = by.get(keyword);
      if (wanting === undefined) by.set(keyword, [index]);
      else wanting.push(index);
    }
  });
  const words = [...by.keys()];
  const filter: Filter = {
    search: keywordSearch(words),
    wanted: words.map((word) => ({ by: by.get(word) ?? [], length: word.length })),
    whole,
  };
  FILTERS.set(detectors, filter);
  return filter;
}
