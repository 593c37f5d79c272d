// gron: JSON as lines that can be searched, and back; the JSON may come from an address.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const gron: CommandModel = fileProgram({
  names: ["gron", "ungron", "norg"],
  operands: "inputs",
  flags:
    "-u --ungron -v --values -c --colorize -m --monochrome -s --stream -k --insecure -j --json --no-sort -h",
  choices: "-x --proxy -n --noproxy",
});
