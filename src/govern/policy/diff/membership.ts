// All ways in which a text can match some of many globs, each with the shortest text that does.
import type { TextShape, CleanState } from "./clean-text.ts";
import { GlobAutomaton, type GlobText, patternsOf, positionsKey } from "./glob-automaton.ts";
import type { Positions } from "./closure.ts";

/** One way: the globs that match, by index, and a text. */
export type Membership = { readonly globs: readonly number[]; readonly text: string };

/** All of them, unless the search was too long for its bound. */
export type Memberships = { readonly classes: readonly Membership[]; readonly isComplete: boolean };

/** Searches all texts of a shape, breadth first. The search is complete when it ends within `statesMax` states. */
export function memberships(
  globs: readonly GlobText[],
  shape: TextShape,
  statesMax: number,
): Memberships {
  const automaton = new GlobAutomaton(patternsOf(globs), globs.length);
  const found = new Map<string, Membership>();
  const seen = new Set<string>();
  type Node = { readonly positions: Positions; readonly state: CleanState; readonly text: string };
  const queue: Node[] = [{ positions: automaton.start, state: "begin", text: "" }];
  for (let index = 0; index < queue.length; index += 1) {
    const node = queue[index];
    if (node === undefined) break;
    if (shape.ends(node.state)) {
      const accepted = automaton.accepted(node.positions);
      const matching = [...accepted.keys()].filter((glob) => accepted[glob] === 1);
      const key = matching.join();
      if (!found.has(key)) found.set(key, { globs: matching, text: node.text });
    }
    for (const character of [...automaton.characters(node.positions), "/"]) {
      const state = shape.next(node.state, character);
      if (state === undefined) continue;
      const positions = automaton.step(node.positions, character);
      const key = `${state}\0${positionsKey(positions)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > statesMax) return { classes: [...found.values()], isComplete: false };
      queue.push({ positions, state, text: node.text + character });
    }
  }
  return { classes: [...found.values()], isComplete: true };
}
