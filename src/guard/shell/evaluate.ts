// Evaluates a parsed script without running it: lists, pipelines, branches and loops over all paths they may take.
import { DEPTH_MAX, LOOP_PASSES_MAX, LOOP_SETTLING_PASSES_MAX } from "#base/limits.ts";
import { itemsOfFields, looseElements } from "./arrays.ts";
import { arithmeticValue, constantOf } from "./arithmetic.ts";
import { assignText } from "./assignments.ts";
import { holdsSubscriptCode } from "./builtins.ts";
import {
  Ends,
  type Io,
  type Place,
  placeOf,
  type Result,
  type Shell,
  type ShellHost,
} from "./host.ts";
import { underRedirects } from "./redirections.ts";
import { dispatchArguments, plainWords, runSimple } from "./simple-command.ts";
import { isAtEnd, setFunctionTrap, withExitTraps } from "./traps.ts";
import { nameMadeParts } from "./made-parts.ts";
import type { Scope } from "./scope.ts";
import {
  type AndOr,
  type CommandNode,
  type CompoundList,
  firstErrorOf,
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
  known,
  quoted,
  sourcesOf,
  type TextSet,
  textOf,
  union,
  weightOf,
  withSplits,
  literal,
  type Text,
} from "./text.ts";
import { asReadByZsh } from "./zsh-forms.ts";
import { expandToPattern, expandToText, partText } from "./word-texts.ts";
import { expandWord } from "./words.ts";

const SILENT: Result = { output: EMPTY, status: "either" };
const DONE: Result = { output: EMPTY, status: "success" };

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
        noteProblem({ reason: "syntax", detail: error }, placeOf(scope, io), shell);
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
    return alternatives(readings(source, shell), branch, ({ written, reader }, state) =>
      runSource(written, source, state, io, reader),
    );
  });
  return results;
}

/** What the shell takes a text for: both, where it is not known which shell reads it and they differ. */
function readings(
  source: string,
  shell: Shell,
): readonly { readonly written: string; readonly reader: Shell }[] {
  const own = { written: source, reader: shell };
  if (!shell.dialects.includes("zsh")) return [own];
  const written = asReadByZsh(source);
  if (written === source) return [own];
  const ofZsh = { written, reader: shell.as(["zsh"]) };
  return shell.dialects.includes("bash")
    ? [{ written: source, reader: shell.as(["bash"]) }, ofZsh]
    : [ofZsh];
}

function runSource(written: string, source: string, scope: Scope, io: Io, shell: Shell): Result {
  const { script, problem } = parseCommand(written);
  if (problem !== undefined) noteProblem(problem, placeOf(scope, io), shell);
  if (script === undefined) return SILENT;
  const { aliases: _, ...inner } = io;
  return shell.run(script, scope, { ...inner, source, depth: io.depth + 1 });
}

/** WHY more than a doubt in zsh: it has forms that our parser does not know, and runs them. */
function noteProblem(
  { reason, detail }: { readonly reason: "syntax" | "budget"; readonly detail: string },
  place: Place,
  shell: Shell,
): void {
  shell.host.unknown(reason, detail, place);
  if (reason === "syntax" && shell.dialects.includes("zsh"))
    shell.host.code([[hole("syntax", { splits: false })]], place);
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
    for (const text of target) shell.host.wrote(text, result.output, placeOf(scope, io));
  return { ...result, output: EMPTY };
}

