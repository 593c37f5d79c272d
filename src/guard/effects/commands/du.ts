// du: sizes of trees, which are not content; lists of names come from files.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads } from "../model/command-model.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const du: CommandModel = command({
  names: ["du"],
  options: {
    lists: taking("--files0-from -X --exclude-from"),
    choice: taking("-B --block-size -d --max-depth -t --threshold --time-style --exclude -I"),
    time: maybeTaking("--time"),
    style: flags(
      "-0 --null -a --all --apparent-size -A -b --bytes -c --total -D --dereference-args -H -h --human-readable --inodes -k -L --dereference -l --count-links -m -g -P --no-dereference -S --separate-dirs --si -s --summarize -x --one-file-system",
    ),
    about: ABOUT,
  },
  effects: ({ values }) => [
    ...values("lists")
      .filter(isFile)
      .map((path) => reads(path)),
    prints(madeOf(EMPTY)),
  ],
});
