// Chance of the demo: the same choices for the same seed.
import { chanceFrom } from "#base/chance.ts";

export type Chance = {
  /** A whole number below `count`. */
  below(count: number): number;
  /** One of them. */
  of<Value>(list: readonly Value[]): Value;
};

export function createChance(seed: number): Chance {
  const next = chanceFrom(seed);
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
