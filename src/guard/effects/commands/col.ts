// col, colcrt, colrm and ul: filters for the backspaces and line feeds of old printers.
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

/** What these are given beside options are files for `colcrt` and `ul`, and numbers for `colrm`, which hold nothing. */
export const col: CommandModel = filter(["col", "colcrt", "colrm", "ul"], {
  lines: taking("-l --lines -t -T --terminal"),
  style: flags(
    "-b --no-backspaces -f --fine -p --pass -h --tabs -x --spaces -H -V -i --indicated -2 --half-lines - -s",
  ),
});
