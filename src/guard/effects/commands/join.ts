// join: joins lines of two files by a field.
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const join: CommandModel = filter(["join"], {
  fields: taking("-a -e -j -o -t -v -1 -2"),
  style: flags("-i --ignore-case --check-order --nocheck-order --header -z --zero-terminated"),
});