/** What a command gave, and what traps of signals give, which may run before and after every one. */
function withSignalTraps(result: Result, scope: Scope, io: Io, shell: Shell): Result {
  let { output } = result;
  for (const [signal, code] of scope.traps) {
    if (isAtEnd(signal)) continue;
    const branch = scope.fork();
    // What a trap runs sets off no further one.
    branch.traps.clear();
    const added = shell.runText(code, branch, io).output;
    for (const [name, other] of scope.traps) branch.traps.set(name, other);
    scope.join(branch);
    output = beside(output, added, shell);
  }
  return { ...result, output };
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

function isSilent(output: TextSet): boolean {
  return output.every((text) => text.length === 0);
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

/** Runs in a copy of the shell, and what was registered there for its end. */
function inSubshell(
  scope: Scope,
  isPiped: boolean,
  io: Io,
  shell: Shell,
  run: (branch: Scope) => Result,
): Result {
  const branch = scope.subshell(isPiped);
  return withExitTraps(run(branch), branch, io, shell);
}

/** As `io`, for a process of its own: what ends there goes on here. */
function apart(io: Io): Io {
  const { ends: _, ...rest } = io;
  return rest;
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
      if (scope.variables.get(name)?.refersTo !== undefined)
        shell.host.unknown("unmodelled", "a loop over names", placeOf(scope, io));
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
      return SILENT;
    case "ArithmeticCommand": {
      arithmeticValue(node.expression, scope, io, shell);
      const constant = constantOf(node.expression);
      if (constant === undefined) return SILENT;
      return { output: EMPTY, status: constant === 0n ? "failure" : "success" };
    }
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

/** A coprocess: its output comes back through a descriptor, and what is written to the other one is its input. */
function runCoproc(
  node: Extract<CommandNode, { type: "Coproc" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const name = node.name?.value ?? "COPROC";
  const stdin: TextSet = [[hole("dynamic-code")]];
  const { output } = inSubshell(scope, true, io, shell, (branch) =>
    shell.runBody(node.body, branch, { ...io, stdin }),
  );
  scope.descriptors.set(COPROC_OUTPUT, output);
  // bash takes the highest free descriptors; which ones does not matter.
  const some: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*" })]];
  const ends = [COPROC_OUTPUT, COPROC_INPUT].map((end) => union(known(String(end)), some));
  scope.setElements(
    name,
    ends.map((values, at) => ({ key: String(at), values })),
  );
  const job: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*", job: true })]];
  // It is gone once the process is.
  const made = scope.get(name);
  if (made !== undefined) scope.variables.set(scope.targetOf(name), { ...made, absent: "maybe" });
  scope.set(`${name}_PID`, job);
  scope.variables.set("!", { values: EMPTY, exported: false });
  return SILENT;
}

const COPROC_OUTPUT = 63;
const COPROC_INPUT = 60;

function runCase(
  node: Extract<CommandNode, { type: "Case" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  expandToText(node.word, scope, io, shell);
  const branches: Scope[] = [scope.fork()];
  const outputs: TextSet[] = [EMPTY];
  // What an item that does not end the matching leaves behind, for those below it.
  let carried: { readonly state: Scope; readonly output: TextSet } | undefined;
  for (const item of node.items) {
    for (const pattern of item.pattern) expandToPattern(pattern, scope, io, shell);
    const state = scope.fork();
    if (carried !== undefined) state.join(carried.state);
    const before = carried?.output ?? EMPTY;
    const own = runList(item.body, state, io, shell).output;
    const output = isSilent(before) ? own : union(own, concat(before, own));
    outputs.push(output);
    branches.push(state);
    if (item.terminator !== undefined && item.terminator !== ";;") {
      const next = state.fork();
      if (carried !== undefined) next.join(carried.state);
      carried = { state: next, output: union(before, output) };
    }
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
function runLoop(
  scope: Scope,
  io: Io,
  shell: Shell,
  body: (branch: Scope, inner: Io) => TextSet,
): Result {
  let output: TextSet = EMPTY;
  const forgotten = new Set<string>();
  const passesMax = LOOP_PASSES_MAX + LOOP_SETTLING_PASSES_MAX;
  for (let pass = 0; pass <= passesMax; pass += 1) {
    if (!shell.host.spend()) break;
    if (pass === passesMax) {
      shell.host.unknown("budget", "a loop that does not come to rest", NOWHERE);
      break;
    }
    const before = scope.fork();
    const branch = scope.fork();
    const left = new Ends();
    const inner: Io = { ...io, ends: new Ends(io.ends), breaks: [left, ...(io.breaks ?? [])] };
    output = union(output, body(branch, inner));
    for (const state of left.states) branch.join(state);
    shell.host.spend(weightOf(output));
    scope.join(branch);
    // WHY again and again: what depends on a variable that was widened changes one pass later.
    if (pass >= LOOP_PASSES_MAX - 1) scope.widenAgainst(before, forgotten);
    if (scope.equals(before)) break;
  }
  const sources = sourcesOf(output);
  return {
    // Any number of passes prints any number of times.
    output: isSilent(output) ? EMPTY : union(EMPTY, output, [[hole("dynamic-code", { sources })]]),
    status: "either",
  };
}

const NOWHERE = { via: [], at: undefined, directories: [] };

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
  // A pattern is the file that it names, or itself.
  const patterns = items.filter((text) => text.some((piece) => piece.kind === "glob"));
  return items.length === 0 ? EMPTY : union(...itemsOfFields(items), patterns.map(quoted));
}

/** `[[ x =~ y ]]` leaves pieces of x behind. */
function matchedGroups(
  { operator }: Extract<TestExpression, { type: "TestBinary" }>,
  left: TextSet,
  scope: Scope,
  shell: Shell,
): void {
  if (operator !== "=~") return;
  const pieces: TextSet = [[hole("unmodelled", { splits: false, sources: sourcesOf(left) })]];
  for (const name of ["BASH_REMATCH", "match", "mbegin", "mend"])
    scope.setElements(name, looseElements(left));
  if (shell.dialects.includes("zsh")) scope.set("MATCH", pieces);
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
      matchedGroups(expression, expandToText(expression.left, scope, io, shell), scope, shell);
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
