// shred: overwrites files so that nobody gets them back.
import { type CommandModel, command } from "../model/command-model.ts";
import { deletes, writes } from "../model/consequences.ts";
import { isFile } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const shred: CommandModel = command({
  names: ["shred"],
  options: {
    random: role("input", taking("--random-source")),
    choice: taking("-n --iterations -s --size"),
    remove: maybeTaking("--remove"),
    style: flags("-f --force -u -v --verbose -x --exact -z --zero"),
    about: ABOUT,
  },
  effects: ({ operands }) => [
    ...operands
      .filter(isFile)
      // What was in the file is lost, whether its name stays or not.
      .flatMap((path) => [writes(path, "change"), deletes(path, "entry")]),
  ],
});
