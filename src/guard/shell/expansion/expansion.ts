// What the parts of parameter expansion hand to one another.
import type { Io } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import type { Word } from "../syntax/syntax.ts";
import type { TextSet } from "../values/text.ts";

/** The value of an expansion: one string of several (`texts`), or a list of fields (`"$@"`, `"${a[@]}"`). */
export type Expanded =
  | { readonly kind: "text"; readonly texts: TextSet }
  | { readonly kind: "list"; readonly items: readonly TextSet[] | undefined };

/** Expands a word inside an operation; given by the caller because words and parameters need one another. */
type WordExpander = (word: Word, scope: Scope, io: Io) => TextSet;

/** Expands the pattern of `${x#...}`, the operand of `${x:-...}`, whose quoted parts keep their mark, and a subscript. */
export type Expanders = {
  readonly pattern: WordExpander;
  readonly operand: WordExpander;
  readonly text: WordExpander;
};

/** Whether a parameter is set; `${x-y}` asks. */
export type Presence = "yes" | "no" | "maybe";
