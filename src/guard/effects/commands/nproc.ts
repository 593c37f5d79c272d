// nproc: how many processors there are.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const nproc: CommandModel = reporter(
  ["nproc"],
  {
    style: flags("--all"),
    ignore: taking("--ignore"),
  },
  "*",
);
