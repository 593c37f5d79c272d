// A simple command: assignments, words, redirections, and who runs: alias, function, builtin or program.
import { ARGUMENT_VECTORS_MAX, DEPTH_MAX } from "#base/limits.ts";
import { baseName, joinPath } from "#base/path.ts";
import { itemsOfFields } from "./arrays.ts";
import { assign } from "./assignments.ts";
import { expandBraces } from "./braces.ts";
import { BUILTINS, hasProgramTwin, namesRunCode } from "./builtins.ts";
import { declaredTraits, isLocal } from "./declarations.ts";
import { type Continuation, Ends, type Io, placeOf, type Result, type Shell } from "./host.ts";
import {
  applyRedirects,
  finishRedirects,
  keepRedirections,
  underRedirects,
} from "./redirections.ts";
import { type Alias, aliasBefore, isInForce } from "./aliases.ts";
import type { FunctionBody } from "./functions.ts";
import { PLAIN_SH, type Scope } from "./scope.ts";
import { isOfZshAlone } from "./shell-words.ts";
import { someDirectory } from "./some-directory.ts";
import {
  type Assignment,
  type Command,
  type CommandNode,
  parseCommand,
  type Word,
  type WordPart,
} from "./syntax.ts";
import {
  append,
  concat,
  EMPTY,
  hole,
  literal,
  programOf,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  union,
} from "./text.ts";
import { withExitTraps } from "./traps.ts";
import { expandAssigned } from "./word-texts.ts";
import { expandWords } from "./words.ts";
import type { Fields } from "./field-splitting.ts";

const DONE: Result = { output: EMPTY, status: "success" };

/** Runs a command node. `consumer`: the words of the program behind the pipe that its output goes into. */
export function runSimple(
  node: Command,
  scope: Scope,
  io: Io,
  shell: Shell,
  consumer?: readonly string[],
): Result {
  const span = { start: node.pos, end: node.end };
  const here: Io = { ...io, at: io.at ?? span };
  const aliased =
    node.name === undefined ? undefined : expandAlias(node, node.name, scope, here, shell);
  if (aliased !== undefined) return aliased;
  const assignments = node.prefix.filter((item): item is Assignment => item.type === "Assignment");
  if (node.name === undefined) {
    for (const assignment of assignments) assign(assignment, scope, here, shell);
    const redirected = applyRedirects(node.redirects, scope, here, shell);
    // `$(< file)` is the content of the file; in zsh a lone `< file` prints it anywhere.
    const reads = node.redirects.some((redirect) => redirect.operator.startsWith("<"));
    // Outside of `$(< file)` zsh starts a program for it, which one is the system's choice, and for a lone `> file` too.
    if (shell.dialects.includes("zsh") && node.redirects.length > 0 && assignments.length === 0)
      for (const name of reads ? ["more", "pager"] : ["cat"])
        shell.host.ran(name, placeOf(scope, here));
    const result: Result = reads
      ? { output: redirected.io.stdin ?? EMPTY, status: "either" }
      : DONE;
    return finishRedirects(result, redirected, scope, here, shell);
  }
  const environment = new Map<string, TextSet>();
  const inner = assignments.length === 0 ? scope : scope.fork();
  for (const assignment of assignments) {
    assign(assignment, inner, here, shell);
    environment.set(assignment.name, inner.value(assignment.name) ?? EMPTY);
  }
  const isLiteral = node.name.value === "noglob" && shell.dialects.includes("zsh");
  const hadGlob = !scope.options.has("noglob");
  if (isLiteral) scope.options.add("noglob");
  if (isLiteral && shell.dialects.includes("bash")) scope.unsureOptions.add("noglob");
  const vectors = argumentVectors(node, scope, here, shell);
  if (isLiteral && hadGlob) scope.option("noglob", false);
  const isStateless = vectors.every(([name]) => STATELESS.has(textOf(name ?? []) ?? ""));
  if (!isStateless && vectors.every(([name]) => runsInShell(textOf(name ?? []), scope)))
    return underRedirects(node.redirects, scope, here, shell, (redirected) =>
      runVectors(vectors, node, scope, redirected, shell, environment, consumer),
    );
  const redirected = applyRedirects(node.redirects, scope, here, shell);
  // `exec > file` keeps its redirections.
  if (vectors.some((argv) => argv.length === 1 && textOf(argv[0] ?? []) === "exec"))
    keepRedirections(node.redirects, redirected, scope);
  const { io: within } = redirected;
  const result = runVectors(vectors, node, scope, within, shell, environment, consumer);
  const isKept = vectors.length === 1 && textOf(vectors[0]?.[0] ?? []) === "exec";
  return isKept ? result : finishRedirects(result, redirected, scope, here, shell);
}

