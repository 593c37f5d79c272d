// dpkg-query: what is installed; it only looks.
import { EMPTY } from "../../shell/text.ts";
import { type CommandModel, command, prints } from "../command-model.ts";
import { madeOf } from "../filter.ts";
import { ABOUT, flags, taking } from "../option-list.ts";

export const dpkgQuery: CommandModel = command({
  names: ["dpkg-query"],
  options: {
    format: taking("-f --showformat"),
    place: taking("--admindir --root"),
    style: flags(
      "-W --show -l --list -s --status -L --listfiles -S --search -p --print-avail --control-list -c --control-path --load-avail --no-pager --control-show",
    ),
    about: ABOUT,
  },
  effects: () => [prints(madeOf(EMPTY))],
});
