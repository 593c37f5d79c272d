// Evaluates a parsed script without running it: lists, pipelines, branches and loops over all paths they may take.
import { arithmeticValue } from "./expansion/arithmetic.ts";
import { constantOf } from "./expansion/arithmetic-numbers.ts";
import { assignText } from "./builtins/assignments.ts";
import {
  Ends,
  type Io,
  callSiteOf,
  type Result,
  type Shell,
  type ShellHost,
} from "./values/host.ts";
import { underRedirects } from "./redirections.ts";
import { dispatchArguments } from "./dispatch.ts";
import { plainWords, runSimple } from "./simple-command.ts";
import { isAtEnd, isTrapDue, setFunctionTrap, withExitTraps } from "./values/traps.ts";
import { ELSEWHERE, type Scope } from "./values/scope.ts";
import {
  type AndOr,
  type CommandNode,
  type CompoundList,
  firstErrorOf,
  type Pipeline,
  type PipelineNode,
  type Statement,
} from "./syntax/syntax.ts";
import { concat, union } from "./values/text-sets.ts";
import { EMPTY, hole, literal, sourcesOf, type TextSet, weightOf } from "./values/text.ts";
import { withSplits } from "./values/text-changes.ts";
import { partText } from "./expansion/word-texts.ts";
import { runTest } from "./builtins/test-expression.ts";
import { runLoop, loopItems } from "./loops.ts";
import { runIf, runCase } from "./branches.ts";
import { runTexts, noteProblem } from "./code-texts.ts";
import { inSubshell, apart, runCoproc } from "./subshells.ts";
import { afterSuccess, DONE, EITHER, isSilent, withoutValues } from "./values/results.ts";

/** Makes an evaluator over a host that knows programs and files. */
export function createShell(host: ShellHost, dialects: Shell["dialects"]): Shell {
  const shell: Shell = {
    host,
    dialects,
    as: (others) =>
      others.length === dialects.length && others.every((one) => dialects.includes(one))
        ? shell
        : createShell(host, others),
    expandPart: (part, scope, io) => partText(part, scope, io, shell),
    run: (script, scope, io) => {
      // WHY: bash reads the code of backticks only when it runs it, so that an error there is none of the whole text.
      const error = firstErrorOf(script);
      if (error !== undefined)
        noteProblem({ reason: "syntax", detail: error }, callSiteOf(scope, io), shell);
      return runStatements(
        script.commands,
        scope,
        script.source === undefined ? io : { ...io, source: script.source },
        shell,
      );
    },
    runBody: (body, scope, io) =>
      body.type === "CompoundList"
        ? runList(body, scope, io, shell)
        : runCommandNode(body, scope, io, shell),
    runText: (texts, scope, io) => {
      const result = runTexts(texts, scope, io, shell);
      // The command itself has ended.
      return io.depth < 0 ? withExitTraps(result, scope, { ...io, depth: 0 }, shell) : result;
    },
    dispatch: (argv, scope, io, options) =>
      dispatchArguments(argv, scope, io, shell, options ?? {}),
  };
  return shell;
}

function runStatements(
  statements: readonly Statement[],
  scope: Scope,
  given: Io,
  shell: Shell,
): Result {
  let output = EMPTY;
  let last: Result = DONE;
  let io: Io = given.ends === undefined ? { ...given, ends: new Ends() } : given;
  const before = io.ends?.count;
  for (const statement of statements) {
    // What an earlier command may have left does not print the rest.
    const isSure = io.ends?.count === before;
    if (!shell.host.spend())
      return { output: [[hole("budget", { sources: sourcesOf(output) })]], status: "either" };
    const input = scope.descriptors.get(0);
    last = intoSinks(runStatement(statement, scope, io, shell), scope, io, shell);
    last = withSignalTraps(last, scope, io, shell);
    // `exec < file`: what follows reads from there.
    const replaced = scope.descriptors.get(0);
    if (replaced !== input && replaced !== undefined) io = { ...io, stdin: replaced };
    if (isSilent(last.output)) continue;
    const all = concat(output, last.output);
    output = isSure ? all : union(output, all);
    shell.host.spend(weightOf(output));
  }
  return { ...last, output };
}

/** After `exec > file` all that is printed goes there. */
function intoSinks(result: Result, scope: Scope, io: Io, shell: Shell): Result {
  if (scope.sinks.length === 0 || isSilent(result.output)) return result;
  for (const target of scope.sinks)
    for (const text of target) shell.host.wrote(text, result.output, callSiteOf(scope, io));
  const isUnsure = scope.sinks.includes(ELSEWHERE);
  return { ...result, output: isUnsure ? union(EMPTY, result.output) : EMPTY };
}

