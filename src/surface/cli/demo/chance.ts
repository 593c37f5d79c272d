// Chance of the demo: the same numbers for the same seed.

export type Chance = {
  /** A whole number below `count`. */
  below(count: number): number;
  /** One of them. */
  of<Value>(list: readonly Value[]): Value;
};

/** mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    of(list) {
      const [first] = list;
      const chosen = list[below(list.length)] ?? first;
      if (chosen === undefined) throw new Error("there is nothing to choose from");
      return chosen;
    },
  };
}
