// truncate: cuts files to a size, or makes them.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const truncate: CommandModel = command({
  names: ["truncate"],
  options: {
    size: taking("-r --reference -s --size"),
    style: flags("-c --no-create -o --io-blocks"),
    about: ABOUT,
  },
  effects: ({ operands }, context) =>
    operands.map((path) =>
      writes(path, "change", { content: [...EMPTY, ...madeOf(context.contentOf(path))] }),
    ),
});
