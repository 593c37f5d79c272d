// The shell's state while a command is evaluated: variables, functions, directory. Forked at branches, joined after them.
import { ALTERNATIVES_MAX } from "#base/limits.ts";
import { isContainedVariable } from "#base/contained-caches.ts";
import { isReported } from "#base/reported-variables.ts";
import type { EnvironmentFacts, ShellFacts } from "../../facts/facts.ts";
import { type Alias, aliasBefore, isInForce, joinAliases } from "./aliases.ts";
import { elementAt, type Elements, withElement } from "./arrays.ts";
import { type FunctionBody, joinBodies } from "./functions.ts";
import {
  hasName,
  inheritedFunctions,
  inheritedOptions,
  inheritedVariables,
  OPTION_LISTS,
} from "./inherited-state.ts";
import { joinPositional, type Positional } from "./positional.ts";
import { EMPTY, hole, known, literal, type Text, textOf, type TextSet } from "./text.ts";
import { union } from "./text-sets.ts";
import { isSetByShells, joinVariables, shapedBy, unsetValue } from "./variable-values.ts";
import { type Trait, type Variable, Variables } from "./variables.ts";
import { possibleDirectories } from "./directories.ts";

/** Among the sinks: what is printed may go out of what collects it, or stay. */
export const ELSEWHERE: TextSet = [];

/** Variables that a shell declares to hold numbers when it starts. */
const HOLDS_A_NUMBER = new Set([
  ...["RANDOM", "SRANDOM", "SECONDS", "LINENO", "OPTIND", "HISTCMD", "EPOCHSECONDS"],
]);

type Span = { readonly start: number; readonly end: number };

/** Mutable state of one shell process. `fork` before a branch or subshell, `join` after it. */
export class Scope {
  readonly variables: Variables;
  readonly functions: Map<string, readonly FunctionBody[]>;
  readonly aliases: Map<string, Alias>;
  readonly options: Set<string>;
  /** Options of which it depends on the path taken whether they are on. */
  readonly unsureOptions: Set<string>;
  /** Functions that child shells inherit. */
  readonly exportedFunctions: Set<string>;
  /** What `trap` registered, by signal. */
  readonly traps: Map<string, TextSet>;
  /** Possible working directories, absolute and clean; undefined stands for an unknown one. */
  directories: readonly (string | undefined)[];
  positional: Positional;
  /** `$0`; undefined when it is not known. */
  name: Text | undefined;
  /** What descriptors deliver, after `exec 3< file`. */
  readonly descriptors: Map<number, TextSet>;
  /** What the client's commands inherit, where that is known. */
  readonly #inherited: EnvironmentFacts | undefined;
  /** Files behind descriptors above 2 that were opened for writing. */
  readonly outputs: Map<number, TextSet>;
  /**
   * Processes that read what is written to a pipe, by its path: what they do with a content that is known. INVARIANT: one
   * map for all copies of a shell, because no two pipes have one path.
   */
  readonly readers: Map<string, (content: TextSet) => void>;
  /**
   * What variables that hold numbers were given and nobody evaluated yet: it is an expression, whose subscripts may hold commands.
   * Shared by all processes of a call, since whoever runs the next command evaluates it.
   */
  readonly expressions: Text[];
  /** Files that get all that is printed, after `exec > file`; `ELSEWHERE` after `exec >&2`, or where it depends on the path taken. */
  sinks: readonly TextSet[];
  /** Names declared local in the function that runs. */
  locals: ReadonlySet<string> = new Set();
  /** Names of which it depends on the path taken whether they are local. */
  unsureLocals: ReadonlySet<string> = new Set();

  private constructor(from: State) {
    this.variables = from.variables;
    this.functions = from.functions;
    this.aliases = from.aliases;
    this.options = from.options;
    this.unsureOptions = from.unsureOptions;
    this.exportedFunctions = from.exportedFunctions;
    this.traps = from.traps;
    this.directories = from.directories;
    this.positional = from.positional;
    this.name = from.name;
    this.descriptors = from.descriptors;
    this.#inherited = from.inherited;
    this.outputs = from.outputs;
    this.readers = from.readers;
    this.expressions = from.expressions;
    this.sinks = from.sinks;
  }