/** Builtins that change nothing of the shell, and `exec`, which ends it when a file cannot be opened. */
const STATELESS = new Set([
  ...["echo", "print", "true", "false", ":", "test", "[", "pwd", "exec", "exit", "kill", "wait"],
]);

/** Whether a function or a builtin of this name runs in the shell itself. */
function runsInShell(name: string | undefined, scope: Scope): boolean {
  return name !== undefined && (scope.functions.has(name) || BUILTINS.has(name));
}

function runVectors(
  vectors: readonly Fields[],
  node: Command,
  scope: Scope,
  io: Io,
  shell: Shell,
  environment: ReadonlyMap<string, TextSet>,
  consumer: readonly string[] | undefined,
): Result {
  const piped = consumer !== undefined && node.redirects.length === 0 ? { consumer } : {};
  const run = (argv: Fields, branch: Scope): Result => {
    const result = shell.dispatch(argv, branch, io, { environment, ...piped });
    const last = argv.at(-1);
    if (last !== undefined) branch.variables.set("_", { values: [last], exported: false });
    return result;
  };
  const [only] = vectors;
  if (vectors.length === 1 && only !== undefined) return run(only, scope);
  const before = scope.fork();
  const outputs = vectors.map((argv, at) => {
    const branch = before.fork();
    const { output } = run(argv, branch);
    if (at === 0) scope.become(branch);
    else scope.join(branch);
    return output;
  });
  return { output: union(...outputs), status: "either" };
}

/** The words of a program that a pipe leads into: its name means the program, and nothing in its words is expanded. */
export function plainWords(
  node: CommandNode | undefined,
  scope: Scope,
): readonly string[] | undefined {
  if (node?.type !== "Command" || node.name === undefined || node.prefix.length > 0)
    return undefined;
  const words = [node.name, ...node.args].map((word) =>
    word.type === "Word" && (word.parts ?? []).every(isLiteral) ? word.value : undefined,
  );
  const [name] = words;
  if (name === undefined || scope.functions.has(name) || scope.aliases.has(name)) return undefined;
  return words.every((word) => word !== undefined) ? words : undefined;
}

function isLiteral(part: WordPart): boolean {
  if (part.type === "DoubleQuoted") return part.parts.every((inner) => inner.type === "Literal");
  return part.type === "Literal" || part.type === "SingleQuoted";
}

