// column: lays lines out in columns.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel, Invocation } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const column: CommandModel = filter(
  ["column"],
  {
    choice: taking(
      "-n --table-name -O --table-order -N --table-columns -l --table-columns-limit -E --table-noextreme -H --table-hide -R --table-right -T --table-truncate -W --table-wrap -C --table-column -m --table-maxout -r --tree -i --tree-id -p --tree-parent -c --output-width -o --output-separator -s --separator",
    ),
    style: flags(
      "-t --table -d --table-noheadings -e --table-header-repeat -L --keep-empty-lines -J --json -x --fillrows -h -V",
    ),
  },
  oneLine,
);

/** A single line stays as it is, and as a table has two spaces between its words. */
function oneLine(text: string, { args }: Invocation): string | undefined {
  if (!/^\S[^\t\n]*\n$/.test(text)) return undefined;
  const [option, ...others] = args.map((word) => textOf(word));
  if (args.length === 0) return text;
  return option === "-t" && others.length === 0 ? text.replace(/ +/g, "  ") : undefined;
}
