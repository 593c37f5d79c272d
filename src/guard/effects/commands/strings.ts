// strings: readable text in files; `@file` stands for options in a file.
import { knownPrefix } from "../../shell/text.ts";
import { type CommandModel, command, prints, reads } from "../command-model.ts";
import { cannotTell, inputsOf, madeOf } from "../filter.ts";
import { ABOUT, DIGITS, flags, taking } from "../option-list.ts";

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
      prints(madeOf(texts)),
    ];
  },
});
