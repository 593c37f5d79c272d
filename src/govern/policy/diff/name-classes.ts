// Names of files and directories that patterns tell apart: each set of patterns that some name matches, with such a name.
import { alikeNames } from "./alike-names.ts";
import { NAMES } from "./clean-text.ts";
import { GlobAutomaton, type GlobText, positionsKey } from "./glob-automaton.ts";
import type { Positions } from "./closure.ts";
import { type GlobWays, type NamePattern, waysOf } from "./glob-parts.ts";

/** Patterns of which one must match. */
export type NameSet = readonly NamePattern[];

/** The sets that a name is in, one flag each, and the name. */
export type NameClass = { readonly isIn: Uint8Array; readonly name: string };

/** Classes of names. Complete when the search ended within its bound. */
export type NameClasses = {
  readonly classes: readonly NameClass[];
  readonly isComplete: boolean;
};

/** What reads well, alone and before an ending. */
const PLAIN = "x";
const READABLE = "file";

const STATES_MAX = 100_000;

/**
 * Globs taken apart and the classes of their names, worked out once for all that is searched. WHY once: each search is about
 * some of the same globs, and its classes of names are among those of all.
 */
export class NameTable {
  readonly #ways = new Map<string, GlobWays>();
  readonly #setOf = new Map<string, number>();
  readonly #all: NameClasses;

  /** `lists` are lists of globs as rules have them: which glob of a list matches tells nothing apart. */
  constructor(lists: readonly (readonly GlobText[])[]) {
    const ways = lists.map((list) => list.flatMap((glob) => this.waysOf(glob).ways));
    const { names } = alikeNames(ways);
    for (const [set, patterns] of names.entries())
      for (const { key } of patterns) this.#setOf.set(key, set);
    this.#all = classifyNames(names);
  }

  waysOf(one: GlobText): GlobWays {
    const key = `${one.ignoreCase} ${one.glob}`;
    const known = this.#ways.get(key) ?? waysOf(one);
    this.#ways.set(key, known);
    return known;
  }

  /** The classes of names that sets tell apart. */
  of(sets: readonly NameSet[]): NameClasses {
    const parts = sets.map((set) => [...new Set(set.map(({ key }) => this.#setOf.get(key) ?? -1))]);
    // What was not searched before, or not to its end, is searched for itself.
    if (!this.#all.isComplete || parts.flat().includes(-1)) return classifyNames(sets);
    const found = new Map<string, NameClass>();
    for (const { isIn, name } of this.#all.classes) {
      const flags = parts.map((part) => (part.some((set) => isIn[set] === 1) ? 1 : 0));
      const key = flags.join("");
      if (!found.has(key)) found.set(key, { isIn: Uint8Array.from(flags), name });
    }
    return { classes: [...found.values()], isComplete: true };
  }
}

/** All names there can be, searched breadth first. */
function classifyNames(sets: readonly NameSet[]): NameClasses {
  const patterns = sets.flatMap((set, owner) => set.map((one) => ({ ...one, owner })));
  const automaton = new GlobAutomaton(patterns, sets.length);
  const found = new Map<string, NameClass>();
  const seen = new Set<string>();
  type Node = { positions: Positions; state: Parameters<typeof NAMES.next>[0]; name: string };
  const queue: Node[] = [{ positions: automaton.start, state: "begin", name: "" }];
  const result = (isComplete: boolean): NameClasses => {
    return { classes: [...found.values()], isComplete };
  };
  for (let index = 0; index < queue.length; index += 1) {
    const node = queue[index];
    if (node === undefined) break;
    for (const character of automaton.characters(node.positions)) {
      const state = NAMES.next(node.state, character);
      if (state === undefined) continue;
      const positions = automaton.settled(automaton.step(node.positions, character));
      const key = `${state}\0${positionsKey(positions)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const name = node.name + character;
      if (NAMES.ends(state)) {
        const isIn = automaton.accepted(positions);
        const inKey = isIn.join("");
        if (!found.has(inKey)) found.set(inKey, { isIn, name: readable(automaton, name, inKey) });
      }
      if (seen.size > STATES_MAX) return result(false);
      queue.push({ positions, state, name });
    }
  }
  return result(true);
}

/** A name of the same class that reads better, where there is one. */
function readable(automaton: GlobAutomaton, name: string, inKey: string): string {
  const better = [PLAIN, ...(/^[^A-Za-z0-9]/.test(name) ? [`${READABLE}${name}`] : [])];
  const isAlike = (other: string): boolean => {
    let positions = automaton.start;
    for (const character of other) positions = automaton.step(positions, character);
    return automaton.accepted(positions).join("") === inKey;
  };
  return better.find(isAlike) ?? name;
}
