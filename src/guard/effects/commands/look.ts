// look: lines of a file that begin with a string.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const look: CommandModel = command({
  names: ["look"],
  options: {
    end: taking("-t --terminate"),
    style: flags("-a --alternative -d --alphanum -f --ignore-case -h -V -b"),
    about: ABOUT,
  },
  effects: ({ operands }, context) => {
    // Without a file it is the list of words of the system.
    const { opened, texts } = inputsOf(operands.slice(1), [], context);
    return [...opened, prints([[], ...madeOf(texts)])];
  },
});
