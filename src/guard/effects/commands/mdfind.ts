// mdfind, mdls, ioreg, system_profiler and others that show macOS: names and facts, never content.
import { EMPTY } from "../../shell/text.ts";
import { type CommandModel, command, prints } from "../command-model.ts";
import { madeOf } from "../filter.ts";

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
