// actionlint: says what is wrong with workflows, with the help of linters for the scripts in them.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const actionlint: CommandModel = command({
  names: ["actionlint"],
  options: {
    config: role("input", taking("-config-file --config-file")),
    helpers: taking("-shellcheck --shellcheck -pyflakes --pyflakes"),
    choice: taking("-format --format -ignore --ignore -stdin-filename --stdin-filename"),
    init: flags("-init-config --init-config"),
    style: flags(
      "-color --color -no-color --no-color -debug --debug -oneline --oneline -verbose --verbose -version -help -h",
    ),
    about: ABOUT,
  },
  effects: ({ operands, stdin, has, values }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    return [
      ...opened,
      // Workflows name actions and other workflows of the project, whose inputs are looked up.
      reads(literal(".github"), "tree"),
      ...["action.yml", "action.yaml"].map((name) => reads(literal("."), "tree", name)),
      ...(has("init") ? [writes(literal(".github/actionlint.yaml"), "create")] : []),
      ...values("helpers")
        .filter((program) => textOf(program) !== "")
        .map((program) => ({ kind: "run", argv: [program] }) as const),
      ...compresses(["shellcheck", "pyflakes"]),
      prints(madeOf(texts)),
    ];
  },
});
