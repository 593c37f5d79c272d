// csvkit: cuts, joins, sorts and shows tables.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

const CHOICES =
  "-d --delimiter -q --quotechar -u --quoting -p --escapechar -z --maxfieldsize -e --encoding -L --locale --date-format --datetime-format -c --columns --names-only -C --not-columns -m --match --regex -K --skip-lines --null-value --max-rows --max-columns --max-column-width --max-precision --freq-count --decimal-format -D --out-delimiter -Q --out-quotechar -U --out-quoting -P --out-escapechar -M --out-lineterminator -g --groups --group-name --sheet -k --key --lat --lon --type --geometry --crs --indent --stream-lines";
const FLAGS =
  "-t --tabs -b --doublequote -S --skipinitialspace -H --no-header-row -l --linenumbers --add-bom --zero -x --delete-empty-rows --invert-match -a --any-match --reverse --ignore-case -y -I --no-inference -V -v --verbose --left --right --outer --csv --json --count --mean --median --min --max --sum --stdev --unique --nulls --freq --len -A --asv -T --out-tabs -E --skip-header --stream --names --blanks --no-number-ellipsis --filenames";

/** Options that take a value in one of these programs and none in the others. */
const AMBIGUOUS = ["-i", "-n", "-r"];

function table(names: string, withValue: readonly string[]): CommandModel {
  const alone = AMBIGUOUS.filter((option) => !withValue.includes(option));
  return fileProgram({
    names: names.split(" "),
    operands: "inputs",
    inputs: "-f --file --schema",
    choices: [CHOICES, ...withValue].join(" "),
    flags: [FLAGS, ...alone].join(" "),
  });
}

export const csvkit = table("csvcut csvjoin csvlook csvsort csvstat csvformat in2csv csvclean", []);
export const csvgrep = table("csvgrep", ["-r"]);
export const csvstack = table("csvstack", ["-n"]);
export const csvjson = table("csvjson", ["-i"]);
