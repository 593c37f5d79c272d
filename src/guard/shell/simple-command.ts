// A simple command: assignments, words, redirections, and who runs: alias, function, builtin or program.
import { ARGUMENT_VECTORS_MAX, DEPTH_MAX } from "#base/limits.ts";
import { joinPath } from "#base/path.ts";
import { BUILTINS, hasProgramTwin, namesRunCode } from "./builtins.ts";
import { type Continuation, type Io, placeOf, type Result, type Shell } from "./host.ts";
import type { Alias, FunctionBody, Scope } from "./scope.ts";
import { someDirectory } from "./some-directory.ts";
import {
  type Assignment,
  type Command,
  type CommandNode,
  parseCommand,
  type Redirection,
  type Word,
  type WordPart,
} from "./syntax.ts";
import {
  append,
  concat,
  EMPTY,
  hole,
  known,
  literal,
  programOf,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  union,
} from "./text.ts";
import { expandHereDoc, expandToText, expandWords, type Fields } from "./words.ts";

/** What redirections did: the new input, and the files that get the output. */
export type Redirected = {
  readonly io: Io;
  readonly targets: TextSet[];
  readonly touched: boolean;
};

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
    const reads = node.redirects.some((redirect) => redirect.operator === "<");
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
  for (const assignment of assignments) {
    const inner = scope.fork();
    assign(assignment, inner, here, shell);
    environment.set(assignment.name, inner.value(assignment.name) ?? EMPTY);
  }
  const vectors = argumentVectors(node, scope, here, shell);
  const redirected = applyRedirects(node.redirects, scope, here, shell);
  const run = (argv: Fields, branch: Scope): Result => {
    const [name] = argv;
    // `exec > file` keeps its redirections.
    if (argv.length === 1 && name !== undefined && textOf(name) === "exec")
      keepDescriptors(node.redirects, redirected, branch);
    const piped = consumer !== undefined && node.redirects.length === 0 ? { consumer } : {};
    return shell.dispatch(argv, branch, redirected.io, { environment, ...piped });
  };
  let result: Result;
  const [only] = vectors;
  if (vectors.length === 1 && only !== undefined) result = run(only, scope);
  else {
    const before = scope.fork();
    const outputs = vectors.map((argv, at) => {
      const branch = before.fork();
      const { output } = run(argv, branch);
      if (at === 0) scope.become(branch);
      else scope.join(branch);
      return output;
    });
    result = { output: union(...outputs), status: "either" };
  }
  return finishRedirects(result, redirected, scope, here, shell);
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
    let result = callFunction(name, bodies, args, scope, io, shell);
    if (bodies.some((body) => body.from === "absent")) {
      const other = dispatchArguments(argv, scope, io, shell, { ...options, plain: true });
      result = { output: union(result.output, other.output), status: "either" };
    }
    return result;
  }
  const twin = options.external === true && hasProgramTwin(name);
  if (twin) shell.host.ran(name, place);
  const builtin = options.external === true && !twin ? undefined : BUILTINS.get(name);
  const piped = options.consumer === undefined ? {} : { consumer: options.consumer };
  if (builtin !== undefined) {
    if (namesRunCode(name, args)) {
      shell.host.unknown(
        "dynamic-code",
        `a subscript in an argument of \`${name}\` may run a command`,
        place,
      );
    }
    if (environment.size > 0) {
      // Assignments in front of a builtin hold while it runs: `IFS=: read a b`.
      const branch = scope.fork();
      for (const [variable, values] of environment) branch.set(variable, values);
      const result = builtin({ name, args, scope: branch, io, shell, environment, ...piped });
      for (const variable of environment.keys()) {
        const earlier = scope.variables.get(variable);
        if (earlier === undefined) branch.variables.delete(variable);
        else branch.variables.set(variable, earlier);
      }
      scope.become(branch);
      return result;
    }
    return builtin({ name, args, scope, io, shell, environment, ...piped });
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
  return followAll(continuations, name, scope, io, shell, environment);
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
    const inner: Io = {
      ...io,
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
      for (const [variable, values] of next.environment ?? []) child.set(variable, values, true);
      const result = dispatchArguments(next.argv, child, inner, shell, {
        external: true,
        environment: new Map([...environment, ...(next.environment ?? [])]),
      });
      output = concat(output, result.output);
    } else {
      child.positional = next.positional.some((text) => splits(text))
        ? undefined
        : next.positional.map((text) => [text]);
      child.name = next.name === undefined ? name : (textOf(next.name) ?? name);
      const runner = shell.speaking(dialectsOf(name, shell.dialects));
      output = concat(output, runner.runText(next.texts, child, inner).output);
    }
  }
  return { output, status: "either" };
}