  /** The state in which the client starts a command: what it inherits, then the session's snapshot, nothing else. */
  static start(facts: ShellFacts, directory: string, inherited?: EnvironmentFacts): Scope {
    const variables = new Variables(new Map(inheritedVariables(inherited)));
    for (const [name, value] of facts.variables) {
      variables.set(name, { values: known(value), exported: true });
    }
    return new Scope({
      variables,
      functions: new Map([
        ...inheritedFunctions(variables.inherited, facts.dialect),
        ...[...facts.functions].map(
          ([name, text]) => [name, [{ from: "snapshot", text }]] as const,
        ),
      ]),
      aliases: new Map(
        [...facts.aliases].map(([name, text]) => [
          name,
          { texts: [text], source: undefined, end: 0 },
        ]),
      ),
      options: new Set([...facts.options, ...inheritedOptions(inherited)]),
      unsureOptions: new Set(),
      exportedFunctions: new Set(),
      traps: new Map(),
      directories: [directory],
      positional: [],
      name: undefined,
      descriptors: new Map(),
      inherited,
      outputs: new Map(),
      readers: new Map(),
      expressions: [],
      sinks: [],
    });
  }

  fork(): Scope {
    const scope = new Scope({
      variables: this.variables.fork(),
      functions: new Map(this.functions),
      aliases: new Map(this.aliases),
      options: new Set(this.options),
      unsureOptions: new Set(this.unsureOptions),
      exportedFunctions: new Set(this.exportedFunctions),
      traps: new Map(this.traps),
      directories: this.directories,
      positional: this.positional,
      name: this.name,
      descriptors: new Map(this.descriptors),
      inherited: this.#inherited,
      outputs: new Map(this.outputs),
      readers: this.readers,
      expressions: this.expressions,
      sinks: this.sinks,
    });
    scope.locals = this.locals;
    scope.unsureLocals = this.unsureLocals;
    return scope;
  }

  /** A subshell: as a fork, but no trap is set, and what is printed goes where `isPiped` says. */
  subshell(isPiped: boolean): Scope {
    const scope = this.fork();
    scope.traps.clear();
    if (isPiped) scope.sinks = [];
    return scope;
  }

  /** A new shell process started by a program: exported variables and functions stay, aliases and options do not. */
  child(): Scope {
    const variables = this.variables.child();
    // WHY whatever it was here: each shell sets it when it starts, and takes none from its environment.
    variables.set("IFS", { values: known(" \t\n"), exported: false });
    return new Scope({
      variables,
      functions: new Map([
        ...inheritedFunctions(variables.inherited, "unknown"),
        ...inheritedFunctions(variables, "unknown"),
        ...[...this.functions].filter(([name]) => this.exportedFunctions.has(name)),
      ]),
      aliases: new Map(),
      options: new Set(),
      unsureOptions: new Set(),
      exportedFunctions: new Set(this.exportedFunctions),
      traps: new Map(),
      directories: this.directories,
      positional: [],
      name: literal("bash"),
      descriptors: new Map(this.descriptors),
      inherited: this.#inherited,
      outputs: new Map(this.outputs),
      readers: this.readers,
      expressions: this.expressions,
      sinks: [],
    });
  }

  /** Takes the options that bash reads from its environment when it starts, as `parent` handed them on. */
  takeOptions(parent: Scope): void {
    for (const list of OPTION_LISTS) {
      const variable = this.variables.get(list);
      if (variable?.exported !== true) continue;
      const isKnown = variable.values.every((text) => textOf(text) !== undefined);
      const named = variable.values.flatMap((text) => (textOf(text) ?? "").split(":"));
      // Who exports the list hands on the options that are on.
      const all = [...named, ...(isKnown ? [] : parent.options)];
      for (const option of all.filter((name) => name !== "" && name !== PLAIN_SH)) {
        this.options.add(option);
        if (!isKnown || variable.values.length > 1) this.unsureOptions.add(option);
      }
    }
  }

