// wdiff, diffstat and difftastic: differences, by words, in numbers and in colour.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const wdiff: CommandModel = fileProgram({
  names: ["wdiff", "dwdiff", "diffstat", "difft"],
  operands: "inputs",
  outputs: "-o",
  choices:
    "-w --start-delete -x --end-delete -y --start-insert -z --end-insert -f -n -N -p -S -D -F -T --width --background --color --display --context --language --override --tab-width --graph-limit --byte-limit --parse-error-limit --sort-paths --syntax-highlight --strip-cr --ignore-comments --missing-as-empty",
  glued: "-P --punctuation -W --white-space -d --delimiters -c",
  flags:
    "-1 --no-deleted -2 --no-inserted -3 --no-common -a --auto-pager -h -i --ignore-case -l --less-mode -s --statistics -t --terminal -v -C -b -E -e -k -K -m -q -R -r -u -V --check-only --exit-code --skip-unchanged --list-languages --autopager -A",
});
