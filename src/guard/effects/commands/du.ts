// du: sizes of trees, which are not content; lists of names come from files.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const du: CommandModel = command({
  names: ["du"],
  options: {
    lists: role("input", taking("--files0-from -X --exclude-from")),
    choice: taking("-B --block-size -d --max-depth -t --threshold --time-style --exclude -I"),
    time: maybeTaking("--time"),
    style: flags(
      "-0 --null -a --all --apparent-size -A -b --bytes -c --total -D --dereference-args -H -h --human-readable --inodes -k -L --dereference -l --count-links -m -g -P --no-dereference -S --separate-dirs --si -s --summarize -x --one-file-system",
    ),
    about: ABOUT,
  },
  effects: () => [prints(madeOf(EMPTY))],
});
