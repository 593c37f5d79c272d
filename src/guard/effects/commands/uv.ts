// uv and pipx: Python packages, the environments of projects, and programs that run in them or are fetched first.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { ENVIRONMENT_VERBS, programIn, runsTool } from "../packages/python-environments.ts";
import { verbModel } from "../model/verbs.ts";

const base = verbModel({
  names: ["uv", "pipx"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags("qvn", "--quiet --verbose --offline --no-cache --no-progress"),
    place: taking("p", "--directory --project --color"),
  },
  table: ENVIRONMENT_VERBS,
});

/** `pipx run` fetches; `uvx` is `uv tool run`. */
export const uv: CommandModel = {
  ...base,
  names: [...base.names, "uvx"],
  effects: (invocation, context) => {
    const { name, operands, args, stdin } = invocation;
    if (name !== "uvx" && !(name === "pipx" && textOf(operands[0] ?? []) === "run"))
      return base.effects(invocation, context);
    const words = name === "uvx" ? args : operands.slice(1);
    if (words.length === 1 && /^(?:--version|-V|--help)$/.test(textOf(words[0] ?? []) ?? ""))
      return [];
    return runsTool.effects(
      {
        name,
        verb: "run",
        words,
        operands: programIn(words).slice(0, 1),
        stdin,
        has: () => false,
        values: () => [],
      },
      context,
    );
  },
};
