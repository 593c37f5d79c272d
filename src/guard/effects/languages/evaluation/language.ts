// What a language is to the reading of its programs: its words, and what its functions do, as data.
import type { Text, TextSet } from "../../../shell/values/text.ts";
import type { ValueRules } from "./value-rules.ts";
import type { Observations } from "./observations.ts";
import type { Lexicon, Token } from "./tokens.ts";
import type { Value } from "./value.ts";

/**
 * One argument of a call. `text`: the one text that it certainly is; `texts`: those that it or its items may be; `argvs`:
 * the words of a list, once for each that it may be.
 */
export type Argument = {
  readonly tokens: readonly Token[];
  readonly value: Value | undefined;
  readonly text: string | undefined;
  readonly texts: TextSet | undefined;
  readonly argvs: readonly (readonly Text[])[] | undefined;
};

/** One call. `path` is its dotted name with aliases resolved; `receiver` the value that a method is called on. */
export type Call = {
  readonly path: string;
  readonly receiver?: Value | undefined;
  readonly args: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
};

/** What a known function does; false when it may do more than was noted. */
export type CallEffect = (call: Call, seen: Observations) => boolean;

/** One language, as data. */
export type Language = {
  readonly name: string;
  readonly lexicon: Lexicon;
  readonly keywords: ReadonlySet<string>;
  /** Dotted names that do nothing to the world, called or not; `math.*` is every direct member. */
  readonly harmless: ReadonlySet<string>;
  /** Members that are harmless on any value that a proven program can hold. */
  readonly methods: ReadonlySet<string>;
  /** Members that are only looked at, on values of the program's own, when no call has their name. */
  readonly attributes?: RegExp;
  readonly calls: Readonly<Record<string, CallEffect>>;
  /** Names whose mere mention reads the environment, members included. */
  readonly environment: ReadonlySet<string>;
  /** How names of variables begin, where they differ from all others. */
  readonly variables?: RegExp;
  /** Operators between a value and its member. */
  readonly access: ReadonlySet<string>;
  /**
   * Names that no list has: `unless-global` are variables unless they are in `globals`; `unless-called` are harmless
   * when not called; `never` are calls unless the program itself defines them.
   */
  readonly unknownNames: "unless-global" | "unless-called" | "never";
  readonly globals: ReadonlySet<string>;
  /** Whether arguments may stand without parentheses (`system "ls"`). */
  readonly bareArguments: boolean;
  /** Operators that may run what no name shows. */
  readonly suspicious: ReadonlySet<string>;
  /** What expressions are worth. */
  readonly values: ValueRules;
  /** Members of the language's own that a program may set without giving anything another meaning. */
  readonly settable: ReadonlySet<string>;
  /** Functions that run a text as code of this language. */
  readonly evaluates: ReadonlySet<string>;
  /** Reads the program's imports: gives the tokens that remain, and what names stand for. */
  readonly prepare: (tokens: readonly Token[], seen: Observations) => Prepared;
};

export type Prepared = {
  readonly tokens: readonly Token[];
  readonly aliases: ReadonlyMap<string, string>;
};

/** Doings by name, for the tables of languages. */
export function doings(
  ...groups: readonly (readonly [CallEffect, string])[]
): Readonly<Record<string, CallEffect>> {
  return Object.fromEntries(
    groups.flatMap(([doing, names]) => names.split(" ").map((name) => [name, doing] as const)),
  );
}
