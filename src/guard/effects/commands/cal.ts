// cal: prints a calendar of a month or a year.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const cal: CommandModel = reporter(["cal", "ncal"], {
  choice: taking("-m -A -B -d -H -s -W -n --months --span"),
  style: flags(
    "-1 -3 -y -j -h -M -N -S -p -w -b -C -e -o -J -Y -v --one --three --sunday --monday --julian --year --twelve --week --color -V",
  ),
});
