// Positions that are reached without reading anything.

/** Places in all patterns at once, ascending: what has been read so far may be read up to each of them. */
export type Positions = Int32Array;

/** Follows positions to all that stand for them as well. Marks are kept from time to time: this runs at every step of a search. */
export class Closure {
  readonly #stamps: Int32Array;
  readonly #follow: (at: number, pending: number[]) => void;
  #stamp = 0;

  /** `follow` adds to `pending` what one position leads to by itself. */
  constructor(size: number, follow: (at: number, pending: number[]) => void) {
    this.#stamps = new Int32Array(size);
    this.#follow = follow;
  }

  /** The positions and what they lead to, each once, ascending. */
  of(entered: readonly number[]): Positions {
    this.#stamp += 1;
    const reached: number[] = [];
    const pending = [...entered];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (this.#stamps[at] === this.#stamp) continue;
      this.#stamps[at] = this.#stamp;
      reached.push(at);
      this.#follow(at, pending);
    }
    return Int32Array.from(reached).sort();
  }
}
