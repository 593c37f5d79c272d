// bc: calculates; it can neither run programs nor write files.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const bc: CommandModel = fileProgram({
  names: ["bc"],
  operands: "inputs",
  inputs: "-f --file",
  choices: "-e --expression -S --scale -I --ibase -O --obase -E --seed",
  flags:
    "-l --mathlib -i --interactive -w --warn -s --standard -q --quiet -h -v -c -C -g -P -R -L -z --no-line-length",
});
