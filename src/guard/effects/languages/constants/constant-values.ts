// Values of constant expressions in any of the common languages, and what one kind of them is as another.
import { binaryOfString, stringOfBinary } from "../../../shell/values/bytes.ts";

/** Bytes, one character for each. */
export type Bytes = { readonly kind: "bytes"; readonly binary: string };

/** A thing of the program whose content is not known, with the code that names it and its dotted name; it may be called. */
export type Thing = {
  readonly kind: "thing";
  readonly path: string;
  readonly code: string;
  call?(args: readonly Constant[]): Constant;
};

/** A function that the program writes down, or one that is made of others. */
export type Callable = { readonly kind: "callable"; call(args: readonly Constant[]): Constant };

/** Keys and values in their order. */
export type Table = { readonly kind: "table"; readonly entries: ReadonlyMap<string, Constant> };

export type Constant =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Constant[]
  | Bytes
  | Thing
  | Callable
  | Table;

/** Characters and items of one value. */
export const SIZE_MAX = 4 * 1024;
/** Characters of a dotted name. */
export const NAME_CHARS_MAX = 500;

/** Thrown where an expression is not constant; caught where the expression began. WHY one object: no stack is taken for it. */
class NotConstant extends Error {}
const NOT_CONSTANT = new NotConstant("not constant");

/** Leaves an expression that is not constant. */
export function giveUp(): never {
  throw NOT_CONSTANT;
}

/** What an expression is worth; undefined where it is not constant. */
export function attempt<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error === NOT_CONSTANT) return undefined;
    throw error;
  }
}

/** Characters and items that may still be handled. WHY one number for all: judging a program is never interrupted by another. */
let workLeft = 0;

/** Begins the work on one program; `units` are characters and items that its expressions may handle altogether. */
export function allowWork(units: number): void {
  workLeft = units;
}

/** Counts what an expression handles, and leaves it where too much was handled: a loop over long texts takes seconds. */
function charged<T extends { readonly length: number }>(value: T): T {
  workLeft -= value.length;
  return workLeft < 0 || value.length > SIZE_MAX ? giveUp() : value;
}

/** Counts the items of lists that a function is given: what it does with them takes as long. */
export function chargeLists(values: readonly (Constant | undefined)[]): void {
  for (const value of values) if (isList(value)) charged(value);
}

/** A value that is there. */
export function required<T>(value: T | undefined): T {
  return value === undefined ? giveUp() : value;
}

export function isList(value: Constant | undefined): value is readonly Constant[] {
  return Array.isArray(value);
}

export function isObject<K extends "bytes" | "thing" | "callable" | "table">(
  value: Constant | undefined,
  kind: K,
): value is Extract<Constant, { readonly kind: K }> {
  return typeof value === "object" && value !== null && !isList(value) && value.kind === kind;
}

export function bytes(binary: string | undefined): Bytes {
  return { kind: "bytes", binary: charged(required(binary)) };
}

/** The text of a value; bytes that are no UTF-8 are one character each. */
export function text(value: Constant | undefined): string {
  if (typeof value === "string") return charged(value);
  if (typeof value === "number" && Number.isInteger(value)) return String(value);
  if (typeof value === "bigint") return value.toString();
  if (isObject(value, "bytes")) return stringOfBinary(charged(value.binary)) ?? value.binary;
  return giveUp();
}

/** The bytes of a value; a text is UTF-8. */
export function binary(value: Constant | undefined): string {
  if (isObject(value, "bytes")) return charged(value.binary);
  if (typeof value === "string") return required(binaryOfString(charged(value)));
  if (isList(value)) return byteList(value);
  return giveUp();
}

/** Bytes by their numbers. */
export function byteList(values: readonly Constant[]): string {
  return charged(values)
    .map((value) => {
      const code = number(value);
      return code < 0 || code > 255 ? giveUp() : String.fromCharCode(code);
    })
    .join("");
}

/** The whole number that a value is, or that its digits say. */
export function number(value: Constant | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" && /^\s*-?\d{1,15}\s*$/.test(value)) return Number(value);
  if (typeof value === "string" && /^0x[0-9a-f]{1,8}$/i.test(value)) return Number(value);
  return giveUp();
}

/** The items of a list; the characters of a text, the numbers or characters of bytes. */
export function items(value: Constant | undefined, bytesAreNumbers = true): readonly Constant[] {
  if (isList(value)) return charged(value);
  if (typeof value === "string") return [...charged(value)];
  if (isObject(value, "bytes"))
    return [...charged(value.binary)].map((one) => (bytesAreNumbers ? one.charCodeAt(0) : one));
  if (isObject(value, "table")) return [...value.entries.keys()];
  return giveUp();
}

/** Items or characters from their end to their start. */
export function reversed(value: Constant | undefined): Constant {
  if (isList(value)) return [...charged(value)].reverse();
  if (isObject(value, "bytes")) return bytes([...charged(value.binary)].reverse().join(""));
  return [...text(value)].reverse().join("");
}

/** `value[from:to:step]`, with places from the end too. */
export function sliced(
  value: Constant,
  from: number | undefined,
  to: number | undefined,
  step = 1,
): Constant {
  const list = isObject(value, "bytes") ? [...charged(value.binary)] : items(value);
  const { length } = list;
  if (step === 0) giveUp();
  const placed = (one: number | undefined, otherwise: number): number => {
    if (one === undefined) return otherwise;
    const place = one < 0 ? one + length : one;
    return step > 0
      ? Math.min(Math.max(place, 0), length)
      : Math.min(Math.max(place, -1), length - 1);
  };
  const start = placed(from, step > 0 ? 0 : length - 1);
  const stop = placed(to, step > 0 ? length : -1);
  const found: Constant[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) found.push(list[at] ?? "");
  if (isObject(value, "bytes")) return bytes(found.map(text).join(""));
  return typeof value === "string" ? found.map(text).join("") : found;
}

/** One value after the other: texts, bytes or lists. */
export function together(first: Constant, second: Constant): Constant {
  if (isList(first) && isList(second)) return charged([...first, ...second]);
  if (isObject(first, "bytes") && isObject(second, "bytes"))
    return bytes(first.binary + second.binary);
  return charged(text(first) + text(second));
}

/** Whether a condition holds: every language takes nothing, zero and an empty text for false, as far as it is looked at here. */
export function holds(value: Constant): boolean {
  return !(value === 0 || value === 0n || value === "" || value === false || value === null);
}

/** A text as it is written in a program of a language. */
export function written(value: Constant, language: string): string {
  if (isObject(value, "thing")) return value.code;
  if (isList(value)) {
    const said = value.map((one) => written(one, language)).join(", ");
    // An address of python is a pair of a name and a number in round brackets.
    const isPair = language === "python" && value.some((one) => typeof one === "number");
    return isPair ? `(${said})` : `[${said}]`;
  }
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "boolean" && language !== "python") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return { python: "None", lua: "nil", ruby: "nil" }[language] ?? "null";
  const said = text(value);
  return /^(?:perl|php|ruby)$/.test(language)
    ? `'${said.replace(/[\\']/g, "\\$&")}'`
    : JSON.stringify(said);
}

/** A list of keys and values as a table. */
export function tableOf(list: readonly Constant[]): Table {
  const entries = new Map<string, Constant>();
  for (let at = 0; at + 1 < list.length; at += 2)
    entries.set(text(list[at]), required(list[at + 1]));
  return { kind: "table", entries };
}
