// comm: compares two sorted files.
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const comm: CommandModel = filter(["comm"], {
  style: flags("-1 -2 -3 --check-order --nocheck-order --total -z --zero-terminated"),
  between: taking("--output-delimiter"),
});
