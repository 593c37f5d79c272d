// nl: prints its input with the lines numbered.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const nl: CommandModel = filter(["nl"], {
  choice: taking(
    "-b --body-numbering -d --section-delimiter -f --footer-numbering -h --header-numbering -i --line-increment -l --join-blank-lines -n --number-format -s --number-separator -v --starting-line-number -w --number-width",
  ),
  style: flags("-p --no-renumber"),
});
