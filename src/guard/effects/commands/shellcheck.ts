// shellcheck: reads shell scripts and says what is wrong with them.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const shellcheck: CommandModel = fileProgram({
  names: ["shellcheck"],
  operands: "inputs",
  inputs: "--rcfile",
  choices:
    "-i --include -e --exclude -f --format -o --enable -P --source-path -s --shell -S --severity -W --wiki-link-count --extended-analysis",
  glued: "-C --color",
  flags: "-V -x --external-sources --norc --list-optional",
});
