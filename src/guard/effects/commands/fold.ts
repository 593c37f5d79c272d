// fold: breaks long lines.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { DIGITS, flags, taking } from "../model/option-list.ts";

export const fold: CommandModel = filter(
  ["fold"],
  {
    width: taking("-w --width"),
    bytes: flags("-b --bytes -c --characters"),
    style: flags("-s --spaces"),
    digits: DIGITS,
  },
  (text, { has, values }) => {
    // Columns are characters only where each takes one.
    if (has("style") || has("digits") || /[^\n\x20-\x7e]/.test(text)) return undefined;
    const [given] = values("width");
    const width = given === undefined ? "80" : textOf(given);
    if (width === undefined || !/^[1-9]\d{0,4}$/.test(width)) return undefined;
    return text.replace(new RegExp(`.{${width}}(?=.)`, "g"), "$&\n");
  },
);
