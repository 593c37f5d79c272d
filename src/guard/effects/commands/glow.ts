// glow: shows Markdown, from files and from addresses.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const glow: CommandModel = fileProgram({
  names: ["glow", "mdcat", "mdless"],
  operands: "inputs",
  inputs: "--config",
  choices: "-s --style -w --width --columns",
  flags:
    "-a --all -l --local -p --pager -P --no-pager -t --tui -n --line-numbers --preserve-new-lines -m --mouse -h -v --no-colour --fail --ansi",
});
