// jo: makes JSON of words; some words name files whose content is taken in.
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads, writes } from "../model/command-model.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const jo: CommandModel = command({
  names: ["jo"],
  options: {
    input: taking("-f"),
    output: taking("-o"),
    key: taking("-d"),
    array: flags("a"),
    style: flags("BDepsnbvVh"),
  },
  effects: ({ operands, values, has, stdin }, context) => {
    const named = [...operands.flatMap(fileIn), ...values("input")].filter(isFile);
    const texts = [
      ...named.flatMap((path) => context.contentOf(path)),
      ...operands,
      ...(stdin ?? []),
    ];
    const isUnsure = operands.some(
      (word) => textOf(word) === undefined && !/=[^@%:]/.test(knownPrefix(word)) && !isJson(word),
    );
    return [
      ...named.map((path) => reads(path)),
      ...(isUnsure ? [cannotTell("dynamic-path", "a word of `jo` that may name a file")] : []),
      ...values("output").map((path) => writes(path, "create", { content: madeOf(texts) })),
      prints(madeOf(texts, has("array") ? "\\[**" : "{**")),
    ];
  },
});

/** Whether what is not known of a word begins like an object or a list: it is the output of another `jo`. */
function isJson(word: Text): boolean {
  const first = word.find((piece) => piece.kind !== "text");
  return first?.kind === "hole" && /^(?:\{|\\\[)/.test(first.like ?? "");
}

/** The file that a word takes in: `key=@file`, `key=%file` (base64), `key=:file` (JSON), and the same without a key. */
function fileIn(word: Text): readonly Text[] {
  const text = textOf(word);
  if (text === undefined) return [];
  const found = /^(?:[^=]*=)?[@%:](.+)$/s.exec(text)?.[1];
  return found === undefined ? [] : [[{ kind: "text", text: found }]];
}
