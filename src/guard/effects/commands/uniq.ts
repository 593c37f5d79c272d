// uniq: drops repeated lines; a second operand is the file that it writes.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { inputsOf, madeOf, partOf } from "../model/filter.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";

export const uniq: CommandModel = command({
  names: ["uniq"],
  options: {
    marks: flags("-c --count"),
    grouping: maybeTaking("--all-repeated --group"),
    compare: taking("-f --skip-fields -s --skip-chars -w --check-chars"),
    style: flags("-d --repeated -D -i --ignore-case -u --unique -z --zero-terminated"),
    digits: DIGITS,
    about: ABOUT,
  },
  effects: ({ operands, has, stdin }, context) => {
    const { opened, texts } = inputsOf(operands.slice(0, 1), stdin, context);
    const output = has("marks") ? madeOf(texts) : [...texts, ...partOf(texts)].slice(0, 8);
    const [target] = operands.slice(1, 2);
    return target === undefined
      ? [...opened, prints(output)]
      : [...opened, writes(target, "create", { content: output }), prints(EMPTY)];
  },
});
