// Evaluates a parsed script without running it: lists, pipelines, branches and loops over all paths they may take.
import { DEPTH_MAX, LOOP_PASSES_MAX } from "#base/limits.ts";
import { arithmeticValue } from "./arithmetic.ts";
import { holdsSubscriptCode } from "./builtins.ts";
import { type Io, placeOf, type Result, type Shell, type ShellHost } from "./host.ts";
import {
  applyRedirects,
  dispatchArguments,
  finishRedirects,
  plainWords,
  runSimple,
} from "./simple-command.ts";
import { nameMadeParts } from "./made-parts.ts";
import type { Scope } from "./scope.ts";
import {
  type AndOr,
  type CommandNode,
  type CompoundList,
  parseCommand,
  type Pipeline,
  type PipelineNode,
  type Statement,
  type TestExpression,
} from "./syntax.ts";
import {
  concat,
  EMPTY,
  hole,
  sourcesOf,
  type TextSet,
  textOf,
  union,
  weightOf,
  withSplits,
  literal,
  type Text,
} from "./text.ts";
import { expandToPattern, expandToText, expandWord } from "./words.ts";

const SILENT: Result = { output: EMPTY, status: "either" };
const DONE: Result = { output: EMPTY, status: "success" };

/** Makes an evaluator over a host that knows programs and files. */
export function createShell(host: ShellHost, dialects: Shell["dialects"]): Shell {
  const shell: Shell = {
    host,
    dialects,
    speaking: (others) => createShell(host, others),
    run: (script, scope, io) =>
      runStatements(
        script.commands,
        scope,
        script.source === undefined ? io : { ...io, source: script.source },
        shell,
      ),
    runBody: (body, scope, io) =>
      body.type === "CompoundList"
        ? runList(body, scope, io, shell)
        : runCommandNode(body, scope, io, shell),
    runText: (texts, scope, io) => runTexts(texts, scope, io, shell),
    dispatch: (argv, scope, io, options) =>
      dispatchArguments(argv, scope, io, shell, options ?? {}),
  };
  return shell;
}

/** Runs text as shell code. What is not known of it has been noted by `host.code`. */
function runTexts(texts: TextSet, scope: Scope, io: Io, shell: Shell): Result {
  if (io.depth > DEPTH_MAX) {
    shell.host.unknown("budget", "code nested too deeply", placeOf(scope, io));
    return SILENT;
  }
  const readable = shell.host.code(
    texts.map((text) => readableParts(text, scope)),
    placeOf(scope, io),
  );
  const results = alternatives(readable, scope, (text, branch) => {
    const source = textOf(text);
    if (source === undefined)
      return { output: [[hole("dynamic-code", { sources: sourcesOf([text]) })]], status: "either" };
    const { script, problem } = parseCommand(source);
    if (problem !== undefined)
      shell.host.unknown(problem.reason, problem.detail, placeOf(branch, io));
    return script === undefined
      ? SILENT
      : shell.run(script, branch, { ...io, source, depth: io.depth + 1 });
  });
  return results;
}

/** The code with what a program made up in variables of the scope, where that is all that is not known of it. */
function readableParts(text: Text, scope: Scope): Text {
  const named = textOf(text) === undefined ? nameMadeParts(text) : undefined;
  if (named === undefined) return text;
  for (const [name, part] of named.parts) scope.set(name, [[part]], false);
  return literal(named.source);
}

/** Runs each alternative from the same state and joins what comes out. */
function alternatives<Item>(
  items: readonly Item[],
  scope: Scope,
  run: (item: Item, branch: Scope) => Result,
): Result {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return run(only, scope);
  if (items.length === 0) return SILENT;
  const before = scope.fork();
  const outputs: TextSet[] = [];
  items.forEach((item, at) => {
    const branch = before.fork();
    outputs.push(run(item, branch).output);
    if (at === 0) scope.become(branch);
    else scope.join(branch);
  });
  return { output: union(...outputs), status: "either" };
}

function runStatements(
  statements: readonly Statement[],
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  let output = EMPTY;
  let last: Result = DONE;
  for (const statement of statements) {
    if (!shell.host.spend())
      return { output: [[hole("budget", { sources: sourcesOf(output) })]], status: "either" };
    last = runStatement(statement, scope, io, shell);
    if (isSilent(last.output)) continue;
    output = concat(output, last.output);
    shell.host.spend(weightOf(output));
  }
  return { ...last, output };
}

function isSilent(output: TextSet): boolean {
  return output.every((text) => text.length === 0);
}

