// What the reader of hooks is told of a language: names of calls, and expressions for what has no name.
import type { BlockRules } from "#guard/effects/languages/syntax/blocks.ts";
import type { Layout } from "#guard/effects/languages/syntax/program-text.ts";

/** How a pattern is written. */
export type PatternForm = "glob" | "regex" | "fixed";

/** Calls by their names (`ProgramText.calls`), or what an expression finds; what is given is in its first group, or follows it. */
export type Calls = { readonly names: string } | { readonly form: RegExp };

/** A way to hold something against a pattern. `target`, `what`: groups of what is looked into, and of what is looked for. */
export type Matches = {
  readonly pattern: RegExp;
  readonly form: PatternForm;
  readonly target: number;
  readonly what: number;
};

/** One language. */
export type ProgramForms = {
  readonly layout: Layout;
  readonly blocks: BlockRules;
  /** Members of answers that the language writes with a capital. */
  readonly capitals: readonly string[];
  /** The variable in a group. */
  readonly variables: readonly RegExp[];
  /** A value that is the payload; what follows it is taken of it. */
  readonly loads: RegExp;
  /** What a value is taken out of without being changed; what no value of the payload is made of. */
  readonly wraps: RegExp;
  readonly foreign: RegExp;
  /** A member behind the name of the payload, in a group. */
  readonly members: string;
  /** `first`: an argument that says where it goes; `isWhole`: what the form finds is itself what is printed. */
  readonly prints: readonly (Calls & {
    readonly to: 1 | 2;
    readonly first?: RegExp;
    readonly isWhole?: true;
  })[];
  /** Arguments that send a print to standard error. */
  readonly toError: RegExp;
  /** Signs of a library that writes JSON, and of a text that values are put into. */
  readonly builds: RegExp;
  readonly pastes: RegExp;
  readonly exits: readonly Calls[];
  /** The status of an end that is given a text; without one it is told otherwise. */
  readonly textStatus: number | undefined;
  /** Ends by a fault. `needsWords`: only where it says that something is refused, and then it is printed. */
  readonly dies: readonly (Calls & { readonly status: number; readonly needsWords?: true })[];
  /** What catches faults from anywhere. */
  readonly catchesAll: RegExp;
  readonly matches: readonly Matches[];
  /** Programs and code that are run. `option`: only an option makes a shell of it; `words`: a list starts no shell; `filled`: a text alone, if values are put into it. */
  readonly runs: readonly (Calls & { readonly how: "text" | "option" | "words" | "filled" })[];
  /** What makes one word of a value, whatever is in it. */
  readonly quotes: RegExp;
  /** Requests; `carries`: what they are given or what follows says that they carry something. */
  readonly sends: readonly (Calls & { readonly carries?: RegExp; readonly followed?: RegExp })[];
  /** Code that is made of what an address answers, in a program that asks one. */
  readonly fetches: { readonly asks: RegExp; readonly runs: RegExp };
  /** Files that are written or added to; logs that the language keeps; input that is written as it comes. */
  readonly writes: RegExp;
  readonly logs: RegExp;
  readonly raw: RegExp;
  /** What is done where reading fails: `body`, and what is tried, where it is told. Without one: the block behind `catch`. */
  readonly caught: RegExp | undefined;
};

/** A text or a name, as it is looked for. */
export const TEXT =
  /([rbu]?"(?:[^"\\\n]|\\.)*"|[rbu]?'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|\$?[A-Za-z_]\w*)/.source;
/** An expression of the language. */
export const REGEX = /(m?\/(?:[^/\\\n*]|\\.)(?:[^/\\\n]|\\.)*\/[a-z]*)/.source;
/** What may hold input. */
export const TARGET = /([$@]?[A-Za-z_][\w.$>{}[\]"'()?:&-]*)/.source;

/** A way to match, from an expression with those of texts, names and patterns in it. */
export function matching(
  source: string,
  form: PatternForm,
  groups: { readonly target: number; readonly what: number },
  flags = "g",
): Matches {
  return { pattern: new RegExp(source, flags), form, ...groups };
}

/** A member by an index, or by one of the names that a payload has. */
export const MEMBERS =
  /(?:->)?(?:\.(?:fetch|dig)\(\s*["':](\w+)|[[{]\s*["':]?(\w+)["']?\s*[\]}]|\.([a-z]\w*_\w+|tool|input|command|args|file|event)\b(?!\())/
    .source;

/** What a request is given that it carries to its host. */
export const CARRIES = /json\s*=|data\s*=|body\s*[:,}]|JSON\.stringify|^\s*\w+\s*,\s*\w+/;

/** What no language without such a thing finds. */
export const NONE = /(?!)/g;
