// unlink: deletes one file.
import { type CommandModel, command, deletes } from "../command-model.ts";
import { ABOUT } from "../option-list.ts";

export const unlink: CommandModel = command({
  names: ["unlink"],
  options: { about: ABOUT },
  effects: ({ operands }) => operands.map((path) => deletes(path, "entry")),
});
