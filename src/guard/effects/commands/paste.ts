// paste: puts lines of files beside each other.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const paste: CommandModel = filter(["paste"], {
  between: taking("-d --delimiters"),
  style: flags("-s --serial -z --zero-terminated"),
});
