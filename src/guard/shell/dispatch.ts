// An argument vector to what runs: a function, a builtin, a program, or what a handler of the shell does in its place.
import { DEPTH_MAX } from "#base/limits.ts";
import { inspectSubscripts } from "./expansion/arithmetic.ts";
import { BUILTINS } from "./builtins/builtins.ts";
import type { Builtin } from "./builtins/session-builtins.ts";
import { hasProgramTwin, holdsSubscriptCode, takesNames } from "./builtins/builtin-names.ts";
import { withPrinted } from "./builtins/printed-besides.ts";
import { runSubstitutions } from "./values/embedded-code.ts";
import { type CallSite, callSiteOf, type Io, type Result, type Shell } from "./values/host.ts";
import type { Scope } from "./values/scope.ts";
import { isOfZshAlone } from "./syntax/shell-words.ts";
import { EMPTY, hole, literal, programOf, sourcesOf, type TextSet, textOf } from "./values/text.ts";
import { union } from "./values/text-sets.ts";
import { withExitTraps } from "./values/traps.ts";
import type { Fields } from "./values/field-splitting.ts";
import { callFunction } from "./function-calls.ts";
import { followAll } from "./continuations.ts";
import { EITHER, withoutValues } from "./values/results.ts";
import type { FunctionBody } from "./values/functions.ts";
import { meaningsOf } from "./values/name-maps.ts";
import { takeOver } from "./values/scope-states.ts";

/** Builtins in front of which variables make nothing run: they run nothing, or a program that is told of them. */
const PASSES_ON = new Set([
  ...["echo", "print", "printf", "true", "false", ":", "test", "[", "pwd", "read", "cd", "exit"],
  ...["command", "builtin", "exec", "noglob", "nocorrect", "-"],
]);

/** How an argument vector is run: past functions (`plain`), past builtins (`external`), beside the shell (`outside`). */
type DispatchOptions = {
  readonly plain?: boolean;
  readonly external?: boolean;
  readonly outside?: boolean;
  readonly environment?: ReadonlyMap<string, TextSet>;
  readonly consumer?: readonly string[];
};

/** An argument vector whose first word is known. */
type NamedCall = {
  readonly name: string;
  readonly argv: Fields;
  readonly args: Fields;
  readonly place: CallSite;
  readonly scope: Scope;
  readonly io: Io;
  readonly shell: Shell;
  readonly options: DispatchOptions;
  readonly environment: ReadonlyMap<string, TextSet>;
};

/** Runs an argument vector. */
export function dispatchArguments(
  argv: Fields,
  scope: Scope,
  io: Io,
  shell: Shell,
  options: DispatchOptions,
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
  const call = { name, argv, args, place, scope, io, shell, options, environment };
  const isPlain = options.plain === true || options.external === true;
  const bodies = isPlain
    ? undefined
    : (scope.functions.get(name) ?? bodiesNamed(name, scope, shell));
  return bodies === undefined ? runBuiltinOrProgram(call) : runBodies(bodies, call);
}

/** Runs a function, or what else the name may mean where it may not be defined. */
function runBodies(
  bodies: readonly FunctionBody[],
  { name, argv, args, place, scope, io, shell, options, environment }: NamedCall,
): Result {
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

/** Runs what a name means that is no function's. */
function runBuiltinOrProgram(call: NamedCall): Result {
  const { name, argv, place, scope, io, shell, options } = call;
  const twin = options.external === true && hasProgramTwin(name);
  if (twin) shell.host.ran(name, place);
  const isZsh = shell.dialects.includes("zsh");
  if (isZsh) followTied(scope, io, shell);
  const isElsewhere = (options.external === true && !twin) || (!isZsh && isOfZshAlone(name));
  const builtin = isElsewhere ? undefined : BUILTINS.get(name);
  const isProgram = builtin === undefined || (isZsh && options.outside === true);
  const handled = isProgram ? runHandlers(argv, scope, io, shell) : EMPTY;
  return builtin === undefined
    ? runProgram(call, handled)
    : withOutput(runBuiltin(builtin, call), handled);
}

/** Runs a builtin of the shell. */
function runBuiltin(
  builtin: Builtin,
  { name, argv, args, place, scope, io, shell, options, environment }: NamedCall,
): Result {
  const piped = options.consumer === undefined ? {} : { consumer: options.consumer };
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
  return withPrinted(result, name, args, scope);
}

/** Runs a program, by each place that its name may stand for. `handled`: what handlers of the shell printed before. */
function runProgram(
  { name, argv, args, place, scope, io, shell, options, environment }: NamedCall,
  handled: TextSet,
): Result {
  const places =
    options.external === true ? [] : meaningsOf(name, "program", scope, shell.dialects);
  if (places.length > 0) {
    const outputs = places.map((path) =>
      dispatchArguments([path, ...args], scope, io, shell, { ...options, external: true }),
    );
    return { output: union(...outputs.map((one) => one.output)), status: "either" };
  }
  const piped = options.consumer === undefined ? {} : { consumer: options.consumer };
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
  takeOver(scope, branch);
  const isOwn = [...environment.keys()].some((name) => result.successValues?.has(name) === true);
  return isOwn ? withoutValues(result) : result;
}
