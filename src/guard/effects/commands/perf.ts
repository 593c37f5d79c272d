// perf: measures programs and the whole machine.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";
import { unbounded } from "../languages/interpret.ts";

/** Verbs that only show what was measured or could be. */
const SHOWS =
  /^(?:list|report|annotate|diff|evlist|buildid-list|data|version|archive|timechart|help|c2c|inject)$/;

export const perf: CommandModel = command({
  names: ["perf"],
  own: "words behind its options are another program",
  options: {},
  effects: ({ args, stdin }) => {
    const words = args.map((word) => textOf(word));
    const [verb] = words;
    if (verb === undefined || /^--?(?:version|help|h|v)$/.test(verb)) return [prints([[]])];
    const inputs = ["-i", "--input"].flatMap((option) => optionValues(args, option));
    const outputs = ["-o", "--output"].flatMap((option) => optionValues(args, option));
    if (SHOWS.test(verb))
      return [
        ...(inputs.length > 0 ? inputs : [literal("perf.data")]).map((path) => reads(path)),
        ...outputs.map((path) => writes(path, "create")),
        prints(madeOf([])),
      ];
    if (verb === "script")
      return [reads(literal("perf.data")), ...unbounded("project", "perf"), prints(madeOf([]))];
    if (!/^(?:stat|record|trace|top|mem|lock|sched|kmem|ftrace)$/.test(verb))
      return [cannotTell("unmodelled", "a verb of `perf` that sallyport does not know")];
    // Only after `--` is it plain where the measured program begins.
    const dashes = words.indexOf("--");
    const rest = args.slice(1);
    const isAlone =
      dashes < 0 &&
      rest.every(
        (word, at) =>
          textOf(word)?.startsWith("-") === true ||
          /^-[a-zA-Z]$|^--\w[\w-]*$/.test(textOf(rest[at - 1] ?? []) ?? ""),
      );
    return [
      ...(verb === "record" && outputs.length === 0
        ? [literal("perf.data"), literal("perf.data.old")]
        : outputs
      ).map((path) => writes(path, "create")),
      ...(dashes >= 0
        ? [{ kind: "run", argv: args.slice(dashes + 1), stdin } as const]
        : isAlone
          ? []
          : plainRun(args)),
      prints(madeOf([])),
    ];
  },
});

/** The first word that is neither an option nor may be the value of one begins the program. */
function plainRun(args: Parameters<typeof optionValues>[0]): ReturnType<CommandModel["effects"]> {
  const at = args.findIndex((word, index) => {
    if (index === 0) return false;
    const before = textOf(args[index - 1] ?? []) ?? "-x";
    return (
      textOf(word)?.startsWith("-") !== true &&
      (index === 1 ||
        !/^-(?!-)[a-zA-Z]$|^--(?:event|pid|output|repeat|delay|freq|count|call-graph|cpu|uid)$/.test(
          before,
        ))
    );
  });
  return at < 0
    ? [cannotTell("dynamic-command", "a program that `perf` measures")]
    : [{ kind: "run", argv: args.slice(at) }];
}
