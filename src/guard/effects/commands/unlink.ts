// unlink: deletes one file.
import { type CommandModel, command, deletes } from "../model/command-model.ts";
import { ABOUT } from "../model/option-list.ts";

export const unlink: CommandModel = command({
  names: ["unlink"],
  options: { about: ABOUT },
  effects: ({ operands }) => operands.map((path) => deletes(path, "entry")),
});
