// expand and unexpand: tabs and spaces.
import type { CommandModel } from "../model/command-model.ts";
import { textOf } from "../../shell/values/text.ts";
import { filter } from "../model/filter.ts";
import { DIGITS, flags, taking } from "../model/option-list.ts";

export const expand: CommandModel = filter(
  ["expand", "unexpand"],
  {
    tabs: taking("-t --tabs"),
    style: flags("-i --initial -a --all --first-only"),
    digits: DIGITS,
  },
  (text, { name, has, values }) => {
    if (!/\t| {2}|^ /m.test(text)) return text;
    const size = has("tabs") ? textOf(values("tabs").at(-1) ?? []) : "8";
    const isPlain =
      name === "expand" && !has("style") && !has("digits") && /^[1-9]\d?$/.test(size ?? "");
    return isPlain && !/[^\n\t -~]/.test(text) ? expanded(text, Number(size)) : undefined;
  },
);

/** Each tab as spaces up to the next column that a tab stops at. */
function expanded(text: string, size: number): string {
  return text
    .split("\n")
    .map((line) => {
      let result = "";
      for (const one of line)
        result += one === "\t" ? " ".repeat(size - (result.length % size)) : one;
      return result;
    })
    .join("\n");
}
