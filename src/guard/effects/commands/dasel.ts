// dasel: asks and changes JSON, YAML, TOML, XML and CSV by selectors.
import type { CommandModel } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { type FileProgram, fileProgram } from "../projects/file-program.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { asProgram, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";

const FILES = {
  names: ["dasel"],
  operands: "words",
  inputs: "-f --file",
  outputs: "-o --out",
  choices:
    "-s --selector -r --read -w --write -t --type -v --value --csv-comma --csv-write-comma --indent -p --parser --read-flag --write-flag --rw-flag -i --in --out-format",
  flags:
    "--colour --color --pretty --compact -m --multiple -n --null --merge-input-documents --escape-html --length -h --help --csv-write-header --returnRoot --root -c",
} as const satisfies FileProgram;

const changes = fileProgram({
  ...FILES,
  // Without an output the file itself is rewritten.
  more: ({ has, values }) =>
    has("outputs") ? [] : values("inputs").map((path) => writes(path, "change")),
});

export const dasel: CommandModel = verbModel({
  names: ["dasel"],
  options: {
    input: role("input", taking("-f --file")),
    output: role("output", taking("-o --out")),
    choice: taking("-s --selector -r --read -w --write -i --in"),
    style: flags(FILES.flags),
    about: flags("--version"),
  },
  table: verbs(
    ["select,validate", asProgram(fileProgram(FILES))],
    ["put,delete,put object,put document,put string,put int,put bool", asProgram(changes)],
    ["version,help,completion,man", readOnlyVerb(flags("-h --help"))],
  ),
  otherwise: asProgram(fileProgram(FILES)),
  before: () => [],
});
