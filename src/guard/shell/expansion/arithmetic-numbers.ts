// Numbers of arithmetic: how they are written, and what operators make of them in 64 bits.
import { ARITHMETIC_DIGITS_MAX } from "#base/limits.ts";
import type { Shell } from "../values/host.ts";
import { SOME_NUMBER } from "../values/variable-values.ts";
import type { ArithmeticExpression } from "../syntax/syntax.ts";
import { hole, known, type TextSet, textOf } from "../values/text.ts";

/** A number that is known, or some number. */
export type Value = bigint | undefined;

/** The value of an expression in which nothing but numbers stands. */
export function constantOf(expression: ArithmeticExpression | undefined): bigint | undefined {
  if (expression === undefined) return undefined;
  switch (expression.type) {
    case "ArithmeticWord":
      return /^(?:0|[1-9][0-9]{0,9})$/.test(expression.value)
        ? BigInt(expression.value)
        : undefined;
    case "ArithmeticGroup":
      return constantOf(expression.expression);
    default:
      return undefined;
  }
}

/** A value as the text that is printed of it. */
export function numberText(value: Value, shell: Shell): TextSet {
  return value === undefined ? someNumber(shell) : known(String(value));
}

/** In zsh a number may be written to another base (`[##16]255` is `FF`), and be `Inf` or `NaN`. */
const NUMBER_OF_ZSH: TextSet = [[hole("missing-fact", { splits: false, like: "[-0-9A-Za-z]*" })]];

/** A number that is not known, as text. */
export function someNumber({ dialects }: Shell): TextSet {
  return dialects.includes("zsh") ? NUMBER_OF_ZSH : SOME_NUMBER;
}

/** 1 for every number but 0. */
export function truth(value: bigint): bigint {
  return value === 0n ? 0n : 1n;
}

/** What an operator makes of two numbers; undefined where that is not known. */
export function calculate(operator: string, first: Value, second: Value): Value {
  if (operator === ",") return second;
  if (first === undefined || second === undefined) return undefined;
  const isTrue = (holds: boolean): bigint => (holds ? 1n : 0n);
  switch (operator) {
    case "+":
      return wrapped(first + second);
    case "-":
      return wrapped(first - second);
    case "*":
      return wrapped(first * second);
    case "/":
      return second === 0n ? undefined : wrapped(first / second);
    case "%":
      return second === 0n ? undefined : wrapped(first % second);
    case "**":
      return second < 0n || second > 63n ? undefined : wrapped(first ** second);
    case "<<":
      return second < 0n || second > 63n ? undefined : wrapped(first << second);
    case ">>":
      return second < 0n || second > 63n ? undefined : wrapped(first >> second);
    case "&":
      return first & second;
    case "|":
      return first | second;
    case "^":
      return first ^ second;
    case "<":
      return isTrue(first < second);
    case ">":
      return isTrue(first > second);
    case "<=":
      return isTrue(first <= second);
    case ">=":
      return isTrue(first >= second);
    case "==":
      return isTrue(first === second);
    case "!=":
      return isTrue(first !== second);
    default:
      return undefined;
  }
}

/** Shells count in 64 bits and go on from the other end. */
export function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** A number as written: decimal, octal, hexadecimal or of a base. Undefined where the dialects may differ. */
export function readNumber(word: string, isZsh: boolean): Value {
  if (word.length > ARITHMETIC_DIGITS_MAX) return undefined;
  if (/^(?:0|[1-9][0-9]*)$/.test(word)) return wrapped(BigInt(word));
  if (isZsh) return undefined;
  if (/^0[0-7]+$/.test(word)) return wrapped(BigInt(`0o${word.slice(1)}`));
  if (/^0[xX][0-9a-fA-F]+$/.test(word)) return wrapped(BigInt(word.toLowerCase()));
  const based = /^([0-9]{1,2})#([0-9a-zA-Z]+)$/.exec(word);
  const base = Number(based?.[1]);
  if (based === null || base < 2 || base > 36) return undefined;
  let value = 0n;
  for (const digit of (based[2] ?? "").toLowerCase()) {
    const amount = Number.parseInt(digit, 36);
    if (amount >= base) return undefined;
    value = value * BigInt(base) + BigInt(amount);
  }
  return wrapped(value);
}

/** The number that an expansion certainly is. */
export function plainNumber(texts: TextSet): Value {
  const [only, ...others] = texts;
  const text = only === undefined || others.length > 0 ? undefined : textOf(only)?.trim();
  return text !== undefined && /^(?:0|[1-9][0-9]{0,17})$/.test(text) ? BigInt(text) : undefined;
}
