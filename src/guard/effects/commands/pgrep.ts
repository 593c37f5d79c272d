// pgrep: numbers of processes by name; with -a their arguments, but not their environment.
import { hole, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { meansDevelopmentServer } from "../projects/development-servers.ts";
import { meansGuard } from "../services/guard-processes.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

const effects: CommandModel["effects"] = ({ operands, has, values }) => {
  const guard = operands.some(meansGuard);
  const sources = [{ kind: "processes", guard } as const];
  const meant = !has("inverse") && operands.length > 0 && operands.every(meansDevelopmentServer);
  const isListed = has("names") && !has("count") && values("choice").every(isPlainChoice);
  const isNumbers = !has("count") && !has("names") && values("choice").every(isPlainChoice);
  return [
    prints([
      [],
      [
        hole("missing-fact", {
          sources,
          ...(isListed ? { table: { field: 1, isDevelopment: meant } } : {}),
          ...(isNumbers ? { like: "[0-9]*" } : {}),
          ...(isNumbers && meant ? { job: true as const } : {}),
        }),
      ],
    ]),
  ];
};

export const pgrep: CommandModel = command({
  names: ["pgrep"],
  options: {
    file: role("input", taking("-F --pidfile")),
    choice: taking(
      "-d --delimiter -g --pgroup -G --group -O --older -P --parent -s --session -t --terminal -u --euid -U --uid -r --runstates --cgroup --ns --nslist",
    ),
    names: flags("-l --list-name -a --list-full"),
    inverse: flags("-v --inverse"),
    count: flags("-c --count"),
    style: flags(
      "-w --lightweight -f --full -i --ignore-case -n --newest -o --oldest -x --exact -L --logpidfile -A --ignore-ancestors -h -V -q -S",
    ),
    about: ABOUT,
  },
  effects,
});

/** WHY apart from pgrep: `-s` takes nothing here. */
export const pidof: CommandModel = command({
  names: ["pidof"],
  options: {
    choice: taking("-o --omit-pid -S --separator"),
    style: flags("-s --single-shot -c --check-root -q -w --with-workers -x -z -n -h -V"),
    about: ABOUT,
  },
  effects,
});

/** WHY: another delimiter makes the numbers one word; every other choice that takes a value is a word or a number. */
function isPlainChoice(value: Text): boolean {
  return /^[\w:.-]*$/.test(textOf(value) ?? " ");
}
