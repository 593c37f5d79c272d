// free: memory of the machine.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const free: CommandModel = reporter(["free"], {
  repeat: taking("-s --seconds -c --count"),
  style: flags(
    "-b --bytes --kilo --mega --giga --tera --peta -k --kibi -m --mebi -g --gibi --tebi --pebi -h --human --si -l --lohi -t --total -v --committed -w --wide -L --line -V",
  ),
});
