// fmt: fills paragraphs.
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { DIGITS, flags, taking } from "../model/option-list.ts";

export const fmt: CommandModel = filter(
  ["fmt"],
  {
    widths: taking("-p --prefix -w --width -g --goal"),
    style: flags("-c --crown-margin -s --split-only -t --tagged-paragraph -u --uniform-spacing"),
    digits: DIGITS,
  },
  (text, { args }) =>
    args.length === 0 && /^\S[^\t\n]{0,70}\n$/.test(text) && !/ {2}/.test(text) ? text : undefined,
);