/** Runs an argument vector. */
export function dispatchArguments(
  argv: Fields,
  scope: Scope,
  io: Io,
  shell: Shell,
  options: {
    readonly plain?: boolean;
    readonly external?: boolean;
    readonly environment?: ReadonlyMap<string, TextSet>;
    readonly consumer?: readonly string[];
  },
): Result {
  const [first, ...args] = argv;
  const environment = options.environment ?? new Map<string, TextSet>();
  if (first === undefined) return DONE;
  const place = placeOf(scope, io);
  if (io.depth > DEPTH_MAX) {
    shell.host.unknown("budget", "commands nested too deeply", place);
    return { output: [[hole("budget")]], status: "either" };
  }
  const name = textOf(first);
  const found = programOf(first);
  // What `command -v` told is what runs, whatever the shell itself has of that name.
  if (found !== undefined)
    return dispatchArguments([literal(found), ...args], scope, io, shell, {
      ...options,
      plain: true,
    });
  if (name === undefined) {
    // What came from the network says what runs.
    if (sourcesOf([first]).some((source) => source.kind === "network"))
      shell.host.code([first], place);
    shell.host.unknown("dynamic-command", "the name of the command is not known", place);
    return { output: [[hole("dynamic-command", { sources: sourcesOf(argv) })]], status: "either" };
  }
  if (name === "") return { output: EMPTY, status: "failure" };
  const bodies =
    options.plain === true || options.external === true ? undefined : scope.functions.get(name);
  if (bodies !== undefined) {
    let result = withPrefix(environment, scope, (branch) =>
      callFunction(name, bodies, args, branch, io, shell),
    );
    if (bodies.some((body) => body.from === "absent")) {
      const other = dispatchArguments(argv, scope, io, shell, { ...options, plain: true });
      result = { output: union(result.output, other.output), status: "either" };
    }
    return result;
  }
  const twin = options.external === true && hasProgramTwin(name);
  if (twin) shell.host.ran(name, place);
  const isZsh = shell.dialects.includes("zsh");
  if (isZsh) followTied(scope, io, shell);
  const isElsewhere = (options.external === true && !twin) || (!isZsh && isOfZshAlone(name));
  const builtin = isElsewhere ? undefined : BUILTINS.get(name);
  const handled = builtin === undefined ? runHandlers(argv, scope, io, shell) : EMPTY;
  const piped = options.consumer === undefined ? {} : { consumer: options.consumer };
  if (builtin !== undefined) {
    shell.host.builtin({ name, argv, place });
    if (namesRunCode(name, args)) {
      shell.host.unknown(
        "dynamic-code",
        `a subscript in an argument of \`${name}\` may run a command`,
        place,
      );
    }
    const before = scope.fork();
    const result = withPrefix(environment, scope, (branch) =>
      builtin({ name, args, scope: branch, io, shell, environment, ...piped }),
    );
    // bash has nothing of that name, and goes on as it was.
    if (isOfZshAlone(name) && shell.dialects.includes("bash")) scope.join(before);
    return result;
  }
  const continuations = shell.host.program({
    name,
    argv,
    environment,
    stdin: io.stdin,
    scope,
    place,
    ...piped,
  });
  const result = followAll(continuations, name, scope, io, shell, environment);
  return handled === EMPTY ? result : { ...result, output: union(result.output, handled) };
}

const HANDLERS = ["command_not_found_handle", "command_not_found_handler"];

/** A handler that the command itself defined runs, in a subshell, when there is no such program. */
function runHandlers(argv: Fields, scope: Scope, io: Io, shell: Shell): TextSet {
  let output: TextSet = EMPTY;
  for (const handler of HANDLERS) {
    const bodies = (scope.functions.get(handler) ?? []).filter((body) => body.from === "command");
    if (bodies.length === 0 || io.via.includes(handler)) continue;
    const branch = scope.subshell(false);
    const called = callFunction(handler, bodies, argv, branch, io, shell);
    output = union(output, withExitTraps(called, branch, io, shell).output);
  }
  return output;
}

