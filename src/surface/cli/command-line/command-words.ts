// What is wrong with the words of a command line, before anything runs: the library would take most of it as it is.
import type { ArgsDef } from "citty";
import { nearNames, quotedOr } from "#base/edit-distance.ts";
import { printable } from "#base/printable.ts";
import { dashed, kebab, resolved } from "./command-help.ts";
import type { Command } from "./entry.ts";

type Option = {
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly isRequired: boolean;
  /** The values that there are; empty where any is taken. */
  readonly values: readonly string[];
};

/** Says the first thing that is wrong with what follows a command's name; undefined where nothing is. */
export async function wrongWords(
  command: Command,
  args: readonly string[],
): Promise<string | undefined> {
  const definitions = Object.entries((await resolved(command.args)) ?? {});
  const options = definitions.flatMap(([name, argument]) =>
    argument.type === "positional" ? [] : [optionOf(name, argument)],
  );
  const given = new Map<Option, string>();
  const end = endOfOptions(args);
  let operands = args.slice(end + 1).length;
  for (let index = 0; index < end; index += 1) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-") || arg === "-") {
      operands += 1;
      continue;
    }
    const word = arg.replace(/=.*$/s, "");
    const option = optionNamed(word, options);
    if (option === undefined) return unknownOption(word, options);
    if (isGivenTwice(option, word, given))
      return `\`${printable(word)}\` and \`${printable(given.get(option) ?? "")}\` are one option; give it once`;
    given.set(option, word);
    if (!option.takesValue) continue;
    const isShort = !word.startsWith("--");
    const hasOwnValue = arg.includes("=") || (isShort && arg.length > 2);
    if (!hasOwnValue && index + 1 >= end) return `\`${printable(word)}\` needs a value`;
    const value = hasOwnValue ? ownValue(arg, isShort) : (args[index + 1] ?? "");
    if (option.values.length > 0 && !option.values.includes(value))
      return `\`${printable(word)}\` takes one of ${option.values.join(", ")}, not \`${printable(value.slice(0, 80))}\``;
    if (!hasOwnValue) index += 1;
  }
  const lacking = options.find((option) => option.isRequired && !given.has(option));
  if (lacking !== undefined) return `\`${dashed(lacking.names[0] ?? "")}\` is missing`;
  const wanted = definitions.filter(
    ([, argument]) =>
      argument.type === "positional" &&
      argument.required !== false &&
      argument.default === undefined,
  );
  const missing = wanted[operands];
  return missing === undefined ? undefined : operandMissing(missing);
}

/** Advice on a word that is not known: the nearest known one, or all of them. */
export function unknownWord(what: string, word: string, known: readonly string[]): string {
  const near = nearNames(word, known);
  const advice =
    near.length > 0 ? `did you mean ${quotedOr(near)}?` : `known are ${known.join(", ")}`;
  return `there is no ${what} \`${printable(word.slice(0, 80))}\`; ${known.length === 0 ? "it takes none" : advice}`;
}

/** How many words stand before `--`, behind which nothing is an option. */
export function endOfOptions(args: readonly string[]): number {
  const end = args.indexOf("--");
  return end === -1 ? args.length : end;
}

/** Whether an option that takes one value is there by two of its long names; the same name twice is the caller's business. */
function isGivenTwice(option: Option, word: string, given: ReadonlyMap<Option, string>): boolean {
  const before = given.get(option);
  return option.takesValue && before !== undefined && before !== word;
}

function optionOf(name: string, argument: ArgsDef[string]): Option {
  const alias = "alias" in argument ? argument.alias : undefined;
  const names = [kebab(name), name, ...(typeof alias === "string" ? [alias] : (alias ?? []))];
  return {
    names,
    takesValue: argument.type === "string" || argument.type === "enum",
    isRequired: argument.required === true && argument.default === undefined,
    values: argument.type === "enum" ? (argument.options ?? []) : [],
  };
}

function optionNamed(word: string, options: readonly Option[]): Option | undefined {
  const name = word.startsWith("--") ? word.slice(2) : word.slice(1, 2);
  const positive = name.replace(/^no-/, "");
  return (
    options.find(({ names }) => names.includes(name)) ??
    options.find(({ names, takesValue }) => !takesValue && names.includes(positive))
  );
}

/** A misspelt `--dry-run` must not run for real. */
function unknownOption(word: string, options: readonly Option[]): string {
  const long = options.flatMap(({ names }) => names.filter((name) => name.length > 1));
  const known = [...new Set(long)].map((name) => `--${name}`);
  return unknownWord("option", word, known);
}

function ownValue(arg: string, isShort: boolean): string {
  return arg.includes("=") ? arg.slice(arg.indexOf("=") + 1) : isShort ? arg.slice(2) : "";
}

function operandMissing([name, { description }]: readonly [string, ArgsDef[string]]): string {
  return `\`${name.toUpperCase()}\` is missing${description ? `: ${description}` : ""}`;
}
