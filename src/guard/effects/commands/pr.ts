// pr: lays files out in pages.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";

export const pr: CommandModel = filter(
  ["pr"],
  {
    choice: taking(
      "--columns -D --date-format -h --header -l --length -N --first-line-number -o --indent -w --width -W --page-width --pages",
    ),
    glued: maybeTaking(
      "-e --expand-tabs -i --output-tabs -n --number-lines -s --separator -S --sep-string",
    ),
    style: flags(
      "-a --across -c --show-control-chars -d --double-space -F -f --form-feed -J --join-lines -m --merge -r --no-file-warnings -t --omit-header -T --omit-pagination -v --show-nonprinting",
    ),
    columns: DIGITS,
  },
  (text, { args }) =>
    args.length === 1 &&
    textOf(args[0] ?? []) === "-t" &&
    /^(?:[^\t\f\n]{1,70}\n){1,60}$/.test(text)
      ? text
      : undefined,
);