/** Runs what a program runs, in processes of its own: nothing of their state comes back. */
function followAll(
  continuations: readonly Continuation[],
  name: string,
  scope: Scope,
  io: Io,
  shell: Shell,
  environment: ReadonlyMap<string, TextSet>,
): Result {
  let output = EMPTY;
  for (const next of continuations) {
    if (next.kind === "output") {
      output = concat(output, next.texts);
      continue;
    }
    const child = scope.child();
    for (const [variable, values] of environment) child.set(variable, values, true);
    const { aliases: _, inFunction: __, ends: ___, returns: ____, breaks: _____, ...around } = io;
    const inner: Io = {
      ...around,
      stdin: next.stdin === undefined && !("stdin" in next) ? io.stdin : next.stdin,
      via: [...io.via, name],
      depth: io.depth + 1,
      ...(next.isCovered === true ? { isCovered: true } : {}),
    };
    if (next.directory !== undefined) {
      const directory = textOf(next.directory) ?? someDirectory(next.directory);
      child.directories = scope.directories.map((from) =>
        directory === undefined || from === undefined ? undefined : joinPath(from, directory),
      );
    }
    if (next.kind === "run") {
      const all = [...child.variables.keys(), ...child.variables.inherited.keys()];
      // No shell takes IFS from its environment.
      for (const variable of next.isCleared === true ? all : (next.without ?? []))
        if (variable !== "IFS") child.unset(variable);
      for (const [variable, values] of next.environment ?? []) child.set(variable, values, true);
      const result = dispatchArguments(next.argv, child, inner, shell, {
        external: true,
        environment: new Map([...environment, ...(next.environment ?? [])]),
      });
      output = concat(output, result.output);
    } else {
      if (/^(?:da|a)?sh$/.test(baseName(name)))
        for (const option of [PLAIN_SH, "xpg_echo"]) {
          child.options.add(option);
          child.unsureOptions.add(option);
        }
      child.positional = itemsOfFields(next.positional);
      child.name = next.name ?? literal(name);
      const inside = shell.as(dialectsOf(name, shell.dialects));
      const ran = inside.runText(next.texts, child, inner);
      output = concat(output, withExitTraps(ran, child, inner, inside).output);
    }
  }
  return { output, status: "either" };
}

/** Arrays of zsh that hold what another variable holds: who sets one sets the other. */
const TIED = [
  ["path", "PATH"],
  ["cdpath", "CDPATH"],
] as const;

function followTied(scope: Scope, io: Io, shell: Shell): void {
  for (const [array, text] of TIED) {
    const variable = scope.variables.get(array);
    if (variable === undefined) continue;
    const other = sourcesOf(variable.values);
    const changed: TextSet = [[hole("dialect", { sources: other, splits: false })]];
    const earlier = shell.dialects.includes("bash") ? (scope.value(text) ?? []) : [];
    shell.host.assigned(text, changed, placeOf(scope, io));
    scope.set(text, union(earlier, changed));
  }
}

/** The dialects in which a program reads code: shells say it by their names, others run `sh` or the user's own shell. */
function dialectsOf(program: string, outer: Shell["dialects"]): Shell["dialects"] {
  const name = baseName(program);
  if (name === "zsh") return ["zsh"];
  if (/^(?:ba|da|a|k|rba)?sh$/.test(name)) return ["bash"];
  return outer.includes("zsh") ? ["bash", "zsh"] : ["bash"];
}

/** Assignments in front of a builtin or function hold, and are seen by programs, while it runs: `IFS=: read a b`. */
function withPrefix(
  environment: ReadonlyMap<string, TextSet>,
  scope: Scope,
  run: (scope: Scope) => Result,
): Result {
  if (environment.size === 0) return run(scope);
  const branch = scope.fork();
  for (const [variable, values] of environment) branch.set(variable, values, true);
  const result = run(branch);
  for (const variable of environment.keys()) {
    const earlier = scope.variables.get(variable);
    if (earlier === undefined) branch.variables.delete(variable);
    else branch.variables.set(variable, earlier);
  }
  scope.become(branch);
  return result;
}

