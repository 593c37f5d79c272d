// cmp: compares two files byte by byte; further operands are numbers.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const cmp: CommandModel = command({
  names: ["cmp"],
  options: {
    numbers: taking("-i --ignore-initial -n --bytes"),
    style: flags("-b --print-bytes -l --verbose -s --quiet --silent -v"),
    about: ABOUT,
  },
  effects: ({ operands, stdin }, context) => {
    const { opened, texts } = inputsOf(operands.slice(0, 2), stdin, context);
    return [...opened, prints([[], ...madeOf(texts)])];
  },
});
