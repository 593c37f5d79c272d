// A simple command: assignments, words, redirections, and who runs: alias, function, builtin or program.
import { DEPTH_MAX } from "#base/limits.ts";
import { inspectSubscripts } from "./expansion/arithmetic.ts";
import { assign } from "./builtins/assignments.ts";
import { BUILTINS, hasProgramTwin, holdsSubscriptCode, takesNames } from "./builtins/builtins.ts";
import { runSubstitutions } from "./values/embedded-code.ts";
import { type Io, callSiteOf, type Result, type Shell } from "./values/host.ts";
import {
  applyRedirects,
  finishRedirects,
  keepRedirections,
  underRedirects,
} from "./redirections.ts";
import type { Scope } from "./values/scope.ts";
import { isOfZshAlone } from "./syntax/shell-words.ts";
import { namesTable, setsTable } from "./expansion/zsh-names.ts";
import type { Assignment, Command, CommandNode, WordPart } from "./syntax/syntax.ts";
import {
  EMPTY,
  hole,
  literal,
  programOf,
  sourcesOf,
  type TextSet,
  textOf,
  union,
} from "./values/text.ts";
import { withExitTraps } from "./values/traps.ts";
import type { Fields } from "./values/field-splitting.ts";
import { callFunction } from "./function-calls.ts";
import { expandAlias } from "./alias-expansion.ts";
import { argumentVectors } from "./builtins/argument-vectors.ts";
import { followAll } from "./continuations.ts";
import { DONE, EITHER, withoutValues } from "./values/results.ts";
import type { FunctionBody } from "./values/functions.ts";
import { meaningsOf } from "./values/name-maps.ts";
import { runLoneRedirection } from "./lone-redirections.ts";

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
  const result = runNamed(node, scope, here, shell, consumer);
  const isSet = (): boolean =>
    setsTable(scope) || node.args.some((word) => word.type === "Word" && namesTable(word.text));
  if (shell.dialects.includes("zsh") && isSet())
    shell.host.unknown(
      "dialect",
      "a variable from which zsh takes what to run is set",
      callSiteOf(scope, here),
    );
  return result;
}

