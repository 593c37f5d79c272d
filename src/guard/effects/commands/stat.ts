// stat: size, times and owner of files, which are not content.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags, maybeTaking, taking } from "../option-list.ts";

export const stat: CommandModel = reporter(["stat"], {
  formats: taking("-c --format --printf"),
  cached: maybeTaking("--cached"),
  style: flags("-L --dereference -f --file-system -t --terse -n -q -r -s -x -F"),
});
