// Many patterns read side by side, one character at a time: which of them still may match, which do, which always will.
import { Closure, type Positions } from "./closure.ts";
import { foldName } from "#base/fold-name.ts";
import { globSteps } from "#base/glob.ts";
import type { GlobStep } from "#base/glob/steps.ts";

/** A glob and how it is held against a path. */
export type GlobText = { readonly glob: string; readonly ignoreCase: boolean };

/** What a text is held against, step by step. Patterns of one owner match where one of them does. */
export type TextPattern = {
  readonly steps: readonly GlobStep[];
  readonly ignoreCase: boolean;
  readonly owner: number;
};

/** Globs as patterns, each for itself. */
export function patternsOf(globs: readonly GlobText[]): readonly TextPattern[] {
  return globs.map(({ glob, ignoreCase }, owner) => {
    return { steps: globSteps(glob, ignoreCase), ignoreCase, owner };
  });
}

const TEXT = 0;
const ONE = 1;
const PART = 2;
const ANY = 3;
const CLASS = 4;
const SKIP = 5;
const END = 6;
const KINDS = { text: TEXT, one: ONE, part: PART, any: ANY, class: CLASS, skip: SKIP } as const;

/** Characters that stand for all that no glob names, the most readable first. */
const OTHERS = [..."xyzwvutsrqponmlkjihgfedcba0123456789_"];
/** What character classes tell apart: ASCII, and one character of each further sort that a class can name. */
const CLASS_SAMPLE = [
  ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(index + 33)),
  ...["\u00e9", "\u0663", "\u20ac", "\u00ab", "\u4e2d", " ", "\t", "\u0001", "\u00a0"],
];

/** A step of a pattern where it is to be read, or the end of one. Patterns that begin alike share their places. */
type Place = {
  readonly kind: number;
  readonly text: string;
  readonly test: ((character: string) => boolean) | undefined;
  readonly owner: number;
  readonly folds: boolean;
  /** Where it goes on once the step was read, and where it may jump to instead. */
  readonly next: number[];
  readonly jumps: number[];
};

/** Reads text character by character along all its patterns. */
export class GlobAutomaton {
  readonly #places: Place[] = [];
  readonly #owners: number;
  /** A place of each owner from which whatever follows matches. */
  readonly #rests = new Map<number, number>();
  readonly #sample: readonly string[];
  readonly #closure: Closure;
  readonly start: Positions;

  constructor(patterns: readonly TextPattern[], owners: number) {
    this.#owners = owners;
    const starts = new Set<number>();
    const named = new Set<string>();
    const numbers = new Map<string, number>();
    for (const pattern of patterns) {
      const chain = this.#chain(pattern, numbers);
      starts.add(chain[0] ?? 0);
      // What a class names beyond ASCII is told apart as well.
      for (const step of pattern.steps)
        if (step.kind === "class") for (const one of step.source) if (one > "~") named.add(one);
    }
    for (const [at, { owner }] of this.#places.entries())
      if (this.#isRest(at) && !this.#rests.has(owner)) this.#rests.set(owner, at);
    this.#sample = [...CLASS_SAMPLE, ...named].filter((one) => one !== "/");
    this.#closure = new Closure(this.#places.length + 1, (at, pending) => {
      const place = this.#places[at];
      if (place === undefined) return;
      if (place.kind === PART || place.kind === ANY || place.kind === SKIP)
        pending.push(...place.next, ...place.jumps);
    });
    this.start = this.#closure.of([...starts]);
  }

  /** The places of a pattern, one for each step and the end. */
  #chain({ steps, ignoreCase, owner }: TextPattern, numbers: Map<string, number>): number[] {
    let before = `${owner} ${ignoreCase}`;
    const chain = [...steps, undefined].map((step) => {
      const text = step?.kind === "text" ? step.text : step?.kind === "class" ? step.source : "";
      const count = step?.kind === "skip" ? step.count : 0;
      before = `${before}\0${step?.kind ?? "end"} ${count} ${text}`;
      const known = numbers.get(before);
      if (known !== undefined) return known;
      const test = step?.kind === "class" ? step.test : undefined;
      const kind = step === undefined ? END : KINDS[step.kind];
      const place = { kind, text, test, owner, folds: ignoreCase, next: [], jumps: [] };
      const at = this.#places.push(place) - 1;
      numbers.set(before, at);
      return at;
    });
    for (const [index, at] of chain.entries()) {
      const step = steps[index];
      const place = this.#places[at];
      if (place === undefined) continue;
      addOnce(place.next, chain[index + 1]);
      if (step?.kind === "skip") addOnce(place.jumps, chain[index + 1 + step.count]);
    }
    return chain;
  }

  /** The positions after one more character. */
  step(positions: Positions, character: string): Positions {
    const folded =
      character < "A" || (character > "Z" && character <= "~") ? character : foldName(character);
    const next: number[] = [];
    for (const at of positions) {
      const place = this.#places[at];
      if (place === undefined || !takes(place, place.folds ? folded : character)) continue;
      if (place.kind === PART || place.kind === ANY) next.push(at);
      else next.push(...place.next);
    }
    return this.#closure.of(next);
  }

  /** Characters after which the globs may stand differently; each other one does what one of these does. */
  characters(positions: Positions): ReadonlySet<string> {
    const found = new Set<string>();
    let hasClass = false;
    for (const at of positions) {
      const place = this.#places[at];
      if (place?.kind === CLASS) hasClass = true;
      if (place?.kind !== TEXT) continue;
      const { text, folds } = place;
      found.add(text);
      // Where case counts for one glob and not for another, both writings are told apart.
      if (!folds) {
        found.add(text.toLowerCase());
        found.add(text.toUpperCase());
      }
    }
    const other = OTHERS.find((one) => !found.has(one));
    if (other !== undefined) found.add(other);
    if (hasClass) for (const one of this.#sample) found.add(one);
    return found;
  }

  /** Whose patterns match the text that was read, one flag each. */
  accepted(positions: Positions): Uint8Array {
    const found = new Uint8Array(this.#owners);
    for (const at of positions) {
      const place = this.#places[at];
      if (place?.kind === END) found[place.owner] = 1;
    }
    return found;
  }

  /** The positions, but of an owner who matches whatever follows only the one that says so: such texts go on alike. */
  settled(positions: Positions): Positions {
    const settled = new Set<number>();
    for (const at of positions) if (this.#isRest(at)) settled.add(this.#ownerAt(at));
    if (settled.size === 0) return positions;
    const open = positions.filter((at) => !settled.has(this.#ownerAt(at)));
    const rests = [...settled].map((owner) => this.#rests.get(owner) ?? 0);
    return this.#closure.of([...open, ...rests]);
  }

  #ownerAt(at: number): number {
    return this.#places[at]?.owner ?? 0;
  }

  #isRest(at: number): boolean {
    const place = this.#places[at];
    return place?.kind === ANY && place.next.some((next) => this.#places[next]?.kind === END);
  }
}

function addOnce(list: number[], at: number | undefined): void {
  if (at !== undefined && !list.includes(at)) list.push(at);
}

function takes({ kind, text, test }: Place, character: string): boolean {
  if (kind === TEXT) return text === character;
  if (kind === ANY) return true;
  if (character === "/") return false;
  return kind === ONE || kind === PART || (kind === CLASS && test?.(character) === true);
}

/** Positions as a text by which equal ones are known. */
export function positionsKey(positions: Positions): string {
  let key = "";
  for (const at of positions) key += String.fromCharCode(at & 0x7fff, at >> 15);
  return key;
}
