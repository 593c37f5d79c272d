// comm: compares two sorted files.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const comm: CommandModel = filter(["comm"], {
  style: flags("-1 -2 -3 --check-order --nocheck-order --total -z --zero-terminated"),
  between: taking("--output-delimiter"),
});
