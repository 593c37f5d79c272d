// make: the recipes of a makefile, for the goals that are named.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { recipesOf } from "../languages/formats/makefile.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { builtElsewhere } from "../projects/project-program.ts";
import { releasesByName } from "../projects/releases.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { namedRecipes, runsRecipe, usualFile } from "../projects/recipes.ts";
import { namedFiles } from "../model/verbs.ts";

/** Names that make looks for, in its order. */
const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"];

export const make: CommandModel = command({
  names: ["make", "gmake"],
  options: {
    about: flags("vh", "--version --help"),
    file: taking("f", "--file --makefile"),
    directory: taking("C", "--directory"),
    include: taking(
      "IoW",
      "--include-dir --old-file --assume-old --what-if --new-file --assume-new",
    ),
    code: taking("E", "--eval"),
    jobs: maybeTaking("jl", "--jobs --load-average --debug --output-sync --max-load --shuffle"),
    sync: maybeTaking("O"),
    style: flags(
      "bmBdeiknpqrRsStw",
      "--always-make --environment-overrides --ignore-errors --keep-going --just-print --dry-run --recon --print-data-base --question --no-builtin-rules --no-builtin-variables --silent --quiet --no-silent --no-keep-going --stop --touch --trace --print-directory --no-print-directory --warn-undefined-variables --check-symlink-times",
    ),
    links: flags("L"),
  },
  effects: (invocation, context) => {
    const { args, operands, has, values: valuesOf, name, stdin } = invocation;
    if (has("about") && operands.length === 0 && !has("file")) return [];
    const words = operands.flatMap((word) => textOf(word) ?? []);
    const variables = new Map(
      words.flatMap((word) => {
        const found = /^([\w.-]+)[:?+]*=(.*)$/s.exec(word);
        return found === null ? [] : [[found[1] ?? "", found[2] ?? ""] as const];
      }),
    );
    const goals = words.filter((word) => !/^[\w.-]+[:?+]*=/.test(word));
    const [directory] = valuesOf("directory");
    const named = valuesOf("file");
    const files =
      named.length > 0
        ? namedRecipes(named, directory, stdin, context)
        : usualFile({ usual: MAKEFILES, directory }, context);
    return [
      ...namedFiles(args, context),
      ...(files.length === 0 ? [runsFrom(name)] : []),
      ...files.flatMap(({ opened, origin, texts }) => [
        ...opened,
        runsFrom(name, origin),
        ...texts
          .flatMap((text) => recipesOf(text, goals, variables))
          .map((text) => runsRecipe(text, directory)),
      ]),
      ...(has("style") && isTried(args) ? [] : builtElsewhere(directory)),
      ...(goals.some((goal) => /install/.test(goal)) ? installsTo(variables, context.home) : []),
      ...releasesByName(name, goals),
      ...valuesOf("code")
        .map((text) => textOf(text) ?? "")
        .flatMap((text) => [text, ...recipesOf(text, goals, variables)])
        .map((text) => runsRecipe(text, directory)),
    ];
  },
});

function isTried(args: readonly Text[]): boolean {
  return args.some((word) =>
    /^(?:-[a-zA-Z]*[nq]|--(?:dry-run|just-print|recon|question))$/.test(textOf(word) ?? ""),
  );
}

/**
 * Where an install puts its files, when the call says so and it is not below the working directory. WHY not all below it: of
 * `~/.local` that would be everybody's files, and code of unbounded reach stands beside.
 */
function installsTo(variables: ReadonlyMap<string, string>, home: string): readonly Consequence[] {
  // What is staged below a folder lies there, wherever it is to go later.
  const staged = [...variables].filter(([name, value]) => STAGES.test(name) && value !== "");
  return (staged.length > 0 ? staged : [...variables])
    .filter(([name, value]) => ROOTS.test(name) && /^(?:\/|~|\.\.(?:\/|$))/.test(value))
    .map(([, value]) =>
      // Shells write the home for it in a word of this form.
      writes(literal(value.replace(/^~(?=\/|$)/, () => home)), "create"),
    );
}

const STAGES = /^(?:DESTDIR|INSTALL_ROOT)$/;
const ROOTS =
  /^(?:DESTDIR|(?:INSTALL_)?(?:PREFIX|ROOT)|prefix|(?:exec_prefix|bin|lib|sysconf|data|man)dir)$/;
