// bat: shows files with colours; a pager given on the command line is a program.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const bat: CommandModel = fileProgram({
  names: ["bat", "batcat"],
  operands: "inputs",
  runs: "--pager",
  choices:
    "-l --language -H --highlight-line --file-name --diff-context --tabs --wrap --terminal-width --color --italic-text --decorations --paging -m --map-syntax --ignored-suffix --theme --theme-dark --theme-light --style -r --line-range --nonprintable-notation --binary --squeeze-limit --strip-ansi",
  flags:
    "-A --show-all -p --plain -d --diff -n --number -f --force-colorization -P --no-paging -S --chop-long-lines -s --squeeze-blank -u --unbuffered -L --list-languages --list-themes --config-file --config-dir --cache-dir --diagnostic -pp -h -V",
});
