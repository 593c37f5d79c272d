// ccache, sccache, distcc and bear: a compiler runs unless its result is kept already, here or elsewhere.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect } from "../model/verbs.ts";

export const ccache: CommandModel = command({
  names: ["ccache", "sccache", "distcc", "icecc"],
  optionsEnd: "first-operand",
  // Whatever it is told besides changes what is kept.
  hasOtherOptions: true,
  options: {
    looks: flags(
      "-s --show-stats -v -vv --verbose -p --show-config --print-stats -x --show-compression --print-log-stats --dist-status -j --show-hosts --show-principal",
    ),
    key: taking("-k --get-config"),
    set: taking(
      "-M --max-size -F --max-files -o --set-config -d --dir --directory --config-path --evict-namespace --evict-older-than -X --recompress --trim-dir --trim-max-size --trim-method",
    ),
    about: flags("--version -V --help -h"),
  },
  effects: ({ args, operands, has, unknownOptions: others, uncertain }): readonly Consequence[] => {
    const options = args.length - operands.length;
    if (operands.length > 0 && options === 0) return [{ kind: "run", argv: operands }];
    const isLooking = ["looks", "key", "about"].some(has) && !has("set") && operands.length === 0;
    if (args.length === 0 || (isLooking && others.length === 0 && !uncertain)) return [];
    return [
      effect<"deploy">({
        kind: "deploy",
        system: "compiler cache",
        operation: textOf(args[0] ?? []) ?? "change",
      }),
      ...(operands.length === 0 ? [] : [{ kind: "run", argv: operands } as const]),
    ];
  },
});

export const bear: CommandModel = command({
  names: ["bear"],
  optionsEnd: "first-operand",
  hasOtherOptions: true,
  options: {
    output: role("output", taking("-o --output")),
    settings: role("input", taking("-c --config")),
    programs: taking("--library --wrapper --wrapper-dir"),
    style: flags("-a --append -v --verbose --force-preload --force-wrapper"),
    about: flags("--version --help -h"),
  },
  effects: ({ operands }): readonly Consequence[] =>
    operands.length === 0 ? [] : [{ kind: "run", argv: operands }],
});