  /** Takes the state of `other` as a further possibility beside the present one. */
  join(other: Scope): void {
    for (const name of new Set([...this.variables.keys(), ...other.variables.keys()])) {
      const mine = this.variables.get(name);
      const theirs = other.variables.get(name);
      if (mine === theirs && mine !== undefined) continue;
      this.variables.set(
        name,
        joinVariables(mine ?? this.missing(name), theirs ?? other.missing(name)),
      );
    }
    for (const name of new Set([...this.functions.keys(), ...other.functions.keys()])) {
      const bodies = joinBodies(this.functions.get(name), other.functions.get(name));
      this.functions.set(name, bodies);
    }
    for (const name of new Set([...this.aliases.keys(), ...other.aliases.keys()])) {
      const mine = this.aliases.get(name);
      const theirs = other.aliases.get(name);
      if (mine === theirs) continue;
      const joined = joinAliases(mine, theirs);
      if (joined !== undefined) this.aliases.set(name, joined);
    }
    for (const option of new Set([...this.options, ...other.options])) {
      if (!this.options.has(option) || !other.options.has(option)) this.unsureOptions.add(option);
      this.options.add(option);
    }
    for (const option of other.unsureOptions) this.unsureOptions.add(option);
    this.#joinLocals(other);
    for (const name of other.exportedFunctions) this.exportedFunctions.add(name);
    for (const [descriptor, target] of other.outputs)
      this.outputs.set(descriptor, union(this.outputs.get(descriptor) ?? [], target));
    for (const [signal, code] of other.traps)
      this.traps.set(signal, union(this.traps.get(signal) ?? [], code));
    if (this.sinks !== other.sinks)
      this.sinks = [...new Set([...this.sinks, ...other.sinks, ELSEWHERE])];
    this.directories = possibleDirectories([...this.directories, ...other.directories]);
    this.positional = joinPositional(this.positional, other.positional);
    for (const [descriptor, texts] of other.descriptors) {
      this.descriptors.set(descriptor, union(this.descriptors.get(descriptor) ?? EMPTY, texts));
    }
  }

