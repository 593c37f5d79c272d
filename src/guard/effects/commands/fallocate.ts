// fallocate: makes room for a file, or takes some out of it.
import { type CommandModel, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const fallocate: CommandModel = command({
  names: ["fallocate"],
  options: {
    size: taking("-l --length -o --offset"),
    style: flags(
      "-c --collapse-range -d --dig-holes -i --insert-range -n --keep-size -p --punch-hole -x --posix -v --verbose -z --zero-range -w --write-zeroes",
    ),
    about: ABOUT,
  },
  effects: ({ operands }) => operands.map((path) => writes(path, "change")),
});
