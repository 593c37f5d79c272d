// hadolint: says what is wrong with Dockerfiles; its settings are plain data.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const hadolint: CommandModel = fileProgram({
  names: ["hadolint"],
  operands: "inputs",
  settings: ".hadolint.yaml .hadolint.yml",
  inputs: "-c --config",
  choices:
    "--file-path-in-report -f --format --error --warning --info --style --ignore --trusted-registry --require-label -t --failure-threshold",
  flags: "--no-fail --no-color -V --verbose --strict-labels --disable-ignore-pragma -h -v",
});
