// recode: changes the encoding of files in place, or of what comes in.
import { type CommandModel, writes } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { isFile } from "../model/filter.ts";

export const recode: CommandModel = fileProgram({
  names: ["recode"],
  operands: "after-first",
  choices: "-k --known -x --ignore",
  glued: "-l --list -h --header -S --source --sequence",
  flags:
    "-F --freeze-tables -T --find-subsets -C --copyright -v --verbose -q --quiet --silent -f --force -t --touch -i -p -s --strict -d --diacritics -c --colons -g --graphics",
  more: ({ operands }) =>
    operands
      .slice(1)
      .filter(isFile)
      .map((path) => writes(path, "change")),
});
