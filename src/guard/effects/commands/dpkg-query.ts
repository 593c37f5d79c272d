// dpkg-query: what is installed; it only looks.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

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
