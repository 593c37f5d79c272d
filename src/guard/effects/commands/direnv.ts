// direnv: the .envrc of a directory, which is a shell script, and the leave that it needs to run by itself.
import { EMPTY, type Text } from "../../shell/text.ts";
import { type Consequence, type ModelContext, prints } from "../command-model.ts";
import { madeOf } from "../filter.ts";
import { flags } from "../option-list.ts";
import { runsFrom, runsInside } from "../project-scripts.ts";
import { runsRecipe, usualFile } from "../recipes.ts";
import { effect, looks, verbModel, verbs } from "../verbs.ts";

/**
 * The script of a directory runs, as far as it is known. WHY it is not read as well: what runs is of no bounds, and its
 * values go to the program that is started, not to whoever asked; what prints them is told by `shown-secrets.ts`.
 */
function loads(directory: Text | undefined, context: ModelContext): readonly Consequence[] {
  const files = usualFile({ usual: [".envrc"], directory }, context);
  return [
    ...(files.length === 0 ? [runsFrom("direnv")] : []),
    ...files.flatMap(({ origin, texts }) => [
      runsFrom("direnv", origin),
      ...texts.map((text) => runsRecipe(text, directory)),
    ]),
  ];
}

export const direnv = verbModel({
  names: ["direnv"],
  options: { about: flags("--version --help -h") },
  table: verbs(
    ["version,help,status,stdlib,hook,fetchurl_help", looks(flags("--json"))],
    [
      "allow,permit,grant,edit",
      {
        effects: ({ operands }, context) => [
          effect<"persist">({ kind: "persist", means: "directory-environment", target: undefined }),
          ...loads(operands[0], context),
        ],
      },
    ],
    ["deny,block,revoke,disallow,prune", looks()],
    [
      "exec",
      {
        effects: ({ operands, words }, context) => [
          ...loads(operands[0], context),
          ...runsInside(words.slice(1)),
        ],
      },
    ],
    [
      "export,reload,dump,watch,watch-dir",
      { effects: (_call, context) => [...loads(undefined, context), prints(madeOf(EMPTY))] },
    ],
  ),
});
