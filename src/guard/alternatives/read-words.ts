// The words of a command sorted by a list of options: which is an option, which its value, which an operand.
import { hole, literal, type Text } from "../shell/values/text.ts";
import type { CommandModel, OptionSpec } from "../effects/model/command-model.ts";
import { parseInvocation } from "../effects/model/parse-invocation.ts";
import type { WrittenWord } from "./simple-commands.ts";

/** What a program takes, as far as it is known: by keys, as models have it. */
export type Options = Readonly<Record<string, OptionSpec>>;

/** A word of a command with the values that belong to it. `keys` are those of the options that it gives. */
export type ReadWord =
  | { readonly kind: "operand"; readonly word: WrittenWord }
  | { readonly kind: "dashes"; readonly word: WrittenWord }
  | {
      readonly kind: "option";
      readonly word: WrittenWord;
      readonly values: readonly WrittenWord[];
      readonly keys: readonly string[];
    };

/**
 * Sorts words. Undefined where one is an option that is not listed, is only short for one, or lacks its value: nobody
 * knows then what the words behind it are.
 */
export function readWords(
  words: readonly WrittenWord[],
  options: Options,
  optionsEnd: CommandModel["optionsEnd"] = "anywhere",
): readonly ReadWord[] | undefined {
  const texts = words.map(textOfWord);
  const parse = (args: readonly Text[]): ReturnType<typeof parseInvocation> =>
    parseInvocation({ options, optionsEnd }, "", args, undefined);
  const parsed = parse(texts);
  if (parsed.unknownOptions.length > 0) return undefined;
  // INVARIANT: the parser hands on the very texts that it was given, so that each word is found again.
  const operands = new Set(parsed.operands);
  const given = Object.keys(options).flatMap((key) => parsed.values(key));
  if (given.some((value) => value.length === 0)) return undefined;
  const values = new Set(given);
  const found: ReadWord[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word, text] = [words[at], texts[at]];
    if (word === undefined || text === undefined) return undefined;
    if (operands.has(text)) {
      found.push({ kind: "operand", word });
      continue;
    }
    if (word.value === "--") {
      found.push({ kind: "dashes", word });
      continue;
    }
    let end = at + 1;
    while (values.has(texts[end] ?? [])) end += 1;
    const alone = parse(texts.slice(at, end));
    const keys = Object.keys(options).filter((key) => alone.has(key));
    if (keys.length === 0 || !isSpelledOut(word, options)) return undefined;
    found.push({ kind: "option", word, values: words.slice(at + 1, end), keys });
    at = end - 1;
  }
  return found;
}

/** WHY: what is short for one of the listed options may be short for another one that is not listed. */
function isSpelledOut({ value, begins }: WrittenWord, options: Options): boolean {
  const [name = ""] = (value ?? begins).split("=", 1);
  if (!name.startsWith("--")) return true;
  return Object.values(options).some(({ names }) => names.includes(name));
}

/** A word that is not known is one operand, or the end of an option that it begins with. */
function textOfWord({ value, begins }: WrittenWord): Text {
  return value === undefined ? [...literal(begins), hole("dynamic-code")] : [...literal(value)];
}
