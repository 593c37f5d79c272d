// numfmt: writes numbers for people; its operands are numbers, not files.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const numfmt: CommandModel = command({
  names: ["numfmt"],
  options: {
    choice: taking(
      "-d --delimiter --field --format --from --from-unit --invalid --padding --round --suffix --to --to-unit",
    ),
    header: maybeTaking("--header"),
    style: flags("--debug --grouping -z --zero-terminated"),
    about: ABOUT,
  },
  effects: ({ operands, stdin }) => [prints(madeOf([...operands, ...(stdin ?? EMPTY)]))],
});
