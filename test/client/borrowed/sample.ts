// A part of the cases, chosen by a seed: the same seed always chooses the same ones.
import { chanceOf } from "../../corpus/content/chance.ts";

/** `count` of `rows`, in their order. */
export function sampleOf<Row>(rows: readonly Row[], count: number, seed: string): readonly Row[] {
  const chance = chanceOf(seed);
  const left = [...rows.keys()];
  const chosen = new Set<number>();
  while (chosen.size < count && left.length > 0)
    for (const at of left.splice(chance.between(0, left.length - 1), 1)) chosen.add(at);
  return rows.filter((_, at) => chosen.has(at));
}