/** What the shell speaks that a program is or starts: the person's own or another one, where its name does not tell. */
function dialectsOf(program: string, own: Shell["dialects"]): Shell["dialects"] {
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (name === "zsh") return ["zsh"];
  if (["bash", "rbash", "dash", "ksh"].includes(name)) return ["bash"];
  return own.includes("zsh") ? ["bash", "zsh"] : own;
}

function splits(text: Text): boolean {
  return text.some((piece) => piece.kind === "glob" || (piece.kind === "hole" && piece.splits));
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
  const before = new Map(scope.variables);
  scope.positional = args.some(splits) ? undefined : args.map((text) => [text]);
  scope.locals = new Set();
  const inner: Io = { ...io, depth: io.depth + 1, via: [...io.via, name] };
  const outputs: TextSet[] = [];
  for (const body of bodies) {
    if (body.from === "absent") continue;
    const branch = bodies.length === 1 ? scope : scope.fork();
    if (body.from === "command") {
      outputs.push(shell.runBody(body.node, branch, { ...inner, source: body.source }).output);
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
    if (branch !== scope) scope.join(branch);
  }
  for (const local of scope.locals) {
    const earlier = before.get(local);
    if (earlier === undefined) scope.variables.delete(local);
    else scope.variables.set(local, earlier);
  }
  scope.positional = saved;
  scope.locals = outer;
  return { output: outputs.length === 0 ? EMPTY : union(...outputs), status: "either" };
}

/** Assigns in `scope`. */
export function assign(node: Assignment, scope: Scope, io: Io, shell: Shell): void {
  if (node.value.type === "ArrayValue") {
    const elements = expandWords(node.value.elements, scope, io, shell);
    const list: TextSet[] =
      elements.length === 1
        ? (elements[0] ?? []).map((text) => [text])
        : [union(...elements.map((fields) => fields))];
    const earlier = node.append === true ? (scope.variables.get(node.name)?.elements ?? []) : [];
    const all = [...earlier, ...list];
    scope.variables.set(node.name, {
      values: all[0] ?? EMPTY,
      elements: all,
      exported: scope.variables.get(node.name)?.exported ?? false,
    });
    return;
  }
  let values = expandToText(node.value, scope, io, shell);
  if (node.index !== undefined) {
    expandToText(node.index, scope, io, shell);
    const earlier = scope.variables.get(node.name);
    const elements = [...(earlier?.elements ?? []), values];
    scope.variables.set(node.name, {
      values: union(earlier?.values ?? EMPTY, values),
      elements,
      exported: earlier?.exported ?? false,
    });
    return;
  }
  if (node.append === true) values = concat(scope.value(node.name) ?? EMPTY, values);
  // Bash: a GLOBIGNORE that is not empty makes `*` match dot files too.
  if (node.name === "GLOBIGNORE") scope.options.add("dotglob");
  shell.host.assigned(node.name, values, placeOf(scope, io));
  scope.set(node.name, values);
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
    assign(argument, inner, io, shell);
    const made = inner.variables.get(argument.name);
    if (made?.elements !== undefined) {
      scope.variables.set(argument.name, made);
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
  const alias = scope.aliases.get(name.value);
  if (alias === undefined || io.via.includes(`alias ${name.value}`)) return undefined;
  if (!isInForce(alias, name.pos, io)) return undefined;
  const prefix = node.prefix.filter((item) => item.type === "Assignment").map((item) => item.text);
  const tail = withNextAlias(node, alias.text, scope, io);
  const source = [...prefix, alias.text, ...tail].join(" ");
  const redirected = applyRedirects(node.redirects, scope, io, shell);
  const { script, problem } = parseCommand(source);
  if (problem !== undefined || script === undefined || io.depth > DEPTH_MAX) {
    shell.host.unknown(
      "syntax",
      `the alias \`${name.value}\` could not be read`,
      placeOf(scope, io),
    );
  }
  if (script === undefined) return DONE;
  const result = shell.run(script, scope, {
    ...redirected.io,
    source,
    via: [...io.via, `alias ${name.value}`],
    depth: io.depth + 1,
  });
  return finishRedirects(result, redirected, scope, io, shell);
}

/** The words behind an alias: where its text ends in a blank, the next word is looked up as an alias too, and so on. */
function withNextAlias(node: Command, text: string, scope: Scope, io: Io): readonly string[] {
  let previous = text;
  return node.args.map((argument) => {
    const next = /[ \t]$/.test(previous) ? scope.aliases.get(argument.text) : undefined;
    const isMeant = next !== undefined && isInForce(next, argument.pos, io);
    previous = isMeant ? next.text : "";
    return isMeant ? next.text : argument.text;
  });
}

/** Whether a word at `position` was read after the line that made the alias. */
function isInForce(alias: Alias, position: number, io: Io): boolean {
  return (
    alias.source === undefined ||
    alias.source !== io.source ||
    io.source.slice(alias.end, position).includes("\n")
  );
}

/** Opens what redirections name. */
export function applyRedirects(
  redirects: readonly Redirection[],
  scope: Scope,
  io: Io,
  shell: Shell,
): Redirected {
  let stdin = io.stdin;
  const targets: TextSet[] = [];
  for (const redirect of redirects) {
    const descriptor =
      redirect.descriptor?.type === "FileDescriptor" ? redirect.descriptor.value : undefined;
    const input = (content: TextSet): void => {
      if (descriptor === undefined || descriptor === 0) stdin = content;
      else scope.descriptors.set(descriptor, content);
    };
    if (redirect.type === "HereDoc") {
      input(expandHereDoc(redirect, scope, io, shell));
      continue;
    }
    if (redirect.target === undefined) continue;
    if (redirect.type === "HereString") {
      input(concat(expandToText(redirect.target, scope, io, shell), known("\n")));
      continue;
    }
    // WHY: a redirection target is expanded like a word; more than one field is an error, so each may be the one.
    const target = union(
      ...expandWords([redirect.target], scope, io, shell).map((fields) => fields),
    );
    openRedirect(redirect.operator, target, { input, targets, descriptor }, scope, io, shell);
  }
  return { io: { ...io, stdin }, targets, touched: redirects.length > 0 };
}

function openRedirect(
  operator: "<" | ">" | ">>" | "<>" | "<&" | ">&" | ">|" | "&>" | "&>>",
  target: TextSet,
  sinks: { input: (content: TextSet) => void; targets: TextSet[]; descriptor: number | undefined },
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  const place = placeOf(scope, io);
  const read = (): TextSet => union(...target.map((text) => shell.host.open("read", text, place)));
  const write = (access: "write" | "append"): void => {
    for (const text of target) shell.host.open(access, text, place);
    if (sinks.descriptor === undefined || sinks.descriptor === 1) sinks.targets.push(target);
  };
  switch (operator) {
    case "<":
      sinks.input(read());
      return;
    case "<>":
      sinks.input(read());
      write("append");
      return;
    case ">":
    case ">|":
    case "&>":
      write("write");
      return;
    case ">>":
    case "&>>":
      write("append");
      return;
    case "<&":
    case ">&": {
      const copies = target.map(textOf);
      if (copies.every((copy) => copy !== undefined && /^[0-9]*-?$/.test(copy))) {
        const from = Number.parseInt(copies[0] ?? "", 10);
        const isInput =
          sinks.descriptor === 0 || (operator === "<&" && sinks.descriptor === undefined);
        if (from > 2 && (isInput || operator === "<&")) {
          sinks.input(scope.descriptors.get(from) ?? [[hole("missing-fact")]]);
        } else if (isInput && (from === 1 || from === 2)) {
          // `>& /dev/tcp/host/port 0>&1`: what comes in is what the output is connected to.
          const connected = sinks.targets.flat();
          sinks.input(
            connected.length === 0
              ? [[hole("missing-fact")]]
              : union(...connected.map((text) => shell.host.open("read", text, place))),
          );
        }
        return;
      }
      if (operator === ">&") write("write");
      else shell.host.unknown("dynamic-path", "a descriptor that is not known", place);
      return;
    }
    default:
      operator satisfies never;
  }
}

/** Gives the output to the files it was redirected to. */
export function finishRedirects(
  result: Result,
  redirected: Redirected,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  if (redirected.targets.length === 0) {
    return redirected.touched
      ? { ...result, status: result.status === "success" ? "either" : result.status }
      : result;
  }
  for (const target of redirected.targets) {
    for (const text of target) shell.host.wrote(text, result.output, placeOf(scope, io));
  }
  return {
    // zsh serves every redirection of a stream: what goes to a file goes on into the pipe as well.
    output: shell.dialects.includes("zsh") ? union(EMPTY, result.output) : EMPTY,
    status: "either",
    ...(result.successDirectories === undefined
      ? {}
      : { successDirectories: result.successDirectories }),
  };
}

function keepDescriptors(
  redirects: readonly Redirection[],
  redirected: Redirected,
  scope: Scope,
): void {
  if (
    redirects.some(
      (redirect) => redirect.descriptor === undefined && redirect.operator.startsWith("<"),
    )
  ) {
    scope.descriptors.set(0, redirected.io.stdin ?? EMPTY);
  }
}