/** What a command gave, and what traps of signals give, which may run before and after every one. */
function withSignalTraps(result: Result, scope: Scope, io: Io, shell: Shell): Result {
  if (scope.traps.size === 0) return result;
  let { output } = result;
  for (const [signal, code] of scope.traps) {
    if (!isTrapDue(signal, code, scope)) continue;
    const branch = scope.fork();
    // What a trap runs sets off no further one.
    branch.traps.clear();
    const added = shell.runText(code, branch, io).output;
    for (const [name, other] of scope.traps) branch.traps.set(name, other);
    // After code for the end nothing follows.
    if (!isAtEnd(signal)) scope.join(branch);
    output = beside(output, added, shell);
  }
  return { ...withoutValues(result), output };
}

/** What a command gives, and what the processes behind its `>(...)` print. */
function withAsides(io: Io, shell: Shell, run: (own: Io) => Result): Result {
  const asides: TextSet[] = [];
  const result = run({ ...io, asides });
  if (asides.length === 0) return result;
  return { ...result, output: asides.reduce((all, one) => beside(all, one, shell), result.output) };
}

/** Output with what something else may print before or after it. */
function beside(output: TextSet, added: TextSet, { host }: Shell): TextSet {
  if (isSilent(added)) return output;
  host.spend(weightOf(output) + weightOf(added));
  return union(output, concat(added, output), concat(output, added));
}

function runStatement(statement: Statement, scope: Scope, io: Io, shell: Shell): Result {
  if (statement.background === true) {
    const own = apart(io);
    const { output } = inSubshell(scope, false, own, shell, (branch) =>
      runNode(statement.command, branch, own, shell),
    );
    scope.variables.set("!", { values: EMPTY, exported: false });
    return { output, status: "success" };
  }
  return runNode(statement.command, scope, io, shell);
}

function runNode(node: PipelineNode | AndOr, scope: Scope, io: Io, shell: Shell): Result {
  if (node.type === "AndOr") return runAndOr(node, scope, io, shell);
  if (node.type === "Pipeline") return runPipeline(node, scope, io, shell);
  return runCommandNode(node, scope, io, shell);
}

/** `a && b || c`: whatever is not certainly skipped runs, in a branch when it may be skipped. */
function runAndOr(node: AndOr, scope: Scope, io: Io, shell: Shell): Result {
  const [first, ...rest] = node.commands;
  if (first === undefined) return EITHER;
  let result = runNode(first, scope, io, shell);
  let isWithin = true;
  rest.forEach((command, at) => {
    if (!isWithin) return;
    const needs = node.operators[at] === "&&" ? "success" : "failure";
    if (result.status !== "either" && result.status !== needs) return;
    if (result.status === needs) {
      const next = runNode(command, scope, io, shell);
      result = { ...next, output: concat(result.output, next.output) };
      return;
    }
    const branch = scope.fork();
    if (needs === "success" && result.successDirectories !== undefined)
      branch.directories = result.successDirectories;
    if (needs === "success") afterSuccess(result.successValues, branch);
    const successDirectories = result.successDirectories;
    const next = runNode(command, branch, io, shell);
    // `cd x || exit`: whoever goes on is in x.
    if (needs === "failure" && successDirectories !== undefined && leaves(command, scope))
      scope.directories = successDirectories;
    else scope.join(branch);
    isWithin = shell.host.spend(1 + weightOf(result.output) + weightOf(next.output));
    if (!isWithin) {
      const sources = sourcesOf([...result.output, ...next.output]);
      result = { output: [[hole("budget", { sources })]], status: "either" };
      return;
    }
    result = {
      output: isSilent(next.output)
        ? result.output
        : union(result.output, concat(result.output, next.output)),
      status: "either",
      // After `x && cd y` or `cd y && x` succeeded, whoever comes next in the chain is in y.
      ...(needs === "success"
        ? { successDirectories: next.successDirectories ?? branch.directories }
        : {}),
    };
  });
  return result;
}

/** Whether nothing of this shell goes on after the command: `exit` itself, or a group that ends in it. */
function leaves(node: CommandNode | PipelineNode | AndOr, scope: Scope): boolean {
  if (node.type === "BraceGroup") {
    const last = node.body.commands.at(-1);
    return last !== undefined && last.background !== true && leaves(last.command, scope);
  }
  if (node.type !== "Command" || node.name?.value !== "exit" || node.redirects.length > 0)
    return false;
  // A status that is no number is an error, after which bash exits all the same; zsh does not always.
  const isPlain = node.args.every((word) => word.type === "Word" && /^\d+$/.test(word.text));
  return isPlain && !scope.functions.has("exit") && !scope.aliases.has("exit");
}

