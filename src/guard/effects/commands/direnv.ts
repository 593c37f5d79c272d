// direnv: the .envrc of a directory, which is a shell script, and the leave that it needs to run by itself.
import { EMPTY, literal, type Text } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { runsRecipe, usualFile } from "../projects/recipes.ts";
import { effect, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";

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

/** Whether no script lies in a known directory of this call or above it. */
function isBare(directory: Text | undefined, context: ModelContext): boolean {
  const place = directory && context.placeOf(directory);
  return (
    place !== undefined &&
    context.isDirectory(literal(place)) &&
    // WHY not `every` alone: the facts of all come at once.
    ancestors(place)
      .map((one) => context.isMissing(literal(`${one === "/" ? "" : one}/.envrc`)))
      .every(Boolean)
  );
}

function ancestors(path: string): readonly string[] {
  const parts = path.split("/").filter(Boolean);
  return ["/", ...parts.map((_, at) => `/${parts.slice(0, at + 1).join("/")}`)];
}

export const direnv = verbModel({
  names: ["direnv"],
  options: { about: flags("--version --help -h") },
  table: verbs(
    ["version,help,status,stdlib,hook,fetchurl_help", readOnlyVerb(flags("--json"))],
    [
      "allow,permit,grant,edit",
      {
        effects: ({ operands }, context) => [
          effect<"persist">({ kind: "persist", means: "directory-environment", target: undefined }),
          ...loads(operands[0], context),
        ],
      },
    ],
    ["deny,block,revoke,disallow,prune", readOnlyVerb()],
    [
      "exec",
      {
        effects: ({ operands, words }, context) => {
          const argv = words.slice(1);
          // Without a script there is nothing but the program.
          return isBare(operands[0], context) && argv.length > 0
            ? [{ kind: "run", argv }]
            : [...loads(operands[0], context), ...runsInside(argv)];
        },
      },
    ],
    [
      "export,reload,dump,watch,watch-dir",
      { effects: (_call, context) => [...loads(undefined, context), prints(madeOf(EMPTY))] },
    ],
  ),
});
