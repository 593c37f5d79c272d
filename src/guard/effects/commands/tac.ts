// tac: prints lines in reverse order.
import { type CommandModel } from "../command-model.ts";
import { selection } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const tac: CommandModel = selection(
  ["tac"],
  { separator: taking("-s --separator"), style: flags("-b --before -r --regex") },
  (text, { has }) =>
    has("separator") || has("style")
      ? undefined
      : [(text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join("")],
);
