// which and whereis: where programs lie.
import { placeOfProgram, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const which: CommandModel = command({
  names: ["which", "whereis"],
  options: {
    choice: taking("-B -M -S"),
    style: flags("-a -s -b -m -f -u -l -g -h -V --all --skip-dot --skip-tilde --tty-only"),
    about: ABOUT,
  },
  effects: ({ name, operands, has }, context) => {
    const [only, ...more] = operands;
    const program = only === undefined ? undefined : textOf(only);
    const isPlain = program !== undefined && more.length === 0 && /^[\w.+-]+$/.test(program);
    if (name !== "which" || !isPlain || has("style")) return [prints(madeOf([[]]))];
    const { searchPath } = context;
    return [
      prints(
        placeOfProgram(
          program,
          searchPath === undefined ? undefined : context.find(program, searchPath),
        ),
      ),
    ];
  },
});
