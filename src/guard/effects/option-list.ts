// Lists of options written as one line of words, for programs that have many.
import { flag, type OptionSpec, optional, valued } from "./command-model.ts";

/** Flags from a line of spellings: `-a --all -v`. */
export function flags(spellings: string): OptionSpec {
  return flag(...spellings.split(" "));
}

/** Options that need a value, from a line of spellings. */
export function taking(spellings: string): OptionSpec {
  return valued(...spellings.split(" "));
}

/** Options with a glued value or none, from a line of spellings. */
export function maybeTaking(spellings: string): OptionSpec {
  return optional(...spellings.split(" "));
}

/** What nearly every program has. */
export const ABOUT: OptionSpec = flag("--help", "--version");

/** The digits as flags: `-80` is a number that old programs take as an option. */
export const DIGITS: OptionSpec = flags("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9");
