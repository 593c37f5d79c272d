// Arithmetic: only what it may run or assign matters; its value is some number.
import type { Io, Shell } from "./host.ts";
import { placeOf, readLater } from "./host.ts";
import type { Scope } from "./scope.ts";
import type { ArithmeticExpression } from "./syntax.ts";
import { hole, known, type TextSet, textOf } from "./text.ts";

const SOME_NUMBER: TextSet = [[hole("missing-fact", { splits: false, like: "[-0-9]*" })]];
const ASSIGNING = new Set(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="]);

/** Evaluates an expression for its effects; gives its value where that is a plain number. */
export function arithmeticValue(
  expression: ArithmeticExpression | undefined,
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet {
  if (expression === undefined) return SOME_NUMBER;
  walk(expression, scope, io, shell);
  if (expression.type === "ArithmeticWord" && /^(0|[1-9][0-9]{0,9})$/.test(expression.value)) {
    return known(expression.value);
  }
  return SOME_NUMBER;
}

function walk(expression: ArithmeticExpression, scope: Scope, io: Io, shell: Shell): void {
  if (!shell.host.spend()) return;
  switch (expression.type) {
    case "ArithmeticBinary":
      walk(expression.left, scope, io, shell);
      walk(expression.right, scope, io, shell);
      if (ASSIGNING.has(expression.operator)) assign(expression.left, scope);
      return;
    case "ArithmeticUnary":
      walk(expression.operand, scope, io, shell);
      if (expression.operator === "++" || expression.operator === "--")
        assign(expression.operand, scope);
      return;
    case "ArithmeticTernary":
      walk(expression.test, scope, io, shell);
      walk(expression.consequent, scope, io, shell);
      walk(expression.alternate, scope, io, shell);
      return;
    case "ArithmeticGroup":
      walk(expression.expression, scope, io, shell);
      return;
    case "ArithmeticCommandExpansion":
      if (expression.script !== undefined) {
        shell.run(expression.script, scope.fork(), readLater(io));
      } else
        shell.host.unknown(
          "syntax",
          "a substitution in arithmetic that could not be read",
          placeOf(scope, io),
        );
      return;
    case "ArithmeticWord":
      inspect(expression.value, expression.parts !== undefined, scope, io, shell);
      return;
    default:
      expression satisfies never;
  }
}

function assign(target: ArithmeticExpression, scope: Scope): void {
  if (target.type === "ArithmeticWord" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(target.value)) {
    scope.set(target.value, SOME_NUMBER);
  }
}

/**
 * A variable in arithmetic is evaluated as an expression again, and a subscript in it may run a command:
 * `x='a[$(id)]'; echo $((x))`. Only values that could hold such code matter.
 */
function inspect(word: string, dynamic: boolean, scope: Scope, io: Io, shell: Shell): void {
  const texts = [
    word,
    ...(word.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []).flatMap((name) => valuesOf(name, scope)),
  ];
  if (dynamic || texts.some((text) => text === undefined || /\$\(|`|\$\{/.test(text))) {
    const harmless =
      /^\$?[A-Za-z_0-9]+$|^\$\{[A-Za-z_0-9]+\}$|^\$[#?$!]$|^\$\{#[A-Za-z_0-9]+(\[[@*]\])?\}$/.test(
        word,
      );
    if (!harmless || texts.slice(1).some((text) => text === undefined || /\$\(|`/.test(text))) {
      shell.host.unknown(
        "dynamic-code",
        "arithmetic over text that may hold a command",
        placeOf(scope, io),
      );
    }
  }
}

/** Known values, and undefined for one that comes from data that was read. */
function valuesOf(name: string, scope: Scope): (string | undefined)[] {
  return (scope.value(name) ?? []).map((text) => {
    const value = textOf(text);
    if (value !== undefined) return value;
    return text.some((piece) => piece.kind === "hole" && piece.sources.length > 0) ? undefined : "";
  });
}
