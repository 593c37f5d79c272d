// sync: brings what was written to the disk.
import { type CommandModel, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const sync: CommandModel = command({
  names: ["sync"],
  options: { style: flags("-d --data -f --file-system"), about: ABOUT },
  effects: ({ operands }) => operands.map((path) => reads(path)),
});
