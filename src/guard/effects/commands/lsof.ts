// lsof: which process holds which file or port; it tells names and opens nothing.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags, maybeTaking, taking } from "../option-list.ts";

export const lsof: CommandModel = reporter(["lsof"], {
  choice: taking("-p -u -c -d -g -s -F"),
  network: maybeTaking("-i"),
  style: flags("-n -P -t -a -l -R -U -w -h -v"),
});