function runPipeline(node: Pipeline, scope: Scope, io: Io, shell: Shell): Result {
  const negated = node.prefixes.some((prefix) => prefix.type === "Negation");
  let stdin = io.stdin;
  let result: Result = DONE;
  const single = node.commands.length === 1;
  node.commands.forEach((command, at) => {
    const isLast = at === node.commands.length - 1;
    // WHY: zsh runs the last command of a pipeline in the shell itself, bash (without lastpipe) in a child.
    const inShell =
      single || (isLast && (shell.dialects.includes("zsh") || scope.options.has("lastpipe")));
    const branch = single ? scope : scope.subshell(!isLast);
    const here: Io = { ...(single ? io : apart(io)), stdin };
    const consumer = plainWords(node.commands[at + 1], scope);
    result =
      consumer !== undefined && command.type === "Command" && shell.host.spend()
        ? withAsides(here, shell, (inner) => runSimple(command, branch, inner, shell, consumer))
        : runCommandNode(command, branch, here, shell);
    if (inShell && !single) scope.join(branch);
    else if (!single) result = withExitTraps(result, branch, here, shell);
    stdin = result.output;
    if (!isLast) shell.host.spend(weightOf(stdin));
  });
  if (!negated) return single ? result : { output: result.output, status: "either" };
  const flipped =
    result.status === "success" ? "failure" : result.status === "failure" ? "success" : "either";
  return { output: result.output, status: flipped };
}

function runCommandNode(node: CommandNode, scope: Scope, io: Io, shell: Shell): Result {
  if (!shell.host.spend()) return { output: [[hole("budget")]], status: "either" };
  return withAsides(io, shell, (own) => runKind(node, scope, own, shell));
}

function runKind(node: CommandNode, scope: Scope, io: Io, shell: Shell): Result {
  switch (node.type) {
    case "Command":
      return runSimple(node, scope, io, shell);
    case "Redirected":
      return underRedirects(node.redirects, scope, io, shell, (inner) =>
        runCommandNode(node.command, scope, inner, shell),
      );
    case "Function":
      scope.functions.set(node.name.value, [
        {
          from: "command",
          node: node.body,
          source: io.source,
          aliases: io.aliases ?? new Map(scope.aliases),
        },
      ]);
      if (shell.dialects.includes("zsh")) setFunctionTrap(node.name.value, scope);
      // zsh asks it what a name in `~[name]` means: it may run from now on.
      if (shell.dialects.includes("zsh") && node.name.value === "zsh_directory_name")
        shell.dispatch([literal(node.name.value)], scope.fork(), io);
      return DONE;
    case "Coproc":
      return runCoproc(node, scope, io, shell);
    case "Subshell": {
      const own = apart(io);
      const result = inSubshell(scope, false, own, shell, (branch) =>
        runList(node.body, branch, own, shell),
      );
      return { output: result.output, status: "either" };
    }
    case "BraceGroup":
      return runList(node.body, scope, io, shell);
    case "If":
      return runIf(node, scope, io, shell);
    case "For":
    case "Select": {
      const items = loopItems(node.wordlist, scope, io, shell);
      const values = node.type === "Select" ? union(EMPTY, items) : items;
      const name = node.name.value;
      // zsh takes a number for the name of a positional parameter.
      if (/^\d+$/.test(name)) scope.positional = undefined;
      if (scope.variables.get(name)?.refersTo !== undefined)
        shell.host.unknown("unmodelled", "a loop over names", callSiteOf(scope, io));
      return runLoop(scope, io, shell, (branch, inner) => {
        assignText(name, withSplits(values, true), branch, shell);
        if (node.type === "Select") branch.set("REPLY", [[hole("missing-fact")]]);
        return runList(node.body, branch, inner, shell).output;
      });
    }
    case "While":
      return runLoop(scope, io, shell, (branch, inner) => {
        const clause = runList(node.clause, branch, inner, shell);
        return concat(clause.output, runList(node.body, branch, inner, shell).output);
      });
    case "ArithmeticFor":
      arithmeticValue(node.initialize, scope, io, shell);
      return runLoop(scope, io, shell, (branch, inner) => {
        arithmeticValue(node.test, branch, inner, shell);
        const { output } = runList(node.body, branch, inner, shell);
        arithmeticValue(node.update, branch, inner, shell);
        return output;
      });
    case "Case":
      return runCase(node, scope, io, shell);
    case "TestCommand":
      runTest(node.expression, scope, io, shell);
      return EITHER;
    case "ArithmeticCommand": {
      arithmeticValue(node.expression, scope, io, shell);
      const constant = constantOf(node.expression);
      if (constant === undefined) return EITHER;
      return { output: EMPTY, status: constant === 0n ? "failure" : "success" };
    }
    default:
      return node satisfies never;
  }
}

function runList(list: CompoundList, scope: Scope, io: Io, shell: Shell): Result {
  return runStatements(list.commands, scope, io, shell);
}
