// shuf: lines in a random order; may write them over any file.
import { EMPTY, literal, type TextSet, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { inputsOf, madeOf, selectionOf } from "../model/filter.ts";
import { linesOf, orders } from "../bytes/lines.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const shuf: CommandModel = command({
  names: ["shuf", "gshuf"],
  options: {
    words: flags("-e --echo"),
    range: taking("-i --input-range"),
    count: taking("-n --head-count"),
    output: taking("-o --output"),
    random: role("input", taking("--random-source")),
    repeat: flags("-r --repeat"),
    style: flags("-z --zero-terminated"),
    about: ABOUT,
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const words = has("words") || has("range");
    const { opened, texts } = inputsOf(words ? [] : operands, stdin, context);
    const input: TextSet = has("words") ? wordsAsLines(operands) : has("range") ? EMPTY : texts;
    const some = has("count") || has("repeat") || has("style");
    const output = has("range")
      ? madeOf(EMPTY, "[0-9]*")
      : selectionOf(input, (text) => (some ? undefined : orders(linesOf(text))));
    const files = values("output").map((path) => writes(path, "create", { content: output }));
    return [...opened, ...files, prints(files.length > 0 ? EMPTY : output)];
  },
});

function wordsAsLines(words: Parameters<typeof madeOf>[0]): TextSet {
  const known = words.map((word) => textOf(word));
  return known.includes(undefined) ? madeOf(words) : [literal(`${known.join("\n")}\n`)];
}
