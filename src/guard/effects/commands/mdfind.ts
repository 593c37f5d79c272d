// mdfind, mdls, ioreg, system_profiler and others that show macOS: names and facts, never content.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command, prints } from "../model/command-model.ts";
import { madeOf } from "../model/filter.ts";

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
  optionsEnd: "own",
  options: {},
  effects: () => [prints(madeOf(EMPTY))],
});
