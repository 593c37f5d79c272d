// Many globs read side by side, one character at a time: which of them still may match, which do, which always will.
import { foldName } from "#base/fold-name.ts";
import { globSteps } from "#base/glob.ts";

/** A glob and how it is held against a path. */
export type GlobText = { readonly glob: string; readonly ignoreCase: boolean };

/** Places in all globs at once, ascending: what has been read so far may be read up to each of them. */
export type Positions = Int32Array;

/** What is known of a glob after some text. `total`: it matches whatever follows. */
export const STATUS = { dead: 0, alive: 1, accepts: 2, total: 3 } as const;

const TEXT = 0;
const ONE = 1;
const PART = 2;
const ANY = 3;
const CLASS = 4;
const SKIP = 5;
const END = 6;

/** Characters that stand for all that no glob names, the most readable first. */
const OTHERS = [..."xyzwvutsrqponmlkjihgfedcba0123456789_"];
/** What character classes tell apart: ASCII, and one character of each further sort that a class can name. */
const CLASS_SAMPLE = [
  ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(index + 33)),
  ...["\u00e9", "\u0663", "\u20ac", "\u00ab", "\u4e2d", " ", "\t", "\u0001", "\u00a0"],
];

/** Reads text character by character along all its globs. */
export class GlobAutomaton {
  readonly #kind: number[] = [];
  readonly #text: string[] = [];
  readonly #jump: number[] = [];
  readonly #test: (((character: string) => boolean) | undefined)[] = [];
  readonly #owner: number[] = [];
  readonly #folds: boolean[] = [];
  readonly #ends: number[] = [];
  readonly #sample: readonly string[];
  readonly #stamps: Int32Array;
  #stamp = 0;
  readonly start: Positions;

  /** `asleep` globs are read only once they are woken, and then match everything; each ends in `**`. */
  constructor(globs: readonly GlobText[], asleep: ReadonlySet<number> = new Set()) {
    const starts: number[] = [];
    const named = new Set<string>();
    for (const [owner, { glob, ignoreCase }] of globs.entries()) {
      if (!asleep.has(owner)) starts.push(this.#kind.length);
      this.#folds.push(ignoreCase);
      for (const step of globSteps(glob, ignoreCase)) {
        const kinds = { text: TEXT, one: ONE, part: PART, any: ANY, class: CLASS, skip: SKIP };
        this.#kind.push(kinds[step.kind]);
        this.#text.push(step.kind === "text" ? step.text : "");
        this.#jump.push(step.kind === "skip" ? step.count : 0);
        this.#test.push(step.kind === "class" ? step.test : undefined);
        this.#owner.push(owner);
        // What a class names beyond ASCII is told apart as well.
        if (step.kind === "class") for (const one of step.source) if (one > "~") named.add(one);
      }
      this.#ends.push(this.#kind.length);
      this.#kind.push(END);
      this.#text.push("");
      this.#jump.push(0);
      this.#test.push(undefined);
      this.#owner.push(owner);
    }
    this.#sample = [...CLASS_SAMPLE, ...named].filter((one) => one !== "/");
    this.#stamps = new Int32Array(this.#kind.length + 1);
    this.start = this.#closed(starts);
  }

  get globCount(): number {
    return this.#folds.length;
  }

  /** The positions after one more character. */
  step(positions: Positions, character: string): Positions {
    const folded =
      character < "A" || (character > "Z" && character <= "~") ? character : foldName(character);
    const next: number[] = [];
    for (const at of positions) {
      const kind = this.#kind[at];
      const isFolded = this.#folds[this.#owner[at] ?? 0] === true;
      const read = isFolded ? folded : character;
      if (kind === TEXT ? this.#text[at] === read : this.#takes(at, read)) {
        next.push(kind === PART || kind === ANY ? at : at + 1);
      }
    }
    return this.#closed(next);
  }

  #takes(at: number, character: string): boolean {
    const kind = this.#kind[at];
    if (kind === ANY) return true;
    if (character === "/") return false;
    return (
      kind === ONE || kind === PART || (kind === CLASS && this.#test[at]?.(character) === true)
    );
  }

  /** Characters after which the globs may stand differently; each other one does what one of these does. */
  characters(positions: Positions): ReadonlySet<string> {
    const found = new Set<string>();
    let hasClass = false;
    for (const at of positions) {
      const kind = this.#kind[at];
      if (kind === CLASS) hasClass = true;
      if (kind !== TEXT) continue;
      const text = this.#text[at] ?? "";
      found.add(text);
      // Where case counts for one glob and not for another, both writings are told apart.
      if (this.#folds[this.#owner[at] ?? 0] !== true) {
        found.add(text.toLowerCase());
        found.add(text.toUpperCase());
      }
    }
    const other = OTHERS.find((one) => !found.has(one));
    if (other !== undefined) found.add(other);
    if (hasClass) for (const one of this.#sample) found.add(one);
    return found;
  }

  /** What each glob has come to, one `STATUS` each. */
  statuses(positions: Positions): Uint8Array {
    const found = new Uint8Array(this.globCount);
    for (const at of positions) {
      const owner = this.#owner[at] ?? 0;
      const kind = this.#kind[at];
      const status =
        kind === ANY && this.#kind[at + 1] === END
          ? STATUS.total
          : kind === END
            ? STATUS.accepts
            : STATUS.alive;
      if (status > (found[owner] ?? 0)) found[owner] = status;
    }
    return found;
  }

  /** The positions with sleeping globs woken. */
  woken(positions: Positions, globs: Iterable<number>): Positions {
    const more = [...globs].map((glob) => (this.#ends[glob] ?? 0) - 1);
    return more.length === 0 ? positions : this.#closed([...positions, ...more]);
  }

  /** The positions in the globs that are kept. */
  within(positions: Positions, keeps: Uint8Array): Positions {
    return positions.filter((at) => keeps[this.#owner[at] ?? 0] === 1);
  }

  #closed(entered: readonly number[]): Positions {
    this.#stamp += 1;
    const reached: number[] = [];
    const pending = [...entered];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (this.#stamps[at] === this.#stamp) continue;
      this.#stamps[at] = this.#stamp;
      reached.push(at);
      const kind = this.#kind[at];
      if (kind === PART || kind === ANY || kind === SKIP) pending.push(at + 1);
      if (kind === SKIP) pending.push(at + 1 + (this.#jump[at] ?? 0));
    }
    return Int32Array.from(reached).sort();
  }
}

/** Positions as a text by which equal ones are known. */
export function positionsKey(positions: Positions): string {
  let key = "";
  for (const at of positions) key += String.fromCharCode(at & 0x7fff, at >> 15);
  return key;
}
