// pgrep: numbers of processes by name; with -a their arguments, but not their environment.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const pgrep: CommandModel = reporter(["pgrep", "pidof"], {
  choice: taking(
    "-d --delimiter -g --pgroup -G --group -O --older -P --parent -s --session -t --terminal -u --euid -U --uid -F --pidfile -r --runstates --cgroup --ns --nslist -o",
  ),
  style: flags(
    "-l --list-name -a --list-full -v --inverse -w --lightweight -c --count -f --full -i --ignore-case -n --newest --oldest -x --exact -L --logpidfile -A --ignore-ancestors -h -V -q",
  ),
});
