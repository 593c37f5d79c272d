// codespell: finds misspelt words in trees, and with a flag puts them right.
import type { CommandModel } from "../command-model.ts";
import { fileProgram } from "../file-program.ts";

export const codespell: CommandModel = fileProgram({
  names: ["codespell"],
  operands: "trees",
  inPlace: "-w --write-changes",
  inputs: "-D --dictionary -I --ignore-words -x --exclude-file --config --toml",
  choices:
    "-S --skip -L --ignore-words-list --uri-ignore-words-list -r --regex --ignore-regex --builtin -i --interactive -q --quiet-level -A --after-context -B --before-context -C --context --ignore-multiline-regex",
  flags:
    "-d --disable-colors -c --enable-colors -s --summary --count -f --check-filenames -H --check-hidden -e --hard-encoding-detection --stdin-single-line -h",
});