function callFunction(
  name: string,
  bodies: readonly FunctionBody[],
  args: Fields,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const saved = scope.positional;
  const outer = scope.locals;
  const outerUnsure = scope.unsureLocals;
  const outerName = scope.name;
  const isZsh = shell.dialects.includes("zsh");
  const before = new Map(scope.variables);
  const options = new Set(scope.options);
  scope.positional = itemsOfFields(args);
  scope.locals = new Set();
  scope.unsureLocals = scope.locals;
  // In zsh `$0` is the function.
  if (isZsh) scope.name = shell.dialects.length === 1 ? literal(name) : undefined;
  const returns = new Ends();
  const { aliases: _, breaks: __, ...rest } = io;
  const inner: Io = {
    ...rest,
    depth: io.depth + 1,
    via: [...io.via, name],
    inFunction: true,
    returns,
    ends: new Ends(io.ends),
  };
  const outputs: TextSet[] = [];
  for (const body of bodies) {
    if (body.from === "absent") continue;
    const branch = bodies.length === 1 ? scope : scope.fork();
    if (body.from === "command") {
      const own = { ...inner, source: body.source, aliases: body.aliases };
      outputs.push(shell.runBody(body.node, branch, own).output);
    } else {
      const { script, problem } = parseCommand(body.text);
      if (problem !== undefined || script === undefined) {
        shell.host.unknown(
          "syntax",
          `the function \`${name}\` of the user's shell could not be read`,
          placeOf(scope, io),
        );
      } else outputs.push(shell.run(script, branch, { ...inner, source: body.text }).output);
    }
    for (const state of returns.states.splice(0)) branch.join(state);
    if (isZsh) {
      const ran: Result = { output: outputs.at(-1) ?? EMPTY, status: "either" };
      outputs.push(withExitTraps(ran, branch.fork(), inner, shell).output);
    }
    if (branch !== scope) scope.join(branch);
  }
  if (scope.locals.has("-")) {
    for (const option of [...scope.options]) if (!options.has(option)) scope.option(option, false);
    for (const option of options) scope.options.add(option);
  }
  if (scope.unsureLocals.has("-")) {
    for (const option of new Set([...options, ...scope.options]))
      if (!options.has(option) || !scope.options.has(option)) {
        scope.options.add(option);
        scope.unsureOptions.add(option);
      }
  }
  scope.leaveFunction(before);
  scope.positional = saved;
  scope.locals = outer;
  scope.unsureLocals = outerUnsure;
  scope.name = outerName;
  return { output: outputs.length === 0 ? EMPTY : union(...outputs), status: "either" };
}

/** Arguments of declaration builtins (`export a=b`) are parsed as assignments: give them back as `a=b` fields. */
function argumentVectors(node: Command, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  const words: Word[] = node.name === undefined ? [] : [node.name];
  let vectors: readonly Fields[] | undefined;
  for (const argument of node.args) {
    if (argument.type === "Word") {
      if (vectors === undefined) words.push(argument);
      else vectors = product(vectors, expandWords([argument], scope, io, shell));
      continue;
    }
    vectors ??= expandWords(words, scope, io, shell);
    const inner = scope.fork();
    // What is declared is a variable of its own where that is local; its earlier shape does not count.
    const flags = (vectors[0] ?? []).map((text) => textOf(text) ?? "");
    const traits = declaredTraits(flags);
    if (isLocal(flags[0] ?? "", io)) inner.variables.delete(argument.name);
    const braced = bracedValues(argument, inner, io, shell);
    if (braced !== undefined) {
      vectors = product(
        vectors,
        braced.map((text) => [append(literal(`${argument.name}=`), unsplit(text))]),
      );
      continue;
    }
    if (flags.some((flag) => /^-[A-Za-z]*n/.test(flag)) && flags[0] !== "export")
      inner.variables.delete(argument.name);
    inner.declareTraits(argument.name, traits, new Set());
    assign(argument, inner, io, shell);
    const made = inner.get(argument.name);
    if (made?.elements !== undefined) {
      scope.variables.set(scope.targetOf(argument.name), made);
      if (isLocal(flags[0] ?? "", io)) scope.locals = new Set([...scope.locals, argument.name]);
      vectors = product(vectors, [[literal(argument.name)]]);
    } else {
      const values = made?.values ?? EMPTY;
      vectors = product(
        vectors,
        values.map((text) => [append(literal(`${argument.name}=`), unsplit(text))]),
      );
    }
  }
  return vectors ?? expandWords(words, scope, io, shell);
}

