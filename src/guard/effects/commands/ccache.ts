// ccache, sccache and distcc: a compiler runs unless its result is kept already, here or elsewhere.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { deploys } from "../model/verbs.ts";

const LOOKS =
  /^(?:-s|--show-stats|-v|-vv|--verbose|-p|--show-config|-k|--get-config|--print-stats|--version|-V|--help|-h|-x|--show-compression|--print-log-stats|--dist-status|-j|--show-hosts|--show-principal)$/;

export const ccache: CommandModel = command({
  names: ["ccache", "sccache", "distcc", "icecc", "bear"],
  own: "words behind its options are a compiler with its own",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const [first] = args.map((word) => textOf(word) ?? "");
    if (first === undefined || LOOKS.test(first)) return [];
    const at = args.findIndex(
      (word, index) =>
        textOf(word) === "--" ||
        (textOf(word)?.startsWith("-") !== true &&
          !/^(?:--output|--append|--config)$/.test(textOf(args[index - 1] ?? []) ?? "")),
    );
    if (at < 0 || (name !== "bear" && first.startsWith("-")))
      return deploys("compiler cache").effects(
        { name, verb: first, words: args, operands: [], stdin, has: () => false, values: () => [] },
        context,
      );
    return [{ kind: "run", argv: args.slice(textOf(args[at] ?? []) === "--" ? at + 1 : at) }];
  },
});
