// yes: the same line again and again.
import { type Text, type TextSet, append, hole, literal } from "../../shell/values/text.ts";
import { concat } from "../../shell/values/text-sets.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT } from "../model/option-list.ts";

export const yes: CommandModel = command({
  names: ["yes"],
  options: { about: ABOUT },
  effects: ({ operands }) => {
    const words = operands.length === 0 ? [literal("y")] : operands;
    const line = words.reduce<Text>(
      (sum, word, at) => append(at === 0 ? [] : append(sum, literal(" ")), word),
      [],
    );
    const once: TextSet = [append(line, literal("\n"))];
    // How many of the lines are taken shows only in the program that reads them.
    return [prints([...once, ...concat(once, [[hole("unmodelled")]])])];
  },
});
