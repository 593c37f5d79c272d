// htmlq: picks elements out of HTML.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const htmlq: CommandModel = fileProgram({
  names: ["htmlq"],
  operands: "words",
  inputs: "-f --filename",
  outputs: "-o --output",
  choices: "-a --attribute -b --base -r --remove-nodes",
  flags: "-B --detect-base -w --ignore-whitespace -p --pretty -t --text -h -V",
});
