// stat: size, times and owner of files, which are not content.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const stat: CommandModel = command({
  names: ["stat"],
  options: {
    formats: taking("-c --format --printf"),
    cached: taking("--cached"),
    style: flags("-L --dereference -f --file-system -t --terse -n -q -r -s -x -F"),
    about: ABOUT,
  },
  hasHarmlessOptions: true,
  effects: ({ values, args }) => {
    const format = textOf(values("formats").at(-1) ?? []) ?? "";
    // A format that asks for nothing is printed as it is, for each file.
    const isPlain = format !== "" && !/[%\\]/.test(format);
    return [prints([...madeOf(args), ...(isPlain ? [literal(`${format}\n`)] : [])])];
  },
});
