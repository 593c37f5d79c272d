// Rules by the names in their places, so that a path is held only against those that it may match.
import { foldName } from "#base/fold-name.ts";
import type { PlaceTests } from "./condition-places.ts";
import type { Rule } from "./policy.ts";

/**
 * Rules looked up by a path. INVARIANT: a rule that is not given matches the path neither itself nor as the directory that
 * it means whole; `test/guard/policy/rule-index.test.ts` asserts it.
 */
export class PlaceIndex {
  readonly #rules: readonly Rule[];
  readonly #byName = new Map<string, number[]>();
  /** Rules that may match whatever names a path has. */
  readonly #loose: number[] = [];

  constructor(rules: readonly Rule[], places: PlaceTests) {
    this.#rules = rules;
    for (const [index, { when }] of rules.entries()) {
      const hasPlace = when.paths !== undefined || when.exceptPaths !== undefined;
      const names = hasPlace ? places.of(when).paths.map(nameIn) : [undefined];
      if (names.includes(undefined)) this.#loose.push(index);
      else for (const name of new Set(names)) this.#add(name ?? "", index);
    }
  }

  /** The rules that may speak of a path that leads to another one, in their order. */
  at(path: string, real: string): readonly Rule[] {
    const found = new Set(this.#loose);
    for (const one of new Set([path, real]))
      for (const name of foldName(one).split("/"))
        for (const index of this.#byName.get(name) ?? []) found.add(index);
    return [...found].sort((one, other) => one - other).flatMap((at) => this.#rules[at] ?? []);
  }

  #add(name: string, index: number): void {
    const list = this.#byName.get(name);
    if (list === undefined) this.#byName.set(name, [index]);
    else list.push(index);
  }
}

/** A name that is in each path which a glob matches: its last one without wildcards, for that tells most. */
function nameIn(glob: string): string | undefined {
  return foldName(glob)
    .split("/")
    .findLast((name) => name !== "" && !/[*?[\]\\]/.test(name));
}
