// strace and ltrace: run a program, or watch one that runs, and write down what it asks of the system.
import { EMPTY, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { HARMS_GUARD, isGuardProcess } from "../services/guard-processes.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

const effects: CommandModel["effects"] = ({ operands, values, has, stdin }) => {
  if (has("about") && operands.length === 0) return [];
  const found: Consequence[] = values("output").flatMap(logged);
  for (const pid of values("attach"))
    found.push(
      ...(isGuardProcess(pid) ? [HARMS_GUARD] : []),
      effect<"deploy">({ kind: "deploy", system: "processes", operation: "attach" }),
    );
  for (const user of values("user"))
    found.push(effect<"privilege">({ kind: "privilege", means: "strace", user: textOf(user) }));
  const injects =
    has("inject") ||
    values("expression").some((text) => /^(?:inject|fault)/.test(textOf(text) ?? "inject"));
  if (injects)
    found.push(cannotTell("unmodelled", "what a program does when its calls are changed"));
  if (operands.length === 0) return found;
  const [variable] = values("environment");
  return [
    ...found,
    // With variables of its own the program runs as under `env`.
    variable === undefined
      ? { kind: "run", argv: operands, stdin }
      : {
          kind: "run",
          argv: [[{ kind: "text", text: "env" }], ...values("environment"), ...operands],
          stdin,
        },
  ];
};

export const strace: CommandModel = command({
  names: ["strace"],
  optionsEnd: "first-operand",
  options: {
    output: taking("-o --output"),
    attach: taking("-p --attach"),
    user: taking("-u --user"),
    environment: taking("-E --env"),
    inject: taking("--inject --fault"),
    expression: taking(
      "-e --trace --signal --status --abbrev --verbose --raw --read --write --kvm",
    ),
    choice: taking(
      "-a --columns --align -b --detach-on -I --interruptible -P --trace-path -s --string-limit --strsize -X --const-print-style -O --summary-syscall-overhead -S --summary-sort-by --decode-pids -U --summary-columns",
    ),
    glued: maybeTaking(
      "--relative-timestamps --absolute-timestamps --syscall-times --decode-fds --strings-in-hex --tips --daemonize --quiet --silent --silence --timestamps",
    ),
    style: flags(
      "-A -D -F -n -x -f --follow-forks -ff -DD -DDD -c --summary-only -C --summary --demangle -d --debug -h -i --instruction-pointer -k --stack-traces -q -qq -qqq -r -t -tt -ttt -T -v --no-abbrev -V -w --summary-wall-clock -xx -y -yy -Y -z --successful-only -Z --failed-only --seccomp-bpf --output-separately --output-append-mode --syscall-number --pidns-translation",
    ),
    about: ABOUT,
  },
  effects,
});

/** WHY apart from strace: `-A`, `-D`, `-F`, `-n` and `-x` take a value here. */
export const ltrace: CommandModel = command({
  names: ["ltrace"],
  optionsEnd: "first-operand",
  options: {
    output: taking("-o --output"),
    attach: taking("-p"),
    user: taking("-u"),
    expression: taking("-e"),
    choice: taking("-a --align -A -D --debug -l --library -n --indent -s -w --where -x"),
    style: flags("-b --no-signals -c -C --demangle -f -i -L -r -S -t -tt -ttt -T -V"),
    about: ABOUT,
  },
  effects,
});

/** A log goes to a file, or to a command. */
function logged(path: Text): readonly Consequence[] {
  const start = textOf(path) ?? knownPrefix(path);
  if (/^[|!]/.test(start))
    return textOf(path) === undefined
      ? [cannotTell("dynamic-code", "a command that gets the log")]
      : shellRuns(start.slice(1));
  return [writes(path, "create", { content: madeOf(EMPTY) })];
}