/** In bash a declaration's braces are expanded: of `export x={a,b}` the last one stays. */
function bracedValues(
  argument: Assignment,
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet | undefined {
  const { value } = argument;
  const hasBraces =
    value.type === "Word" && value.parts?.some((part) => part.type === "BraceExpansion") === true;
  if (!hasBraces || !shell.dialects.includes("bash")) return undefined;
  const last = expandBraces(value.text)?.at(-1);
  const command = parseCommand(`x=${last ?? ""}`).script?.commands[0]?.command;
  const only = command?.type === "Command" ? command.prefix[0] : undefined;
  if (last === undefined || only?.type !== "Assignment" || only.value.type !== "Word")
    return [[hole("unmodelled")]];
  const texts = expandAssigned(only.value, scope, io, shell);
  return shell.dialects.includes("zsh")
    ? union(texts, expandAssigned(value, scope, io, shell))
    : texts;
}

function unsplit(text: Text): Text {
  return text.map((piece) => (piece.kind === "hole" ? { ...piece, splits: false } : piece));
}

function product(first: readonly Fields[], second: readonly Fields[]): readonly Fields[] {
  if (first.length * second.length > ARGUMENT_VECTORS_MAX) {
    const joined = hole("budget", { sources: sourcesOf(second.flat()) });
    return first.map((fields) => [...fields, [joined]]);
  }
  return first.flatMap((a) => second.map((b) => [...a, ...b]));
}

/** The command with its alias put in, if an alias is in force for it. */
function expandAlias(
  node: Command,
  name: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result | undefined {
  if (name.parts !== undefined || name.text !== name.value) return undefined;
  const aliases = io.aliases ?? scope.aliases;
  const alias = inForce(aliases.get(name.value), name.pos, io);
  if (alias === undefined || io.via.includes(`alias ${name.value}`)) return undefined;
  // zsh reads all of a text before it runs any of it: an alias made there is in force for none of it.
  const isLate = alias.source === io.source && alias.source !== undefined;
  const isZsh = shell.dialects.includes("zsh");
  const readBefore = aliasBefore(alias, io.source)?.texts ?? [undefined];
  const isZshOnly = isZsh && !shell.dialects.includes("bash");
  const ofBash = isLate && isZshOnly ? [] : alias.texts;
  const texts = isLate && isZsh ? [...new Set([...ofBash, ...readBefore])] : alias.texts;
  if (texts.every((text) => text === undefined)) return undefined;
  const within: Io = { ...io, via: [...io.via, `alias ${name.value}`] };
  const before = scope.fork();
  const outputs: TextSet[] = [];
  texts.forEach((text, at) => {
    const branch = texts.length === 1 ? scope : before.fork();
    const { output } =
      text === undefined
        ? runSimple(node, branch, within, shell)
        : runAlias(node, name.value, text, aliases, branch, within, shell);
    outputs.push(output);
    if (branch === scope) return;
    if (at === 0) scope.become(branch);
    else scope.join(branch);
  });
  return { output: union(...outputs), status: "either" };
}

function runAlias(
  node: Command,
  name: string,
  text: string,
  aliases: ReadonlyMap<string, Alias>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const prefix = node.prefix.filter((item) => item.type === "Assignment").map((item) => item.text);
  const tail = withNextAlias(node, text, aliases, io);
  const source = [...prefix, text, ...tail].join(" ");
  const { script, problem } = parseCommand(source);
  if (problem !== undefined || script === undefined || io.depth > DEPTH_MAX) {
    const place = placeOf(scope, io);
    shell.host.unknown("syntax", `the alias \`${name}\` could not be read`, place);
    if (shell.dialects.includes("zsh")) shell.host.code([[hole("syntax")]], place);
  }
  return underRedirects(node.redirects, scope, io, shell, (inner) =>
    script === undefined
      ? DONE
      : shell.run(script, scope, { ...inner, source, depth: io.depth + 1 }),
  );
}

/** The words behind an alias: where its text ends in a blank, the next word is looked up as an alias too, and so on. */
function withNextAlias(
  node: Command,
  text: string,
  aliases: ReadonlyMap<string, Alias>,
  io: Io,
): readonly string[] {
  let previous = text;
  return node.args.map((argument) => {
    const found = /[ \t]$/.test(previous) ? aliases.get(argument.text) : undefined;
    const [meant] = inForce(found, argument.pos, io)?.texts ?? [];
    previous = meant ?? "";
    return meant ?? argument.text;
  });
}

/** The alias that a word at `position` was read with: the one before where this one was made on the same line. */
function inForce(alias: Alias | undefined, position: number, io: Io): Alias | undefined {
  if (alias === undefined || isInForce(alias, position, io.source)) return alias;
  return alias.earlier;
}
