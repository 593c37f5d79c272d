// The shell's state while a command is evaluated: variables, functions, directory. Forked at branches, joined after them.
import { ALTERNATIVES_MAX } from "#base/limits.ts";
import { isReported } from "#base/reported-variables.ts";
import type { EnvironmentFacts, ShellFacts } from "../facts.ts";
import type { FunctionNode } from "./syntax.ts";
import { EMPTY, hole, known, sameSet, sourcesOf, type TextSet, textOf, union } from "./text.ts";
import { type Variable, Variables } from "./variables.ts";

/**
 * A function body, parsed (defined in the command) or as text (defined in the snapshot). More than one: which is defined
 * depends on the path taken; `absent` stands for a path on which it is not defined.
 */
export type FunctionBody =
  | { readonly from: "snapshot"; readonly text: string }
  | { readonly from: "command"; readonly node: FunctionNode["body"]; readonly source: string }
  | { readonly from: "absent" };

/** An alias. It is in force for text that the shell reads after the line which ends at `end` of `source`. */
export type Alias = {
  readonly text: string;
  readonly source: string | undefined;
  readonly end: number;
};

/** Positional parameters: possible lists, or undefined when even their number is not known. */
export type Positional = readonly TextSet[] | undefined;

/** Mutable state of one shell process. `fork` before a branch or subshell, `join` after it. */
export class Scope {
  readonly variables: Variables;
  readonly functions: Map<string, readonly FunctionBody[]>;
  readonly aliases: Map<string, Alias>;
  readonly options: Set<string>;
  /** Possible working directories, absolute and clean; undefined stands for an unknown one. */
  directories: readonly (string | undefined)[];
  positional: Positional;
  /** `$0`. */
  name: string;
  /** What descriptors above 2 deliver, after `exec 3< file`. */
  readonly descriptors: Map<number, TextSet>;
  /** What the client's commands inherit, where that is known. */
  readonly #inherited: EnvironmentFacts | undefined;
  /** Names declared local in the function that runs. */
  locals: ReadonlySet<string> = new Set();

  private constructor(from: {
    variables: Variables;
    functions: Map<string, readonly FunctionBody[]>;
    aliases: Map<string, Alias>;
    options: Set<string>;
    directories: readonly (string | undefined)[];
    positional: Positional;
    name: string;
    descriptors: Map<number, TextSet>;
    inherited: EnvironmentFacts | undefined;
  }) {
    this.variables = from.variables;
    this.functions = from.functions;
    this.aliases = from.aliases;
    this.options = from.options;
    this.directories = from.directories;
    this.positional = from.positional;
    this.name = from.name;
    this.descriptors = from.descriptors;
    this.#inherited = from.inherited;
  }

  /** The state in which the client starts a command: what it inherits, then the session's snapshot, nothing else. */
  static start(facts: ShellFacts, directory: string, inherited?: EnvironmentFacts): Scope {
    const variables = new Variables(new Map(inheritedVariables(inherited)));
    for (const [name, value] of facts.variables) {
      variables.set(name, { values: known(value), exported: true });
    }
    const options = new Set(facts.options);
    // bash sets the options that these two name when it starts.
    for (const name of ["SHELLOPTS", "BASHOPTS"])
      for (const option of inherited?.variables.get(name)?.split(":") ?? []) options.add(option);
    return new Scope({
      variables,
      functions: new Map([
        ...inheritedFunctions(variables.inherited, facts.dialect),
        ...[...facts.functions].map(
          ([name, text]) => [name, [{ from: "snapshot", text }]] as const,
        ),
      ]),
      aliases: new Map(
        [...facts.aliases].map(([name, text]) => [name, { text, source: undefined, end: 0 }]),
      ),
      options,
      directories: [directory],
      positional: [],
      name: facts.dialect === "zsh" ? "zsh" : "bash",
      descriptors: new Map(),
      inherited,
    });
  }

  fork(): Scope {
    return new Scope({
      variables: this.variables.fork(),
      functions: new Map(this.functions),
      aliases: new Map(this.aliases),
      options: new Set(this.options),
      directories: this.directories,
      positional: this.positional,
      name: this.name,
      descriptors: new Map(this.descriptors),
      inherited: this.#inherited,
    });
  }

