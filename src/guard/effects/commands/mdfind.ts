// mdfind, mdls, ioreg, system_profiler and others that show macOS: names and facts, never content.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
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
  own: "programs that only show names, whatever their words",
  options: {},
  effects: () => [prints(madeOf(EMPTY))],
});