  #joinLocals(other: Scope): void {
    if (this.locals === other.locals && this.unsureLocals === other.unsureLocals) return;
    const all = [...this.locals, ...other.locals];
    const isSure = (name: string): boolean => this.locals.has(name) && other.locals.has(name);
    const unsure = all.filter((name) => !isSure(name));
    this.locals = new Set(all.filter(isSure));
    this.unsureLocals = new Set([...this.unsureLocals, ...other.unsureLocals, ...unsure]);
  }

  /** The variable that a name means, through the names that refer to others. */
  targetOf(name: string): string {
    let target = name;
    for (let step = 0; step < REFERENCES_MAX; step += 1) {
      const next = this.variables.get(target)?.refersTo;
      if (next === undefined) return target;
      if (next === "") return target;
      target = next;
    }
    return target;
  }

  get(name: string): Variable | undefined {
    return this.variables.get(this.targetOf(name));
  }

  /** Assigns one text, as its declaration wants it; to the first element of an array. */
  set(name: string, values: TextSet, exported?: boolean): void {
    const target = this.targetOf(name);
    this.#forgetPositional(target);
    const earlier = this.variables.get(target);
    this.#noteExpressions(target, values);
    const shaped = shapedBy(earlier, values);
    const traits = earlier?.traits;
    const elements = earlier?.elements;
    this.variables.set(target, {
      values: shaped,
      ...(elements === undefined
        ? {}
        : { elements: withElement(elements, "0", shaped, traits?.has("map") === true) }),
      exported: exported ?? (earlier?.exported === true || this.options.has("allexport")),
      ...(traits === undefined ? {} : { traits }),
    });
  }

  /** Assigns a whole array. */
  setElements(name: string, elements: Elements, isMap = false): void {
    const target = this.targetOf(name);
    this.#forgetPositional(target);
    const earlier = this.variables.get(target);
    for (const { values } of elements) this.#noteExpressions(target, values);
    const shaped = elements.map(({ key, values }) => ({ key, values: shapedBy(earlier, values) }));
    const traits = new Map(earlier?.traits);
    if (isMap) traits.set("map", "yes");
    this.variables.set(target, {
      values: elementAt(shaped, isMap ? undefined : "0"),
      elements: shaped,
      exported: earlier?.exported ?? false,
      traits,
    });
  }

  #noteExpressions(target: string, values: TextSet): void {
    if (!HOLDS_A_NUMBER.has(target) && !this.variables.get(target)?.traits?.has("integer")) return;
    for (const text of values) {
      const isNumber = /^-?\d*$/.test(textOf(text) ?? "x");
      if (!isNumber && this.expressions.length < ALTERNATIVES_MAX) this.expressions.push(text);
    }
  }

  /** What a variable that nothing in sight sets expands to: nothing, where it certainly is not inherited either. */
  unsetValue(name: string): TextSet {
    const inherited = this.#inherited;
    const isCertain = inherited?.isExact === true && isReported(name) && !isContainedVariable(name);
    if (isCertain && !hasName(inherited, name) && !isSetByShells(name)) return EMPTY;
    return unsetValue(name);
  }

  /** A variable that nothing in sight sets. */
  missing(name: string): Variable {
    const values = this.unsetValue(name);
    return { values, exported: false, absent: values === EMPTY ? "yes" : "maybe" };
  }

  /** Makes an alias, or ends it (`undefined`), from the line on that follows `span` in `source`. */
  alias(name: string, text: string | undefined, at: { source: string; span: Span }): void {
    const { source, span } = at;
    const before = this.aliases.get(name);
    const isOld = before !== undefined && isInForce(before, span.start, source);
    const outer = aliasBefore(before, source);
    const earlier =
      isOld && before !== outer ? { ...before, earlier: outer } : isOld ? before : before?.earlier;
    this.aliases.set(name, { texts: [text], source, end: span.end, earlier });
  }

  /** Gives a variable traits, and takes others away; what it holds takes their shape at the next assignment. */
  declareTraits(name: string, added: ReadonlySet<Trait>, dropped: ReadonlySet<Trait>): void {
    if (added.size === 0 && dropped.size === 0) return;
    const target = this.targetOf(name);
    const earlier = this.variables.get(target) ?? this.missing(name);
    const traits = new Map(earlier.traits);
    for (const trait of dropped) if (trait !== "readonly") traits.delete(trait);
    for (const trait of added) traits.set(trait, "yes");
    const isMap = added.has("map") && earlier.elements === undefined;
    this.variables.set(target, { ...earlier, traits, ...(isMap ? { elements: [] } : {}) });
  }

  /** Whether child programs see a variable. */
  export(name: string, isExported: boolean): void {
    const target = this.targetOf(name);
    const earlier = this.variables.get(target);
    // The shell itself keeps these two.
    if (earlier === undefined && OPTION_LISTS.includes(name) && isExported)
      this.variables.set(name, { values: [[hole("missing-fact")]], exported: true });
    if (earlier !== undefined) this.variables.set(target, { ...earlier, exported: isExported });
  }

  /** Under this name zsh keeps the positional parameters. */
  #forgetPositional(name: string): void {
    if (name === "argv") this.positional = undefined;
  }

  /** Marks a variable as not set. */
  unset(name: string): void {
    const target = this.targetOf(name);
    this.#forgetPositional(target);
    const earlier = this.variables.get(target);
    // WHY HOME is kept: a tilde still stands for the user's home, as the system knows it.
    const isKept =
      earlier !== undefined && (earlier.traits?.has("readonly") === true || target === "HOME");
    this.variables.set(
      target,
      isKept
        ? { ...earlier, values: union(EMPTY, earlier.values), absent: "maybe" }
        : { values: EMPTY, exported: false, absent: "yes" },
    );
  }

  value(name: string): TextSet | undefined {
    return this.get(name)?.values;
  }

  isMap(name: string): boolean {
    return this.get(name)?.traits?.has("map") === true;
  }

  /** Turns an option on or off, for certain. */
  option(name: string, isOn: boolean): void {
    this.unsureOptions.delete(name);
    if (isOn) this.options.add(name);
    else this.options.delete(name);
  }
}

type State = {
  variables: Variables;
  functions: Map<string, readonly FunctionBody[]>;
  aliases: Map<string, Alias>;
  options: Set<string>;
  unsureOptions: Set<string>;
  exportedFunctions: Set<string>;
  traps: Map<string, TextSet>;
  directories: readonly (string | undefined)[];
  positional: Positional;
  name: Text | undefined;
  descriptors: Map<number, TextSet>;
  outputs: Map<number, TextSet>;
  expressions: Text[];
  readers: Map<string, (content: TextSet) => void>;
  sinks: readonly TextSet[];
  inherited: EnvironmentFacts | undefined;
};

const REFERENCES_MAX = 8;

/** An option of no shell: this is `sh`, which may be bash or a shell that knows less and whose `echo` reads escapes. */
export const PLAIN_SH = "sallyport_plain_sh";
