// How languages bind names, and what a name is given at one place.
import type { Token } from "./tokens.ts";

/**
 * What a name is given at one place. `value`: an expression. `item`: one item of an expression, or, with `position`, that
 * part of each item. `anything`: what is not followed.
 */
export type Binding =
  | { readonly kind: "value"; readonly tokens: readonly Token[] }
  | { readonly kind: "item"; readonly tokens: readonly Token[]; readonly position?: number }
  | { readonly kind: "anything" };

/** How a language binds names. */
export type BindingRules = {
  /** `a, b = c, d` gives several names a value. */
  readonly assignsSeveral: boolean;
  /** Operators between a value and its member: `a.b = 1` binds no variable. */
  readonly access: ReadonlySet<string>;
  /** Functions that change what they are given. */
  readonly changes: ReadonlySet<string>;
  /** Whether a call without brackets takes all that follows, commas and all. */
  readonly takesRest?: true;
  /** How names of variables begin, where they differ from those of functions. */
  readonly variables?: RegExp;
  /** Words and operators that change a text in place, or bind names unseen; with any of them no variable is followed. */
  readonly spoils: RegExp;
  /** Whether `text[0] = "x"` changes the text itself, under whatever name. */
  readonly textsChange?: true;
  /** Names that get values unseen (`$_`). */
  readonly implicit?: RegExp;
  /** Words and operators that change a list in place; with any of them no variable is known to be a list. */
  readonly changesLists: RegExp;
  /** Whether `for (x in list)` goes over places, not items. */
  readonly loopsOverKeys?: true;
  /** Methods that call a small function with each item: `list.forEach(x => …)`. */
  readonly each: ReadonlySet<string>;
};

/** Bindings by name, and whether lists may change after they were made. */
export type Bound = {
  readonly names: ReadonlyMap<string, readonly Binding[]>;
  readonly listsChange: boolean;
};
