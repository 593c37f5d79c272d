// The variables of one shell process: those that it set itself, over those that every command of the session inherits.
import type { Elements } from "./arrays.ts";
import type { TextSet } from "./text.ts";

/** What a declaration made of a variable; `maybe` where that depends on the path taken. */
export type Trait = "upper" | "lower" | "capital" | "integer" | "readonly" | "map";

/** A variable: its possible values, its elements if it is an array, and whether child programs see it. */
export type Variable = {
  /** Of an array the first element. */
  readonly values: TextSet;
  readonly elements?: Elements | undefined;
  readonly exported: boolean;
  /** Whether it is not set; an empty text is among the values then. */
  readonly absent?: "yes" | "maybe" | undefined;
  readonly traits?: ReadonlyMap<Trait, "yes" | "maybe"> | undefined;
  /** The variable that it is another name of; empty when that is not known. */
  readonly refersTo?: string | undefined;
};

/**
 * Looks up both kinds, and copies and lists the own ones alone. WHY not one map: a scope is copied at every branch, and
 * what is inherited hardly ever changes.
 */
export class Variables extends Map<string, Variable> {
  readonly inherited: ReadonlyMap<string, Variable>;

  constructor(
    inherited: ReadonlyMap<string, Variable>,
    own: Iterable<readonly [string, Variable]> = [],
  ) {
    // WHY not through the constructor of a map: it would look up before `inherited` is there.
    super();
    this.inherited = inherited;
    for (const [name, variable] of own) this.set(name, variable);
  }

  override get(name: string): Variable | undefined {
    return super.get(name) ?? this.inherited.get(name);
  }

  override has(name: string): boolean {
    return super.has(name) || this.inherited.has(name);
  }

  /** Whether a variable has what it had when the shell started, which may be one of several values. */
  isAsInherited(name: string): boolean {
    const before = this.inherited.get(name);
    return before !== undefined && this.get(name)?.values === before.values;
  }

  /** A copy to change. */
  fork(): Variables {
    return new Variables(this.inherited, this);
  }

  /** What a program that is started here gets. One that was unset stays so, or what it hides would come back. */
  child(): Variables {
    const own = [...this].filter(([name, { exported }]) => exported || this.inherited.has(name));
    return new Variables(this.inherited, own);
  }
}
