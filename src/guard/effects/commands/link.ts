// link: gives one file a further name.
import { type CommandModel, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { ABOUT } from "../model/option-list.ts";

export const link: CommandModel = command({
  names: ["link"],
  options: { about: ABOUT },
  effects: ({ operands }, context) => {
    const [source, target] = operands;
    if (source === undefined || target === undefined) return [];
    // What is linked can be read and changed under the new name.
    return [reads(source), writes(target, "create", { content: context.contentOf(source) })];
  },
});
