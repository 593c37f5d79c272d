// pup: picks elements out of HTML.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const pup: CommandModel = fileProgram({
  names: ["pup"],
  operands: "words",
  inputs: "-f --file",
  choices: "-i --indent -l --limit --charset",
  flags: "-c --color -n --number -p --plain --pre -h",
});
