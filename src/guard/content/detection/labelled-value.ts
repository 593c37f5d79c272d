// Detectors of values that their form alone does not tell from other values: what counts is the label before them.
import type { Detector, Hit, Span, Surroundings } from "./detector.ts";
import type { Family, Tier } from "./finding.ts";
import { isLabelled, isLabelledBehind, type Labels, type Nearness } from "./labels.ts";
import { namedCells } from "./table-column.ts";

/**
 * `value`: the form of one, with the flag `g`, linear on any text and bounded in length. `accept` says whether what has the form
 * is one; it gets the text as it stands. `nearness`: `loose` where `accept` checks digits, else `tight`.
 */
export type LabelledValue = {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly tier: Tier;
  readonly labels: Labels;
  readonly value: RegExp;
  readonly accept?: (value: string) => boolean;
  readonly nearness?: Nearness;
  readonly rank?: number;
  /** What must stand within `CONTEXT` characters as well, where a label is used of other things too. */
  readonly context?: RegExp | undefined;
  /** Whether the label may stand behind the value too, in a comment, a bracket or a comparison. */
  readonly isNamedBehind?: boolean;
  /** Whether the label may end where the value begins: `DOB03121964`. */
  readonly mayBeGlued?: boolean;
  /** Whether one label may stand for a list: what follows a value behind a comma and is written alike is another. */
  readonly isListed?: boolean;
};

const CONTEXT = 200;
/** Characters between two values of a list. */
const LIST_GAP_MAX = 8;

/** A detector of labelled values; `accepts` says whether a whole text is one, whatever stands before it. */
export type LabelledDetector = Detector & { readonly accepts: (text: string) => boolean };

/** A detector of what stands behind a label, in its line, in the line below, or in the column of a table that it heads. */
export function labelledValue(of: LabelledValue): LabelledDetector {
  const { id, title, family, tier, labels, accept = () => true, nearness = "tight" } = of;
  return {
    id,
    title,
    family,
    tier,
    keywords: labels.keywords,
    before: 64,
    after: 160,
    rank: of.rank ?? 20,
    accepts: (text) => isAll(of.value, text) && accept(text),
    *find(window, around) {
      const { text, start, file } = around;
      if (!isInContext(of, text, start, window.length)) return;
      const hits = new Map<number, Hit>();
      let last: Hit | undefined;
      for (const found of window.matchAll(of.value)) {
        const hit = { start: found.index, end: found.index + found[0].length };
        // The cheaper question first: most digits do not add up, and few words stand behind a label.
        if (nearness === "loose" && !accept(found[0])) continue;
        if (
          !isLabelled(labels, window, hit.start, nearness) &&
          !(of.isNamedBehind === true && isLabelledBehind(labels, window, hit.end)) &&
          !(of.isListed === true && isNext(window, last, hit))
        )
          continue;
        if (nearness === "tight" && !accept(found[0])) continue;
        if (
          isWhole(text, start + hit.start, start + hit.end) ||
          (of.mayBeGlued === true &&
            isGlued(labels, window, hit.start) &&
            !WORD.test(text.charAt(start + hit.end)))
        ) {
          hits.set(hit.start, hit);
          last = hit;
        }
      }
      const within = { start, end: start + window.length };
      for (const hit of inColumn(of, around, within, file.isCode ? "first" : "any"))
        hits.set(hit.start, hit);
      yield* [...hits.values()].sort((one, other) => one.start - other.start);
    },
  };
}

function isAll(value: RegExp, text: string): boolean {
  const [found] = text.matchAll(value);
  return found !== undefined && found[0].length === text.length;
}

/** Whether a label ends where the value begins, with nothing between. */
function isGlued({ ending }: Labels, window: string, at: number): boolean {
  const pattern = ending();
  pattern.lastIndex = at;
  return pattern.test(window);
}

/** Whether a value follows another of its form in a list. */
function isNext(window: string, last: Hit | undefined, { start, end }: Hit): boolean {
  if (last === undefined || start - last.end > LIST_GAP_MAX) return false;
  const between = window.slice(last.end, start);
  const form = (from: number, to: number): string => window.slice(from, to).replace(/[0-9]/g, "0");
  return (
    /^["'`]?\s?(?:,|;|&|and|or|und|et)\s{1,2}["'`]?$|^["'`]?,["'`]?$/.test(between) &&
    form(last.start, last.end) === form(start, end)
  );
}

/** The cells below a head of a table that is a label. They may lie behind the window: spans are relative to it all the same. */
function* inColumn(
  of: LabelledValue,
  around: Surroundings,
  within: Span,
  heads: "any" | "first",
): Generator<Hit> {
  const { labels, value, accept = () => true } = of;
  for (const cell of namedCells(around, within, labels.pattern, heads)) {
    const inside = around.text.slice(cell.start, cell.end);
    if (!isAll(value, inside) || !accept(inside)) continue;
    yield { start: cell.start - within.start, end: cell.end - within.start };
  }
}

function isInContext(
  { context }: LabelledValue,
  text: string,
  start: number,
  length: number,
): boolean {
  return context?.test(text.slice(Math.max(0, start - CONTEXT), start + length + CONTEXT)) ?? true;
}

const WORD = /[A-Za-z0-9]/;

/** Whether no letter or digit goes on before or behind a value: what is cut out of something longer is something else. */
export function isWhole(text: string, start: number, end: number): boolean {
  return !WORD.test(text.charAt(start - 1)) && !WORD.test(text.charAt(end));
}