function runNamed(
  node: Command,
  scope: Scope,
  here: Io,
  shell: Shell,
  consumer?: readonly string[],
): Result {
  const aliased =
    node.name === undefined ? undefined : expandAlias(node, node.name, scope, here, shell);
  if (aliased !== undefined) return aliased;
  const assignments = node.prefix.filter((item): item is Assignment => item.type === "Assignment");
  if (node.name === undefined) {
    for (const assignment of assignments) assign(assignment, scope, here, shell);
    const redirected = applyRedirects(node.redirects, scope, here, shell);
    // `$(< file)` is the content of the file; in zsh a lone `< file` prints it anywhere.
    const isLone = assignments.length === 0 && node.redirects.length > 0;
    const reads = node.redirects.some((redirect) => redirect.operator.startsWith("<"));
    if (isLone) runLoneRedirection(node.redirects, scope, redirected.io, shell);
    const result: Result = reads
      ? { output: redirected.io.stdin ?? EMPTY, status: "either" }
      : assignments.some(({ text }) => /\$\(|`/.test(text))
        ? EITHER
        : DONE;
    return finishRedirects(result, redirected, scope, here, shell);
  }
  const isLiteral = node.name.value === "noglob" && shell.dialects.includes("zsh");
  const hadGlob = !scope.options.has("noglob");
  if (isLiteral) scope.options.add("noglob");
  if (isLiteral && shell.dialects.includes("bash")) scope.unsureOptions.add("noglob");
  const vectors = argumentVectors(node, scope, here, shell);
  if (isLiteral && hadGlob) scope.option("noglob", false);
  // Both shells expand the words first.
  const environment = assignedBefore(assignments, scope, here, shell);
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

/**
 * The variables in front of a command. They hold for it alone; what else their values change (`x=$((i++))`, `x=${y:=1}`) stays,
 * but for that of a program in zsh.
 */
function assignedBefore(
  assignments: readonly Assignment[],
  scope: Scope,
  here: Io,
  shell: Shell,
): ReadonlyMap<string, TextSet> {
  const environment = new Map<string, TextSet>();
  if (assignments.length === 0) return environment;
  const inner = scope.fork();
  for (const assignment of assignments) {
    assign(assignment, inner, here, shell, true);
    environment.set(assignment.name, inner.value(assignment.name) ?? EMPTY);
  }
  if (!assignments.some(({ text }) => /\(\(|\$\[|=|\[/.test(text.slice(text.indexOf("=") + 1))))
    return environment;
  for (const name of environment.keys()) {
    const earlier = scope.variables.get(name);
    if (earlier === undefined) inner.variables.delete(name);
    else inner.variables.set(name, earlier);
  }
  if (shell.dialects.includes("zsh")) scope.join(inner);
  else scope.become(inner);
  return environment;
}

/** Builtins that change nothing of the shell, and `exec`, which ends it when a file cannot be opened. */
const STATELESS = new Set([
  ...["echo", "print", "true", "false", ":", "test", "[", "pwd", "exec", "exit", "kill", "wait"],
]);

/** Builtins in front of which variables make nothing run: they run nothing, or a program that is told of them. */
const PASSES_ON = new Set([
  ...["echo", "print", "printf", "true", "false", ":", "test", "[", "pwd", "read", "cd", "exit"],
  ...["command", "builtin", "exec", "noglob", "nocorrect", "-"],
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
    readonly outside?: boolean;
    readonly environment?: ReadonlyMap<string, TextSet>;
    readonly consumer?: readonly string[];
  },
): Result {
  const [first, ...args] = argv;
  const environment = options.environment ?? new Map<string, TextSet>();
  // Words that came to nothing: it ends as the last substitution in them did.
  if (first === undefined) return EITHER;
  const place = callSiteOf(scope, io);
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
    runsAsShell(args, scope, io, shell);
    return { output: [[hole("dynamic-command", { sources: sourcesOf(argv) })]], status: "either" };
  }
  if (name === "") return { output: EMPTY, status: "failure" };
  const isPlain = options.plain === true || options.external === true;
  const bodies = isPlain
    ? undefined
    : (scope.functions.get(name) ?? bodiesNamed(name, scope, shell));
  if (bodies !== undefined) {
    for (const [variable, values] of environment) shell.host.assigned(variable, values, place);
    let result = withPrefix(environment, scope, (branch) =>
      callFunction(name, bodies, args, branch, io, shell),
    );
    if (bodies.some((body) => body.from === "absent")) {
      const other = dispatchArguments(argv, scope, io, shell, { ...options, plain: true });
      result = { output: union(result.output, other.output), status: "either" };
    }
    // What the function filled may have been its own.
    return withoutValues(result);
  }
  const twin = options.external === true && hasProgramTwin(name);
  if (twin) shell.host.ran(name, place);
  const isZsh = shell.dialects.includes("zsh");
  if (isZsh) followTied(scope, io, shell);
  const isElsewhere = (options.external === true && !twin) || (!isZsh && isOfZshAlone(name));
  const builtin = isElsewhere ? undefined : BUILTINS.get(name);
  const isProgram = builtin === undefined || (isZsh && options.outside === true);
  const handled = isProgram ? runHandlers(argv, scope, io, shell) : EMPTY;
  const piped = options.consumer === undefined ? {} : { consumer: options.consumer };
  if (builtin !== undefined) {
    shell.host.builtin({ name, argv, place });
    if (!PASSES_ON.has(name))
      for (const [variable, values] of environment) shell.host.assigned(variable, values, place);
    if (takesNames(name) && args.some(holdsSubscriptCode)) {
      shell.host.unknown(
        "dynamic-code",
        `a subscript in an argument of \`${name}\` may run a command`,
        place,
      );
      for (const text of args) runSubstitutions(text, scope, io, shell);
    } else if (takesNames(name)) inspectSubscripts(args, scope, io, shell);
    // bash may have nothing of that name, and goes on as it was.
    const isDoubtful = isOfZshAlone(name) && shell.dialects.includes("bash");
    const before = isDoubtful ? scope.fork() : undefined;
    const result = withPrefix(environment, scope, (branch) =>
      builtin({ name, args, scope: branch, io, shell, environment, ...piped }),
    );
    if (before !== undefined) scope.join(before);
    return withOutput(result, handled);
  }
  const places =
    options.external === true ? [] : meaningsOf(name, "program", scope, shell.dialects);
  if (places.length > 0) {
    const outputs = places.map((path) =>
      dispatchArguments([path, ...args], scope, io, shell, { ...options, external: true }),
    );
    return { output: union(...outputs.map((one) => one.output)), status: "either" };
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
  return withOutput(result, handled);
}

function withOutput(result: Result, other: TextSet): Result {
  return other === EMPTY ? result : { ...result, output: union(result.output, other) };
}

/** The bodies of a function that was defined as an element of zsh's map of functions. */
function bodiesNamed(
  name: string,
  scope: Scope,
  shell: Shell,
): readonly FunctionBody[] | undefined {
  const texts = meaningsOf(name, "function", scope, shell.dialects);
  // WHY a command whose name is not known for a text that is not: it may do anything.
  return texts.length === 0
    ? undefined
    : texts.map((text) => ({ from: "snapshot", text: textOf(text) ?? '"$(read)"' }));
}

/** A program that is not known and is told `-c CODE` may be a shell (`"$SHELL" -c …`): what the code does is found. */
function runsAsShell(args: Fields, scope: Scope, io: Io, shell: Shell): void {
  const at = args.findIndex((word) => /^-[a-z]*c$/.test(textOf(word) ?? ""));
  const code = at < 0 ? undefined : args[at + 1];
  const known = code === undefined ? undefined : textOf(code);
  if (code === undefined || known === undefined) return;
  const place = callSiteOf(scope, io);
  shell.runText([code], scope.subshell(false), {
    ...io,
    stdin: undefined,
    at: place.at,
    depth: io.depth + 1,
    source: known,
    isCovered: true,
  });
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
    shell.host.assigned(text, changed, callSiteOf(scope, io));
    scope.set(text, union(earlier, changed));
  }
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
  const isOwn = [...environment.keys()].some((name) => result.successValues?.has(name) === true);
  return isOwn ? withoutValues(result) : result;
}
