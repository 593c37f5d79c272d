// The prefilter: which detectors look at which parts of a text, by the keywords that stand in it.
import type { Detector } from "./detection/detector.ts";
import type { Family } from "./detection/finding.ts";
import { DETECTORS, keywordsOfDetectors } from "./detectors/index.ts";
import { type KeywordSearch, keywordSearch } from "./detection/keyword-search.ts";
import { type KeywordTable, keywordTable, WANTED_NUMBERS } from "./detection/keyword-table.ts";

/** Parts of a text in order, start and end by turns. They overlap only where one would have become too long. */
export type Windows = readonly number[];

/** A detector with the parts of the text that it looks at. */
export type Watched = { readonly detector: Detector; readonly windows: Windows };

type Filter = {
  /** Which detectors look; all where it is undefined. */
  readonly watches: readonly boolean[] | undefined;
  readonly ofDigits: KeywordTable["ofDigits"];
  readonly search: KeywordSearch;
  readonly table: KeywordTable;
  /** The windows of each detector while a text is gone through, and nothing between two texts. */
  readonly open: (number[] | undefined)[];
  /** Whether a text is being gone through; if it is when the next one begins, the last one was broken off. */
  isOpen: boolean;
};

/** Characters around a group of digits: what a number begins with and what it goes on with. */
const AROUND_DIGITS = 4;
/** Characters of a window, so that what a detector spends on one is bounded too. */
const WINDOW_CHARS_MAX = 16 * 1024;

/** The filters of each list of detectors by the families that are asked for, built when a text is first scanned with it. */
const FILTERS = new WeakMap<readonly Detector[], Map<string, Filter>>();

/** The detectors that have something to look at, in the order of the list; of some families alone where they are given. */
export function prefilter(
  detectors: readonly Detector[],
  text: string,
  families?: readonly Family[],
): readonly Watched[] {
  const filter = filterOf(detectors, families);
  const { watches, ofDigits, search, table, open } = filter;
  // WHY: a limit of time may have stopped the last text anywhere, and what it left would hide detectors from this one.
  if (filter.isOpen) open.fill(undefined);
  filter.isOpen = true;
  const { wanted, wantedFrom, whole, leastDigits } = table;
  // INVARIANT: nothing here goes through all detectors: a text may be as short as a word, and there are hundreds.
  const touched: number[] = [];
  const look = (index: number, start: number, end: number): void => {
    if (watches?.[index] === false) return;
    const windows = open[index];
    if (windows !== undefined) return widen(windows, start, end);
    open[index] = [start, end];
    touched.push(index);
  };
  for (const index of whole) look(index, 0, text.length);
  const onGroup = (start: number, end: number, count: number): void => {
    for (const [index, digits] of ofDigits)
      if (count >= digits)
        look(index, Math.max(0, start - AROUND_DIGITS), Math.min(text.length, end + AROUND_DIGITS));
  };
  search(
    text,
    (keyword, end) => {
      const last = wantedFrom[keyword + 1] ?? 0;
      for (let at = wantedFrom[keyword] ?? 0; at < last; at += WANTED_NUMBERS) {
        const start = Math.max(0, end - (wanted[at + 1] ?? 0));
        look(wanted[at] ?? 0, start, Math.min(text.length, end + (wanted[at + 2] ?? 0)));
      }
    },
    ofDigits.length === 0 ? undefined : { least: leastDigits, onGroup },
  );
  const watched: Watched[] = [];
  for (const index of touched.sort((one, other) => one - other)) {
    const detector = detectors[index];
    const windows = open[index];
    if (detector !== undefined && windows !== undefined) watched.push({ detector, windows });
    open[index] = undefined;
  }
  filter.isOpen = false;
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

function filterOf(detectors: readonly Detector[], families: readonly Family[] | undefined): Filter {
  const key = families?.join() ?? "";
  const known = FILTERS.get(detectors)?.get(key);
  if (known !== undefined) return known;
  const table = detectors === DETECTORS ? keywordsOfDetectors() : keywordTable(detectors);
  const watches = families && detectors.map(({ family }) => families.includes(family));
  const isWatched = (index: number): boolean => watches?.[index] !== false;
  const filter: Filter = {
    watches,
    table,
    open: [],
    isOpen: false,
    ofDigits: table.ofDigits.filter(([index]) => isWatched(index)),
    search: keywordSearch(table, (keyword) => {
      const last = table.wantedFrom[keyword + 1] ?? 0;
      for (let at = table.wantedFrom[keyword] ?? 0; at < last; at += WANTED_NUMBERS)
        if (isWatched(table.wanted[at] ?? 0)) return true;
      return false;
    }),
  };
  const others = FILTERS.get(detectors) ?? new Map<string, Filter>();
  FILTERS.set(detectors, others.set(key, filter));
  return filter;
}
