// Builtins that print, or put into a variable what they would print: `echo`, `printf`, and `print` of zsh.
import { arithmeticOf } from "../expansion/arithmetic.ts";
import { assignSomeElement, assignText } from "./assignments.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import { withoutBytes } from "../values/bytes.ts";
import { formatPrintf, printedEscapes } from "../expansion/printf.ts";
import type { Result } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import {
  append,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import { EITHER } from "../values/results.ts";

export function echo({ args, shell, scope }: BuiltinCall): Result {
  const outputs = shell.dialects.map((dialect) => echoed(args, dialect, scope));
  return { output: union(...outputs), status: "either" };
}

function echoed(args: readonly Text[], dialect: "bash" | "zsh", scope: Scope): TextSet {
  const rest = [...args];
  let newline = true;
  let escapes = dialect === "zsh" || scope.options.has("xpg_echo");
  let plain = dialect === "bash";
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const option = textOf(first);
    if (option === undefined || !/^-[neE]+$/.test(option)) break;
    if (option.includes("n")) newline = false;
    if (option.includes("e")) {
      escapes = true;
      plain = false;
    } else if (option.includes("E")) escapes = false;
    rest.shift();
  }
  // A lone dash ends the options of zsh.
  if (dialect === "zsh" && textOf(rest[0] ?? []) === "-") rest.shift();
  const text = rest.reduce<Text>(
    (sum, field, at) => (at === 0 ? field : append(append(sum, literal(" ")), field)),
    [],
  );
  const raw = append(text, newline ? literal("\n") : []);
  const value = textOf(text);
  if (!escapes || (value !== undefined && !value.includes("\\"))) return [raw];
  const decoded = value === undefined ? undefined : printedEscapes(value, true);
  const changed: Text =
    decoded === undefined
      ? [hole("unmodelled", { sources: sourcesOf([text]) })]
      : append(decoded, newline ? literal("\n") : []);
  return plain ? union([raw], [changed]) : [changed];
}

/** Options of `print` with a value, of which `v` names the variable that takes what would be printed. */
const PRINT_VALUES = "fuCxXv";

export function print(call: BuiltinCall): Result {
  const { args, scope, shell } = call;
  const form = args.findIndex((word) => /^-[A-Za-z]*f$/.test(textOf(word) ?? ""));
  if (form >= 0) evaluatesNumbers(args.slice(form + 1), call);
  const printed: TextSet = [[hole("unmodelled", { sources: sourcesOf(args) })]];
  const variable = printVariable(args.map((word) => textOf(word)));
  if (variable === undefined) return { output: printed, status: "either" };
  const element = /^([A-Za-z_]\w*)\[/.exec(variable);
  // In bash it is a program, if any, and the variable keeps its value.
  const kept = shell.dialects.includes("bash") ? (scope.get(variable)?.values ?? []) : [];
  if (element !== null) assignSomeElement(element[1] ?? "", printed, scope);
  else assignText(variable, union(printed, kept), scope, shell);
  return EITHER;
}

function printVariable(words: readonly (string | undefined)[]): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined || !/^-[A-Za-z]/.test(word)) return undefined;
    const found = [...word].findIndex(
      (letter, place) => place > 0 && PRINT_VALUES.includes(letter),
    );
    if (found === -1) continue;
    const value = word.length > found + 1 ? word.slice(found + 1) : words[(at += 1)];
    if (word[found] === "v") return value;
  }
  return undefined;
}

/** Directives that print a value as the text that it is, or with its escapes decoded. */
const OF_TEXT = /^%[-+ #0]*\d*(?:\.\d*)?[sbqc]$/;

/** In zsh a number for a format is an expression: a subscript in it may hold a substitution, which runs. */
function evaluatesNumbers(
  [format, ...values]: readonly Text[],
  { scope, io, shell }: BuiltinCall,
): void {
  if (!shell.dialects.includes("zsh")) return;
  const pattern = textOf(format ?? []);
  const directives = pattern?.replaceAll("%%", "").match(/%[^a-zA-Z%]*[a-zA-Z]?/g) ?? [];
  const isCounted = pattern !== undefined && !directives.some((one) => one.includes("*"));
  values.forEach((value, at) => {
    const directive = isCounted ? (directives[at % directives.length] ?? "%s") : "%d";
    if (!OF_TEXT.test(directive)) arithmeticOf(value, scope, io, shell);
  });
}

export function printf(call: BuiltinCall): Result {
  const { args, scope, shell } = call;
  const rest = [...args];
  let variable: string | undefined;
  const option = rest[0] === undefined ? undefined : textOf(rest[0]);
  if (option !== undefined && option.startsWith("-v")) {
    const isGlued = option.length > 2;
    variable = isGlued ? option.slice(2) : textOf(rest[1] ?? []);
    rest.splice(0, isGlued ? 1 : 2);
  }
  if (rest[0] !== undefined && textOf(rest[0]) === "--") rest.shift();
  evaluatesNumbers(rest, call);
  const printed = formatPrintf(rest, shell.dialects);
  if (variable === undefined) return { output: printed, status: "either" };
  const output = withoutBytes(printed);
  const element = variable === undefined ? null : /^([A-Za-z_]\w*)\[/.exec(variable);
  if (element !== null) assignSomeElement(element[1] ?? "", output, scope);
  else assignText(variable, output, scope, shell);
  return EITHER;
}
