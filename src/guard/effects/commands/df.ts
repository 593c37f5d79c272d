// df: space of file systems.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

export const df: CommandModel = reporter(["df"], {
  choice: taking("-B --block-size -t --type -x --exclude-type"),
  columns: maybeTaking("--output"),
  style: flags(
    "-a --all -h --human-readable -H --si -i --inodes -k -l --local --no-sync -P --portability --sync --total -T --print-type -v -m -g",
  ),
});
