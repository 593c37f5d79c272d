// A detector: knows one kind of secret, personal or health data by its form, and tells where a text holds it, never what it says.
import type { FileNature } from "./file-nature.ts";
import type { Family, Tier } from "./finding.ts";

/** A part of a text, in UTF-16 units; `end` is behind the last one. */
export type Span = { readonly start: number; readonly end: number };
/** A span of the window, and how sure this one is where that differs from the detector's tier. */
export type Hit = Span & { readonly tier?: Tier };

/** What is around a window: the text that it was cut from, where it begins there, whether none was before it, and what file the text is of. */
export type Surroundings = {
  readonly text: string;
  readonly start: number;
  readonly isFirst: boolean;
  readonly file: FileNature;
  readonly tables: TableSigns;
};

/** Whether a text, looked at once as a whole, has rows that SQL inserts or copies: most have none, and detectors then need not search. */
export type TableSigns = { readonly hasInserts: () => boolean; readonly hasCopies: () => boolean };

/** From that many different values in one text on, each of them is of this tier: one address is nothing, fifty are an export. */
export type Bulk = { readonly count: number; readonly tier: Tier };

/**
 * One detector.
 *
 * `keywords`: one of them must stand in the text, written in lower case and compared without regard to the case of ASCII letters;
 * three characters or more. Only a handful of detectors may have none and see the whole text.
 * `digits`: in place of keywords, windows lie tightly around groups of so many digits, four or more, that only signs of written
 * numbers stand between; what is farther away is asked of `Surroundings.text`.
 * `before` and `after`: how many characters around a keyword are given to `find`, 64 and 320 unless told. Windows that touch are one.
 * `find` is pure, gives spans of the value alone in order, relative to the window, and takes time linear in it, whatever the text is.
 * What begins or ends at a cut of the window is the detector's to judge, by `Surroundings.text`.
 * `rank`: which of two detectors names a value that both find: 30 one issuer's form, 20 a known form, 10 a name or a guess.
 */
export type Detector = {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly tier: Tier;
  readonly keywords?: readonly string[];
  readonly digits?: number;
  readonly before?: number;
  readonly after?: number;
  readonly rank?: number;
  readonly bulk?: Bulk;
  readonly find: (window: string, surroundings: Surroundings) => Iterable<Hit>;
};

const FORM_RANK = 20;

/** Whether a detector knows its values by a form of their own, and not by the name or command beside them. */
export function isByForm({ rank = 0 }: Detector): boolean {
  return rank >= FORM_RANK;
}
