// fold: breaks long lines.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { DIGITS, flags, taking } from "../option-list.ts";

export const fold: CommandModel = filter(["fold"], {
  width: taking("-w --width"),
  style: flags("-b --bytes -s --spaces -c --characters"),
  digits: DIGITS,
});
