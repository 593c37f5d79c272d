// Arithmetic: what an expression may run and assign, and its value where all that goes into it is known.
import { DEPTH_MAX } from "#base/limits.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { elementAt, withElement } from "../values/arrays.ts";
import { runSubstitutions } from "../values/embedded-code.ts";
import { type Io, type Shell, callSiteOf, readLater } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import { type ArithmeticExpression, parseCommand, type WordPart } from "../syntax/syntax.ts";
import { concat } from "../values/text-sets.ts";
import {
  EMPTY,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
  weightOf,
} from "../values/text.ts";
import { runApart } from "../values/traps.ts";
import {
  someNumber,
  numberText,
  type Value,
  readNumber,
  plainNumber,
  calculate,
  truth,
  wrapped,
} from "./arithmetic-numbers.ts";

type Context = {
  readonly scope: Scope;
  readonly io: Io;
  readonly shell: Shell;
  /** Nesting of variables that hold expressions. */
  readonly depth: number;
};

/** Evaluates an expression for what it runs and assigns; gives its value, some number where that is not known. */
export function arithmeticValue(
  expression: ArithmeticExpression | undefined,
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet {
  if (expression === undefined) return someNumber(shell);
  return numberText(evaluate(expression, { scope, io, shell, depth: 0 }), shell);
}

/** As `arithmeticValue`, for text that the shell reads as an expression: a subscript, the offset of a slice. */
export function arithmeticOf(text: Text, scope: Scope, io: Io, shell: Shell): TextSet {
  return numberText(valueOfText(text, { scope, io, shell, depth: 0 }), shell);
}

/**
 * The numbers that such texts may stand for; undefined where one is not known. All of them are evaluated, whatever is made of the result:
 * a variable in them is an expression again, and its subscript may hold a command (`s='a[$(id)]'; a[s]=1`).
 */
export function numbersOf(
  texts: TextSet,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly string[] | undefined {
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0)
    return textsOf(arithmeticOf(only, scope, io, shell));
  const found = texts.map((text) => {
    const branch = scope.fork();
    const numbers = textsOf(arithmeticOf(text, branch, io, shell));
    scope.join(branch);
    return numbers;
  });
  return found.every((numbers) => numbers !== undefined) ? found.flat() : undefined;
}

/** What the subscripts of such names run, `a[i]` or `a[i]=x`: whoever takes the name of a variable evaluates them. */
export function inspectSubscripts(
  names: readonly Text[],
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  for (const text of names) {
    const found = /^([A-Za-z_][A-Za-z0-9_]*)\[([\s\S]+?)\](?:\+?=[\s\S]*)?$/.exec(
      textOf(text) ?? "",
    );
    const [, name = "", subscript = "@"] = found ?? [];
    // The keys of a map are plain texts. WHY a copy: who takes the name counts up what counts up in it.
    if (!/^[@*]$/.test(subscript) && !scope.isMap(name))
      arithmeticOf(literal(subscript), scope.fork(), io, shell);
  }
}

function valueOfText(text: Text, context: Context): Value {
  const source = textOf(text);
  if (source === undefined) {
    const sources = sourcesOf([text]);
    if (sources.length > 0) mayRunCode(context, sources);
    return undefined;
  }
  return valueOfSource(source.trim(), context);
}

function valueOfSource(source: string, context: Context): Value {
  if (source === "") return 0n;
  const isZsh = context.shell.dialects.includes("zsh");
  if (/^[0-9]+$/.test(source)) return readNumber(source, isZsh);
  if (!context.shell.host.spend() || context.depth > DEPTH_MAX) return undefined;
  // What stands in such text is read as an expression of its own: a substitution in a subscript runs.
  if (/\$\(|`|\$\{|[<>]\(/.test(source)) {
    mayRunCode(context);
    runSubstitutions(literal(source), context.scope, context.io, context.shell);
    return undefined;
  }
  const command = parseCommand(`((${source}\n))`).script?.commands[0]?.command;
  if (command?.type !== "ArithmeticCommand" || command.expression === undefined) return undefined;
  return evaluate(command.expression, { ...context, depth: context.depth + 1 });
}

/**
 * A subscript in such text may hold a substitution. Where all of it is made of files it is code from there, which the host
 * tells the origin of; what else may be in it is not known.
 */
function mayRunCode({ scope, io, shell }: Context, sources: readonly DataSource[] = []): void {
  const isOfFiles = sources.every(
    (one) =>
      one.kind === "file" && one.target.kind === "path" && !one.target.real.startsWith("/proc/"),
  );
  if (sources.length > 0 && isOfFiles) {
    shell.host.code([[hole("dynamic-code", { sources })]], callSiteOf(scope, io));
    return;
  }
  shell.host.unknown(
    "dynamic-code",
    "arithmetic over text that may hold a command",
    callSiteOf(scope, io),
  );
}

function evaluate(expression: ArithmeticExpression, context: Context): Value {
  if (!context.shell.host.spend()) return undefined;
  switch (expression.type) {
    case "ArithmeticBinary":
      return binary(expression, context);
    case "ArithmeticUnary":
      return unary(expression, context);
    case "ArithmeticTernary": {
      const test = evaluate(expression.test, context);
      if (test !== undefined)
        return evaluate(test === 0n ? expression.alternate : expression.consequent, context);
      const values = [expression.consequent, expression.alternate].map((one) =>
        maybe(one, context),
      );
      return values[0] === values[1] ? values[0] : undefined;
    }
    case "ArithmeticGroup":
      return evaluate(expression.expression, context);
    case "ArithmeticCommandExpansion": {
      const { scope, io, shell } = context;
      if (expression.script === undefined) {
        const place = callSiteOf(scope, io);
        shell.host.unknown("syntax", "a substitution in arithmetic that could not be read", place);
        return undefined;
      }
      const { output } = runApart(expression.script, scope.subshell(true), readLater(io), shell);
      return plainNumber(output);
    }
    case "ArithmeticWord": {
      const parts = expression.parts ?? partsOf(expression.value);
      return parts === undefined
        ? valueOfName(expression.value, context)
        : valueOfParts(expression.value, parts, context);
    }
    default:
      return expression satisfies never;
  }
}

/** The parser leaves a lone `$x` as it is written: its text becomes part of the expression all the same. */
function partsOf(word: string): readonly WordPart[] | undefined {
  if (!word.startsWith("$")) return undefined;
  return [{ type: "SimpleExpansion", text: word, pos: 0, end: word.length }];
}

/** What is evaluated on one path only. */
function maybe(expression: ArithmeticExpression, context: Context): Value {
  const branch = context.scope.fork();
  const value = evaluate(expression, { ...context, scope: branch });
  context.scope.join(branch);
  return value;
}

function binary(
  { operator, left, right }: Extract<ArithmeticExpression, { type: "ArithmeticBinary" }>,
  context: Context,
): Value {
  if (operator === "=") {
    const value = evaluate(right, context);
    assign(left, value, context);
    return value;
  }
  if (/^(?:[-+*/%&^|]|<<|>>|\*\*|&&|\|\||\^\^)=$/.test(operator)) {
    const before = evaluate(left, context);
    const value = calculate(operator.slice(0, -1), before, evaluate(right, context));
    assign(left, value, context);
    return value;
  }
  const first = evaluate(left, context);
  if (operator === "&&" || operator === "||") {
    const ends = operator === "&&" ? 0n : 1n;
    if (first !== undefined && truth(first) === ends) return ends;
    const second = first === undefined ? maybe(right, context) : evaluate(right, context);
    return first === undefined || second === undefined ? undefined : truth(second);
  }
  return calculate(operator, first, evaluate(right, context));
}

function unary(
  { operator, operand, prefix }: Extract<ArithmeticExpression, { type: "ArithmeticUnary" }>,
  context: Context,
): Value {
  const value = evaluate(operand, context);
  if (operator === "++" || operator === "--") {
    const after = calculate(operator === "++" ? "+" : "-", value, 1n);
    assign(operand, after, context);
    return prefix ? after : value;
  }
  if (value === undefined) return undefined;
  switch (operator) {
    case "-":
      return wrapped(-value);
    case "+":
      return value;
    case "!":
      return 1n - truth(value);
    case "~":
      return wrapped(~value);
    default:
      return undefined;
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A number, a variable, or an element of an array. */
function valueOfName(word: string, context: Context): Value {
  if (/^[0-9]/.test(word)) return readNumber(word, context.shell.dialects.includes("zsh"));
  const { scope } = context;
  const subscript = /^([A-Za-z_][A-Za-z0-9_]*)\[([\s\S]*)\]$/.exec(word);
  const name = subscript === null ? word : (subscript[1] ?? "");
  if (!NAME.test(name)) return undefined;
  const variable = scope.get(name);
  if (variable?.absent === "yes") return subscript === null ? 0n : undefined;
  if (subscript !== null) {
    const index = valueOfSource((subscript[2] ?? "").trim(), context);
    if (
      variable?.elements === undefined ||
      scope.isMap(name) ||
      context.shell.dialects.includes("zsh")
    )
      return inspected(variable?.elements?.flatMap((one) => one.values) ?? [], context);
    const key = index === undefined || index < 0n ? undefined : String(index);
    return inspected(elementAt(variable.elements, key), context);
  }
  if (variable === undefined) return undefined;
  return inspected(variable.values, context);
}

/** A value is read as an expression again: `x='a[$(id)]'; echo $((x))` runs a command. */
function inspected(values: TextSet, context: Context): Value {
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0) return valueOfText(only, context);
  for (const text of values) {
    const branch = context.scope.fork();
    valueOfText(text, { ...context, scope: branch });
    context.scope.join(branch);
  }
  return undefined;
}

/** A word with expansions in it: `$x`, `${#x}`. */
function valueOfParts(word: string, parts: readonly WordPart[], context: Context): Value {
  const { scope, io, shell } = context;
  const texts = parts.map((part) => shell.expandPart(part, scope, io));
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) {
    const number = plainNumber(only);
    if (number !== undefined) return number;
  }
  // What an expansion gives is text of the expression itself, and may be any piece of it.
  const all = texts.flat();
  const isPlain = (text: Text): boolean =>
    /^[-+*/%#0-9A-Za-z_ ]*$/.test(textOf(text) ?? "[") ||
    (textOf(text) === undefined && sourcesOf([text]).length === 0);
  if (!all.every(isPlain)) {
    mayRunCode(context);
    for (const text of all) runSubstitutions(text, scope, io, shell);
    return undefined;
  }
  // What stands side by side is one name: `$((y$x))` is the value of `y1`, which is read as an expression again.
  const whole = texts.reduce(
    (before, value) => (shell.host.spend(weightOf(before)) ? concat(before, value) : lost(all)),
    EMPTY,
  );
  const names = [literal(word), ...all, ...whole].flatMap((text) => namesIn(text, scope));
  for (const name of new Set(names))
    if (scope.variables.has(name)) inspected(scope.value(name) ?? [], context);
  return undefined;
}

function lost(texts: TextSet): TextSet {
  return [[hole("budget", { sources: sourcesOf(texts) })]];
}

/** The names in an expression; where one goes on in a way that is not known, all variables that begin so. */
function namesIn(text: Text, scope: Scope): readonly string[] {
  const found: string[] = [];
  let known = "";
  for (const piece of text) {
    if (piece.kind === "text") {
      known += piece.text;
      continue;
    }
    const start = nameAtEnd(known);
    if (start !== "")
      found.push(...[...scope.variables.keys()].filter((name) => name.startsWith(start)));
    known += " ";
  }
  return [...found, ...(known.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? [])];
}

/** The name that a text ends with. */
function nameAtEnd(text: string): string {
  let start = text.length;
  while (start > 0 && /\w/.test(text[start - 1] ?? "")) start -= 1;
  return text.slice(start).replace(/^\d+/, "");
}

function assign(target: ArithmeticExpression, value: Value, context: Context): void {
  if (target.type === "ArithmeticGroup") return assign(target.expression, value, context);
  if (target.type !== "ArithmeticWord") return undefined;
  const { scope } = context;
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[([\s\S]*)\])?$/.exec(target.value);
  if (found === null) return undefined;
  const name = found[1] ?? "";
  if (found[2] === undefined) {
    scope.set(name, numberText(value, context.shell));
    return undefined;
  }
  const index = valueOfSource(found[2].trim(), context);
  const isSure = !scope.isMap(name) && !context.shell.dialects.includes("zsh");
  const key = isSure && index !== undefined && index >= 0n ? String(index) : undefined;
  const elements = scope.get(name)?.elements ?? [];
  scope.setElements(
    name,
    withElement(elements, key, numberText(value, context.shell), false),
    scope.isMap(name),
  );
  return undefined;
}
