// df: space of file systems.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags, maybeTaking, taking } from "../option-list.ts";

export const df: CommandModel = reporter(["df"], {
  choice: taking("-B --block-size -t --type -x --exclude-type"),
  columns: maybeTaking("--output"),
  style: flags(
    "-a --all -h --human-readable -H --si -i --inodes -k -l --local --no-sync -P --portability --sync --total -T --print-type -v -m -g",
  ),
});
