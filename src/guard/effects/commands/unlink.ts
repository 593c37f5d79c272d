// unlink: deletes one file.
import { type CommandModel, command } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";
import { ABOUT } from "../model/option-list.ts";

export const unlink: CommandModel = command({
  names: ["unlink"],
  options: { about: ABOUT },
  effects: ({ operands }) => operands.map((path) => deletes(path, "entry")),
});
