// nproc: how many processors there are.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const nproc: CommandModel = reporter(
  ["nproc"],
  {
    style: flags("--all"),
    ignore: taking("--ignore"),
  },
  "*",
);