  /** A new shell process started by a program: exported variables stay, functions, aliases and options do not. */
  child(): Scope {
    const variables = this.variables.child();
    return new Scope({
      variables,
      functions: new Map([
        ...inheritedFunctions(variables.inherited, "unknown"),
        ...inheritedFunctions(variables, "unknown"),
      ]),
      aliases: new Map(),
      options: new Set(),
      directories: this.directories,
      positional: [],
      name: "bash",
      descriptors: new Map(this.descriptors),
      inherited: this.#inherited,
    });
  }

  /** Takes the state of `other` as a further possibility beside the present one. */
  join(other: Scope): void {
    for (const name of new Set([...this.variables.keys(), ...other.variables.keys()])) {
      const mine = this.variables.get(name);
      const theirs = other.variables.get(name);
      this.variables.set(name, {
        values: union(mine?.values ?? this.unset(name), theirs?.values ?? other.unset(name)),
        elements: joinElements(mine, theirs),
        exported: (mine?.exported ?? false) || (theirs?.exported ?? false),
      });
    }
    for (const name of new Set([...this.functions.keys(), ...other.functions.keys()])) {
      const mine = this.functions.get(name) ?? ABSENT;
      const keys = new Set(mine.map(bodyKey));
      const theirs = other.functions.get(name) ?? ABSENT;
      this.functions.set(name, [...mine, ...theirs.filter((body) => !keys.has(bodyKey(body)))]);
    }
    for (const [name, alias] of other.aliases)
      if (!this.aliases.has(name)) this.aliases.set(name, alias);
    for (const option of other.options) this.options.add(option);
    this.directories = possibleDirectories([...this.directories, ...other.directories]);
    if (!samePositional(this.positional, other.positional)) this.positional = undefined;
    for (const [descriptor, texts] of other.descriptors) {
      this.descriptors.set(descriptor, union(this.descriptors.get(descriptor) ?? EMPTY, texts));
    }
  }

  /** Takes over the state of `other` in place of the present one. */
  become(other: Scope): void {
    replace(this.variables, other.variables);
    replace(this.functions, other.functions);
    replace(this.aliases, other.aliases);
    replace(this.descriptors, other.descriptors);
    this.options.clear();
    for (const option of other.options) this.options.add(option);
    this.directories = other.directories;
    this.positional = other.positional;
    this.name = other.name;
  }

  /** Whether both states allow the same: a loop that changes nothing more has been understood. */
  equals(other: Scope): boolean {
    if (
      this.variables.size !== other.variables.size ||
      this.functions.size !== other.functions.size
    )
      return false;
    for (const [name, variable] of this.variables) {
      const theirs = other.variables.get(name);
      if (theirs === undefined || !sameSet(variable.values, theirs.values)) return false;
    }
    const theirs = new Set(other.directories);
    return (
      this.directories.length === theirs.size &&
      this.directories.every((directory) => theirs.has(directory)) &&
      samePositional(this.positional, other.positional)
    );
  }

  /** Forgets the value of everything that differs between `before` and the present state. */
  widenAgainst(before: Scope): void {
    for (const [name, variable] of this.variables) {
      const earlier = before.variables.get(name);
      if (earlier === undefined || !sameSet(earlier.values, variable.values)) {
        this.variables.set(name, { ...variable, values: [[hole("budget")]] });
      }
    }
    if (!sameDirectories(this.directories, before.directories)) {
      this.directories = [...new Set([...before.directories, undefined])];
    }
    if (!samePositional(this.positional, before.positional)) this.positional = undefined;
  }

  set(name: string, values: TextSet, exported?: boolean): void {
    const earlier = this.variables.get(name);
    this.variables.set(name, {
      values,
      exported: exported ?? (earlier?.exported === true || this.options.has("allexport")),
    });
  }

  value(name: string): TextSet | undefined {
    return this.variables.get(name)?.values;
  }

  /** What a variable that nothing in sight sets expands to: nothing, where it certainly is not inherited either. */
  unset(name: string): TextSet {
    const inherited = this.#inherited;
    const isCertain = inherited?.isExact === true && isReported(name);
    return isCertain && !hasName(inherited, name) ? EMPTY : unsetValue(name);
  }
}

