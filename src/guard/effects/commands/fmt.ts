// fmt: fills paragraphs.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { DIGITS, flags, taking } from "../option-list.ts";

export const fmt: CommandModel = filter(["fmt"], {
  widths: taking("-p --prefix -w --width -g --goal"),
  style: flags("-c --crown-margin -s --split-only -t --tagged-paragraph -u --uniform-spacing"),
  digits: DIGITS,
});
