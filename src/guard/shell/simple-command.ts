// A simple command: assignments, words, redirections, and who runs: alias, function, builtin or program.
import { expandAlias } from "./alias-expansion.ts";
import { argumentVectors } from "./builtins/argument-vectors.ts";
import { assign } from "./builtins/assignments.ts";
import { BUILTINS } from "./builtins/builtins.ts";
import { withComplaints } from "./builtins/printed-besides.ts";
import { arithmeticOf } from "./expansion/arithmetic.ts";
import { namesTable, setsTable } from "./expansion/zsh-names.ts";
import {
  applyRedirects,
  finishRedirects,
  keepRedirections,
  underRedirects,
} from "./redirections.ts";
import type { Assignment, Command, CommandNode, WordPart, Redirection } from "./syntax/syntax.ts";
import { noteTracePrompt } from "./values/embedded-code.ts";
import type { Fields } from "./values/field-splitting.ts";
import { callSiteOf, type Io, type Result, type Shell } from "./values/host.ts";
import { DONE, EITHER } from "./values/results.ts";
import { takeOver } from "./values/scope-states.ts";
import type { Scope } from "./values/scope.ts";
import { union } from "./values/text-sets.ts";
import { EMPTY, type Piece, type TextSet, textOf } from "./values/text.ts";

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
  noteTracePrompt(scope, here, shell);
  const ran = runNamed(node, scope, here, shell, consumer);
  const name = node.name?.value;
  // WHY not of it: with redirections alone it runs nothing that could complain.
  const isOnlyRedirected = name === "exec" && node.args.length === 0;
  const mayComplain = BUILTINS.has(name ?? "") && !isOnlyRedirected;
  const result = mayComplain ? withComplaints(ran, name, node.redirects) : ran;
  evaluateGiven(scope, here, shell);
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

function isNumberLike(piece: Piece): boolean {
  return piece.kind === "hole" && /^\[-?0-9/.test(piece.like ?? "");
}

/** What variables that hold numbers were given by the command: some builtins and expansions assign without evaluating. */
function evaluateGiven(scope: Scope, io: Io, shell: Shell): void {
  for (const text of scope.expressions.splice(0)) {
    const isTold = text.every((piece) => piece.kind === "text" || isNumberLike(piece));
    if (isTold) arithmeticOf(text, scope.fork(), io, shell);
    else
      shell.host.unknown(
        "dynamic-code",
        "arithmetic over text that may hold a command",
        callSiteOf(scope, io),
      );
  }
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
  else takeOver(scope, inner);
  return environment;
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
    if (at === 0) takeOver(scope, branch);
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

// Redirections without a command: in zsh a program gets what they open.

/**
 * What zsh runs for redirections alone: the program that `READNULLCMD` names for one that reads, `NULLCMD` for all others,
 * and what the system has for a pager and for `cat` where nothing in sight set these. bash runs nothing.
 */
function runLoneRedirection(
  redirects: readonly Redirection[],
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  if (!shell.dialects.includes("zsh")) return;
  const isRead = redirects.length === 1 && redirects[0]?.operator === "<";
  const named = isRead ? nonEmpty("READNULLCMD", scope) : undefined;
  const programs = named ?? (isRead ? undefined : nonEmpty("NULLCMD", scope));
  if (programs === undefined) {
    for (const name of isRead ? ["more", "pager"] : ["cat"])
      shell.host.ran(name, callSiteOf(scope, io));
    if (isRead && nonEmpty("NULLCMD", scope) === undefined) return;
  }
  // WHY both: `READNULLCMD` may be empty where nothing in sight says so.
  for (const program of programs ?? nonEmpty("NULLCMD", scope) ?? [])
    shell.dispatch([program], scope.fork(), io, {});
}

function nonEmpty(variable: string, scope: Scope): TextSet | undefined {
  const values = scope.variables.has(variable) ? scope.value(variable) : undefined;
  const some = values?.filter((text) => textOf(text) !== "");
  return some === undefined || some.length === 0 ? undefined : some;
}