/** The directories, each once. WHY past the bound an unknown one in place of the rest: each branch may double them. */
export function possibleDirectories(
  directories: Iterable<string | undefined>,
): readonly (string | undefined)[] {
  const all = [...new Set(directories)];
  if (all.length <= ALTERNATIVES_MAX) return all;
  return [...new Set([...all.slice(0, ALTERNATIVES_MAX - 1), undefined])];
}

function hasName({ variables, withheld }: EnvironmentFacts, name: string): boolean {
  return variables.has(name) || withheld.has(name);
}

/** What every command inherits. A value that a start-up file may have replaced is one possibility beside any other. */
function* inheritedVariables(
  inherited: EnvironmentFacts | undefined,
): Iterable<readonly [string, Variable]> {
  const { variables = new Map<string, string>(), withheld = [] } = inherited ?? {};
  const anything: TextSet = [[hole("missing-fact")]];
  for (const [name, value] of variables) {
    // Measured: the snapshot ends with the client's own search path, whatever start-up files made of it.
    const isLasting = inherited?.isExact === true || name === "PATH";
    const isCertain = isLasting && inherited?.doubtful?.has(name) !== true;
    const values = isCertain ? known(value) : union(known(value), anything);
    yield [name, { values, exported: true }];
  }
  for (const name of withheld) yield [name, { values: anything, exported: true }];
}

/** Functions that bash takes from its environment. */
function* inheritedFunctions(
  variables: ReadonlyMap<string, Variable>,
  dialect: ShellFacts["dialect"],
): Iterable<readonly [string, readonly FunctionBody[]]> {
  if (dialect === "zsh") return;
  for (const [variable, { values }] of variables) {
    if (!variable.startsWith("BASH_FUNC_") || !variable.endsWith("%%")) continue;
    const name = variable.slice("BASH_FUNC_".length, -"%%".length);
    const bodies = values.map((value): FunctionBody => {
      const body = /^\(\)\s*([\s\S]*)$/.exec(textOf(value) ?? "")?.[1];
      return { from: "snapshot", text: body ?? UNREADABLE_BODY };
    });
    // Only bash does: in another shell the name means what it always does.
    yield [name, dialect === "bash" ? bodies : [...bodies, ...ABSENT]];
  }
}

/** A body that no parser accepts: what it does is not known. */
const UNREADABLE_BODY = '"';

/** A variable that nothing in sight sets: the environment may still define it. */
function unsetValue(name: string): TextSet {
  return [
    [],
    [hole("missing-fact", name === "RANDOM" || name === "SECONDS" ? { like: "[0-9]*" } : {})],
  ];
}

const ABSENT: readonly FunctionBody[] = [{ from: "absent" }];

function bodyKey(body: FunctionBody): string {
  switch (body.from) {
    case "absent":
      return "";
    case "snapshot":
      return `s${body.text}`;
    case "command":
      return `c${body.node.pos}:${body.source}`;
    default:
      return body satisfies never;
  }
}

function joinElements(
  mine: Variable | undefined,
  theirs: Variable | undefined,
): readonly TextSet[] | undefined {
  if (mine?.elements === undefined && theirs?.elements === undefined) return undefined;
  if (mine?.elements?.length === theirs?.elements?.length) {
    return mine?.elements?.map((values, at) => union(values, theirs?.elements?.[at] ?? EMPTY));
  }
  const all = [...(mine?.elements ?? []), ...(theirs?.elements ?? [])];
  return [[[hole("budget", { sources: sourcesOf(all.flat()) })]]];
}

function replace<Key, Value>(target: Map<Key, Value>, source: ReadonlyMap<Key, Value>): void {
  target.clear();
  for (const [key, value] of source) target.set(key, value);
}

function sameDirectories(
  first: readonly (string | undefined)[],
  second: readonly (string | undefined)[],
): boolean {
  return first.length === second.length && first.every((directory) => second.includes(directory));
}

function samePositional(first: Positional, second: Positional): boolean {
  if (first === undefined || second === undefined) return first === second;
  return (
    first.length === second.length &&
    first.every((values, at) => sameSet(values, second[at] ?? EMPTY))
  );
}