function runStatement(statement: Statement, scope: Scope, io: Io, shell: Shell): Result {
  if (statement.background === true) {
    const { output } = runNode(statement.command, scope.fork(), io, shell);
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
  if (first === undefined) return SILENT;
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
    const branch = single ? scope : scope.fork();
    const here: Io = { ...io, stdin };
    const consumer = plainWords(node.commands[at + 1], scope);
    result =
      consumer !== undefined && command.type === "Command" && shell.host.spend()
        ? runSimple(command, branch, here, shell, consumer)
        : runCommandNode(command, branch, here, shell);
    if (inShell && !single) scope.join(branch);
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
  switch (node.type) {
    case "Command":
      return runSimple(node, scope, io, shell);
    case "Redirected": {
      const redirected = applyRedirects(node.redirects, scope, io, shell);
      const result = runCommandNode(node.command, scope, redirected.io, shell);
      return finishRedirects(result, redirected, scope, io, shell);
    }
    case "Function":
      scope.functions.set(node.name.value, [
        { from: "command", node: node.body, source: io.source },
      ]);
      return DONE;
    case "Coproc":
      shell.runBody(node.body, scope.fork(), { ...io, stdin: [[hole("dynamic-code")]] });
      return SILENT;
    case "Subshell":
      return { ...runList(node.body, scope.fork(), io, shell), status: "either" };
    case "BraceGroup":
      return runList(node.body, scope, io, shell);
    case "If":
      return runIf(node, scope, io, shell);
    case "For":
    case "Select": {
      const items = loopItems(node.wordlist, scope, io, shell);
      const values = node.type === "Select" ? union(EMPTY, items) : items;
      return runLoop(scope, shell, (branch) => {
        branch.set(node.name.value, withSplits(values, true));
        return runList(node.body, branch, io, shell).output;
      });
    }
    case "While":
      return runLoop(scope, shell, (branch) => {
        const clause = runList(node.clause, branch, io, shell);
        return concat(clause.output, runList(node.body, branch, io, shell).output);
      });
    case "ArithmeticFor":
      arithmeticValue(node.initialize, scope, io, shell);
      return runLoop(scope, shell, (branch) => {
        arithmeticValue(node.test, branch, io, shell);
        const { output } = runList(node.body, branch, io, shell);
        arithmeticValue(node.update, branch, io, shell);
        return output;
      });
    case "Case":
      return runCase(node, scope, io, shell);
    case "TestCommand":
      runTest(node.expression, scope, io, shell);
      return SILENT;
    case "ArithmeticCommand":
      arithmeticValue(node.expression, scope, io, shell);
      return SILENT;
    default:
      return node satisfies never;
  }
}

function runList(list: CompoundList, scope: Scope, io: Io, shell: Shell): Result {
  return runStatements(list.commands, scope, io, shell);
}

function runIf(
  node: Extract<CommandNode, { type: "If" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const clause = runList(node.clause, scope, io, shell);
  const outputs: TextSet[] = [];
  const branches: Scope[] = [];
  const branch = (list: CompoundList | undefined): void => {
    const state = scope.fork();
    branches.push(state);
    outputs.push(list === undefined ? EMPTY : runList(list, state, io, shell).output);
  };
  if (clause.status !== "failure") branch(node.then);
  if (clause.status !== "success") {
    for (const elif of node.elif) {
      outputs.push(runList(elif.clause, scope, io, shell).output);
      branch(elif.then);
    }
    branch(node.else);
  }
  joinAll(scope, branches);
  return { output: concat(clause.output, union(...outputs)), status: "either" };
}

function runCase(
  node: Extract<CommandNode, { type: "Case" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  expandToText(node.word, scope, io, shell);
  const branches: Scope[] = [scope.fork()];
  const outputs: TextSet[] = [EMPTY];
  for (const item of node.items) {
    for (const pattern of item.pattern) expandToPattern(pattern, scope, io, shell);
    const state = scope.fork();
    outputs.push(runList(item.body, state, io, shell).output);
    branches.push(state);
  }
  joinAll(scope, branches);
  return { output: union(...outputs), status: "either" };
}

function joinAll(scope: Scope, branches: readonly Scope[]): void {
  branches.forEach((branch, at) => {
    if (at === 0) scope.become(branch);
    else scope.join(branch);
  });
}

/** A loop body, until it changes nothing more; then, or past the bound, what it changes is unknown. */
function runLoop(scope: Scope, shell: Shell, body: (branch: Scope) => TextSet): Result {
  let output: TextSet = EMPTY;
  for (let pass = 0; pass <= LOOP_PASSES_MAX; pass += 1) {
    if (!shell.host.spend()) break;
    const before = scope.fork();
    const branch = scope.fork();
    output = union(output, body(branch));
    shell.host.spend(weightOf(output));
    scope.join(branch);
    if (scope.equals(before)) break;
    if (pass === LOOP_PASSES_MAX - 1) scope.widenAgainst(before);
  }
  const sources = sourcesOf(output);
  return {
    output: isSilent(output) ? EMPTY : union(output, [[hole("dynamic-code", { sources })]]),
    status: "either",
  };
}

function loopItems(
  words: Extract<CommandNode, { type: "For" }>["wordlist"],
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet {
  if (words === undefined) {
    if (scope.positional === undefined) return [[hole("missing-fact")]];
    return scope.positional.length === 0 ? EMPTY : union(...scope.positional);
  }
  const items = words.flatMap((word) => expandWord(word, scope, io, shell).flat());
  return items.length === 0 ? EMPTY : union(items);
}

function runTest(expression: TestExpression, scope: Scope, io: Io, shell: Shell): void {
  if (!shell.host.spend()) return;
  switch (expression.type) {
    case "TestUnary": {
      const operand = expandToText(expression.operand, scope, io, shell);
      if (/^-[vR]$/.test(expression.operator) && operand.some(holdsSubscriptCode)) {
        shell.host.unknown(
          "dynamic-code",
          "a subscript that may run a command",
          placeOf(scope, io),
        );
      }
      return;
    }
    case "TestBinary":
      expandToText(expression.left, scope, io, shell);
      expandToPattern(expression.right, scope, io, shell);
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(expression.operator)) {
        // These evaluate both sides as arithmetic, which may run a substitution held in a variable.
        for (const side of [expression.left, expression.right]) {
          const texts = expandToText(side, scope, io, shell);
          if (texts.some((text) => sourcesOf([text]).length > 0 || holdsSubscriptCode(text))) {
            shell.host.unknown(
              "dynamic-code",
              "arithmetic over text that was read",
              placeOf(scope, io),
            );
          }
        }
      }
      return;
    case "TestLogical":
      for (const operand of expression.operands) runTest(operand, scope, io, shell);
      return;
    case "TestNot":
      runTest(expression.operand, scope, io, shell);
      return;
    case "TestGroup":
      runTest(expression.expression, scope, io, shell);
      return;
    default:
      expression satisfies never;
  }
}
