// column: lays lines out in columns.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const column: CommandModel = filter(["column"], {
  choice: taking(
    "-n --table-name -O --table-order -N --table-columns -l --table-columns-limit -E --table-noextreme -H --table-hide -R --table-right -T --table-truncate -W --table-wrap -C --table-column -m --table-maxout -r --tree -i --tree-id -p --tree-parent -c --output-width -o --output-separator -s --separator",
  ),
  style: flags(
    "-t --table -d --table-noheadings -e --table-header-repeat -L --keep-empty-lines -J --json -x --fillrows -h -V",
  ),
});
