// Options as lists in one text each, for programs that have many.
import { flag, type OptionSpec, optional, valued } from "./command-model.ts";

/** Options without a value: letters in the first text (`"abc"` is `-a -b -c`), whole spellings after it. */
export function flags(letters: string, ...names: string[]): OptionSpec {
  return flag(...spellings(letters, names));
}

/** Options with a value. */
export function values(letters: string, ...names: string[]): OptionSpec {
  return valued(...spellings(letters, names));
}

/** Options whose value, if any, is glued to them. */
export function optionals(letters: string, ...names: string[]): OptionSpec {
  return optional(...spellings(letters, names));
}

function spellings(letters: string, names: readonly string[]): string[] {
  return [
    ...[...letters].map((letter) => `-${letter}`),
    ...names.flatMap((text) => text.split(" ")),
  ].filter((name) => name !== "");
}
