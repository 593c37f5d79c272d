// which and whereis: where programs lie.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const which: CommandModel = reporter(["which", "whereis"], {
  choice: taking("-B -M -S"),
  style: flags("-a -s -b -m -f -u -l -g -h -V --all --skip-dot --skip-tilde --tty-only"),
});
