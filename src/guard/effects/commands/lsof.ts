// lsof: which process holds which file or port; it tells names and opens nothing.
import { type CommandModel, command, prints } from "../command-model.ts";
import { listsProcesses } from "../guard-processes.ts";
import { ABOUT, flags, maybeTaking, taking } from "../option-list.ts";

export const lsof: CommandModel = command({
  names: ["lsof"],
  options: {
    choice: taking("-p -u -c -d -g -s -F"),
    network: maybeTaking("-i"),
    style: flags("-n -P -t -a -l -R -U -w -h -v"),
    about: ABOUT,
  },
  effects: () => [prints(listsProcesses())],
});
