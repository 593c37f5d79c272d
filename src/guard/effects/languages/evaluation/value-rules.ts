// What a language says of values, and what the evaluation of one program is given.
import type { BindingRules } from "./binding-rules.ts";
import type { Token } from "./tokens.ts";
import type { ValueFunction, Value, ValueContext } from "./value.ts";

/** What a language says of values. All names are dotted, aliases resolved. */
export type ValueRules = {
  readonly bindings: BindingRules;
  /** What names stand for. */
  readonly constants: Readonly<Record<string, (context: ValueContext) => Value | undefined>>;
  /** Names in front of the variables of the environment: `process.env`. */
  readonly environment: string;
  readonly functions: Readonly<Record<string, ValueFunction>>;
  /** Functions that take no more than one argument where they are called without brackets. */
  readonly unary: ReadonlySet<string>;
  /** Functions of which only the first argument matters. */
  readonly tolerant: ReadonlySet<string>;
  /** Methods by name; the first argument is the value that they are called on. */
  readonly methods: Readonly<Record<string, ValueFunction>>;
  /** Members that are not called. */
  readonly properties: Readonly<Record<string, ValueFunction>>;
  /** Operators that put texts together. */
  readonly joins: ReadonlySet<string>;
  /** Whether `/` puts paths together. */
  readonly joinsPaths: boolean;
  /** The number of the first place of a list, where it is not 0. */
  readonly firstPlace?: 1;
  /** Whether braces hold a list. */
  readonly curlyLists?: true;
  /** Whether `(a, b)` is a list, and whether a list in a list is part of it. */
  readonly roundLists: "none" | "lists" | "flat";
  /** Whether a text that is called is the function of that name. */
  readonly callsTexts: boolean;
  /** Methods that call the one that their first argument names. */
  readonly sends: ReadonlySet<string>;
  /** Whether a number becomes part of a text that it is added to. */
  readonly joinsNumbers: boolean;
};

/** A call whose name is itself worked out: `getattr(os, "system")(…)`. */
export type IndirectCall = { readonly path: string; readonly args: readonly Token[] };

/** What evaluation needs to know of one program. */
export type EvaluatorOptions = {
  readonly rules: ValueRules;
  readonly aliases: ReadonlyMap<string, string>;
  readonly access: ReadonlySet<string>;
  readonly bareArguments: boolean;
  /** Whether a dotted name is a function whose calls are known. */
  readonly isCall: (path: string) => boolean;
  readonly context: ValueContext;
};

/** A text of which a part may be computed. */
export type Computed = Extract<
  Token,
  { readonly text: string | undefined; readonly inner: unknown }
>;
