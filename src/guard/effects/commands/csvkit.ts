// csvkit: cuts, joins, sorts and shows tables.
import type { CommandModel } from "../command-model.ts";
import { fileProgram } from "../file-program.ts";

export const csvkit: CommandModel = fileProgram({
  names:
    "csvcut csvgrep csvjoin csvlook csvsort csvstat csvstack csvformat csvjson in2csv csvclean".split(
      " ",
    ),
  operands: "inputs",
  inputs: "-f --file --schema",
  choices:
    "-d --delimiter -q --quotechar -u --quoting -p --escapechar -z --maxfieldsize -e --encoding -L --locale --date-format --datetime-format -c --columns --names-only -C --not-columns -m --match -r --regex -K --skip-lines --null-value --max-rows --max-columns --max-column-width --max-precision --freq-count --decimal-format -D --out-delimiter -Q --out-quotechar -U --out-quoting -P --out-escapechar -M --out-lineterminator -g --groups -n --group-name --sheet -k --key --lat --lon --type --geometry --crs -i --indent --stream-lines",
  flags:
    "-t --tabs -b --doublequote -S --skipinitialspace -H --no-header-row -l --linenumbers --add-bom --zero -x --delete-empty-rows -i --invert-match -a --any-match -r --reverse --ignore-case -y -I --no-inference -V --version -v --verbose --left --right --outer --csv --json --count --mean --median --min --max --sum --stdev --unique --nulls --freq --len -A --asv -T --out-tabs -E --skip-header --stream --names -n --blanks --no-number-ellipsis --filenames",
});
