// expand and unexpand: tabs and spaces.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { DIGITS, flags, taking } from "../option-list.ts";

export const expand: CommandModel = filter(
  ["expand", "unexpand"],
  {
    tabs: taking("-t --tabs"),
    style: flags("-i --initial -a --all --first-only"),
    digits: DIGITS,
  },
  (text) => (/\t| {2}|^ /m.test(text) ? undefined : text),
);
