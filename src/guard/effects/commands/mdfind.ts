// mdfind, mdls, ioreg, system_profiler and others that show macOS: names and facts, never content.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT } from "../model/option-list.ts";

export const mdfind: CommandModel = command({
  names: [
    "mdfind",
    "mdls",
    "ioreg",
    "system_profiler",
    "nettop",
    "GetFileInfo",
    "lsappinfo",
    "memory_pressure",
    "hostinfo",
  ],
  // Whatever their options say, they only show names.
  hasOtherOptions: true,
  options: { about: ABOUT },
  effects: () => [prints(madeOf(EMPTY))],
});
