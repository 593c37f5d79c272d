// yamllint: says what is wrong with YAML files; its settings are plain data.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const yamllint: CommandModel = fileProgram({
  names: ["yamllint"],
  operands: "given-trees",
  sources: "yaml yml",
  settings: ".yamllint .yamllint.yaml .yamllint.yml",
  inputs: "-c --config-file",
  choices: "-d --config-data -f --format",
  flags: "-h --list-files -s --strict --no-warnings -v",
});
