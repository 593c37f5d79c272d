// perf: measures programs and the whole machine.
import { literal, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runModel } from "../model/verbs.ts";
import { unbounded } from "../languages/interpret.ts";

/** Verbs that only show what was measured or could be. */
const SHOWS =
  /^(?:list|report|annotate|diff|evlist|buildid-list|data|version|archive|timechart|help|c2c|inject)$/;

/** Options of its verbs, as far as they take values or name files; all others are flags. */
const OPTIONS = {
  input: role("input", taking("-i --input")),
  output: role("output", taking("-o --output")),
  choice: taking(
    "-e --event -p --pid -t --tid -r --repeat -D --delay -I --interval-print --interval-count -F --freq -c --count --call-graph -C --cpu -u --uid -G --cgroup -x --field-separator -m --mmap-pages -j --branch-filter -k --clockid --filter -M --metrics --max-size --switch-output --proc-map-timeout --log-fd --timeout --control",
  ),
  programs: role("program", taking("--objdump --addr2line")),
  // WHY: commands before and after each run.
  code: role("shell code", taking("--pre --post")),
};

export const perf: CommandModel = command({
  names: ["perf"],
  optionsEnd: "first-operand",
  options: {
    choice: taking("--debugfs-dir --buildid-dir --debug"),
    programs: maybeTaking("--exec-path"),
    style: flags("--no-pager --paginate -p --list-cmds --list-opts"),
    about: flags("--version --help -h -v"),
  },
  effects: (invocation, context) => {
    const [first, ...args] = invocation.operands;
    if (first === undefined) return [prints([[]])];
    const verb = textOf(first) ?? "?";
    const optionsEnd = SHOWS.test(verb) || verb === "script" ? "anywhere" : "first-operand";
    const model = command({
      names: [],
      optionsEnd,
      hasOtherOptions: true,
      options: OPTIONS,
      effects: (call) => doneBy(verb, call),
    });
    return [
      // Its verbs are programs of that folder then.
      ...(invocation.values("programs").length > 0 ? unbounded("project", "perf") : []),
      ...runModel(model, { ...invocation, name: `perf ${verb}`, args }, context),
    ];
  },
});

/** What a verb of it does, besides what its options name. */
function doneBy(verb: string, { operands, values, stdin }: Invocation): readonly Consequence[] {
  const read = values("input").length > 0 ? [] : [reads(literal("perf.data"))];
  if (SHOWS.test(verb)) return [...read, prints(madeOf([]))];
  if (verb === "script") return [...read, ...unbounded("project", "perf"), prints(madeOf([]))];
  if (!/^(?:stat|record|trace|top|mem|lock|sched|kmem|ftrace)$/.test(verb))
    return [cannotTell("unmodelled", "a verb of `perf` that sallyport does not know")];
  const written =
    verb === "record" && values("output").length === 0 ? ["perf.data", "perf.data.old"] : [];
  return [
    ...written.map((path) => writes(literal(path), "create")),
    ...(operands.length === 0 ? [] : [{ kind: "run", argv: operands, stdin } as const]),
    prints(madeOf([])),
  ];
}
