// strings: readable text in files; `@file` stands for options in a file.
import { binaryOf } from "../../shell/values/bytes.ts";
import { knownPrefix, literal, type Text, type TextSet } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { cannotTell, inputsOf, madeOf } from "../model/filter.ts";
import { textOfLines } from "../bytes/lines.ts";
import { ABOUT, DIGITS, flags, taking } from "../model/option-list.ts";

/** Runs of four printable characters of known bytes: what is shown unless an option says otherwise. */
function readable(text: Text): TextSet {
  const bytes = binaryOf(text);
  const runs = bytes?.match(/[\t -~]{4,}/g) ?? [];
  return runs.length === 0 ? [] : [literal(textOfLines(runs))];
}

export const strings: CommandModel = command({
  names: ["strings"],
  options: {
    choice: taking(
      "-n --bytes --min-len -t --radix -T --target -e --encoding -s --output-separator -U --unicode",
    ),
    style: flags(
      "-a --all -d --data -f --print-file-name -o -w --include-all-whitespace -v -V -h -H",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  effects: ({ operands, args, stdin }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    const lists = args.filter((word) => knownPrefix(word).startsWith("@"));
    return [
      ...lists.flatMap((word) => [
        reads([{ kind: "text" as const, text: knownPrefix(word).slice(1) }]),
        cannotTell("unknown-option", "options that come from a file"),
      ]),
      ...opened,
      prints([...madeOf(texts), ...texts.flatMap((text) => readable(text))]),
    ];
  },
});
