// uname and arch: what machine this is.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const uname: CommandModel = reporter(["uname", "arch"], {
  style: flags(
    "-a --all -s --kernel-name -n --nodename -r --kernel-release -v --kernel-version -m --machine -p --processor -i --hardware-platform -o --operating-system",
  ),
});
