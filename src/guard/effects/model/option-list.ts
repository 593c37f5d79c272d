// Lists of options written as one text, for programs that have many.
import { lazily } from "#base/lazily.ts";
import { dropKnown, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { flag, type OptionSpec } from "./command-model.ts";

/** Flags: each text is a line of spellings (`-a --all`) or, without a leading `-`, letters (`ab` is `-a -b`). */
export function flags(...texts: string[]): OptionSpec {
  return spelled("none", texts);
}

/** Options that need a value, written as {@link flags} are. */
export function taking(...texts: string[]): OptionSpec {
  return spelled("required", texts);
}

/** Options with several values, written as {@link flags} are: so many words, or all up to an end. */
export function takingWords(
  words: NonNullable<OptionSpec["words"]>,
  ...texts: string[]
): OptionSpec {
  return spelled("required", texts, { words });
}

/** Options with a glued value or none, written as {@link flags} are. */
export function maybeTaking(...texts: string[]): OptionSpec {
  return spelled("optional", texts);
}

/** WHY taken apart at the first call: every start loads the lists of all programs, and a call needs those of a few. */
function spelled(
  value: OptionSpec["value"],
  texts: readonly string[],
  more: Pick<OptionSpec, "words"> = {},
): OptionSpec {
  const names = lazily(() => texts.flatMap(spellings));
  return {
    ...more,
    value,
    get names() {
      return names();
    },
  };
}

function spellings(text: string): string[] {
  return text.startsWith("-") ? text.split(" ") : [...text].map((letter) => `-${letter}`);
}

/** What nearly every program has. */
export const ABOUT: OptionSpec = flag("--help", "--version");

/** The digits as flags: `-80` is a number that old programs take as an option. */
export const DIGITS: OptionSpec = flags("0123456789");

/** Values of an option among words that nobody has parsed: in the next word, after `=`, or glued to a letter. */
export function optionValues(words: readonly Text[], ...names: readonly string[]): readonly Text[] {
  return words.flatMap((word, at) => {
    if (names.includes(textOf(word) ?? "?")) return [words[at + 1] ?? []];
    const start = knownPrefix(word);
    const long = names.find((one) => start.startsWith(`${one}=`));
    if (long !== undefined) return [dropKnown(word, long.length + 1)];
    const letter = names.find((one) => /^-[A-Za-z]$/.test(one) && start.startsWith(one));
    return letter === undefined ? [] : [dropKnown(word, 2)];
  });
}
