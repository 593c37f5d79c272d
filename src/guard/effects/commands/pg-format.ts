// pg_format: lays SQL out.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const pgFormat: CommandModel = fileProgram({
  names: ["pg_format", "pg_formatter"],
  operands: "inputs",
  inPlace: "-i --inplace",
  outputs: "-o --output",
  inputs: "-c --config -X --extra-function --extra-keyword",
  choices:
    "-F --format -f --function-case -m --maxlength -p --placeholder -s --spaces -u --keyword-case -U --type-case -w --wrap-limit -W --wrap-after --separator",
  flags:
    "-a --anonymize -b --comma-start -B --comma-break -C --wrap-comment -d --debug -e --comma-end -g --nogrouping -h -k --keep-newline -L --no-extra-line -M --multiline -n --nocomment -N --numbering --no-rcfile -r --redundant-parenthesis --no-space-function -t --format-type -T --tabs -v -D --redshift",
});
