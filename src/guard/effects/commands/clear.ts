// clear, reset, tput and stty: control of the terminal.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const clear: CommandModel = reporter(["clear", "reset", "tput", "stty"], {
  choice: taking("-T"),
  style: flags("-S -V -x -c -q -I -Q -r -s -w -e -i -k -m -a -g --all"),
});
