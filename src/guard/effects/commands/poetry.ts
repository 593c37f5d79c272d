// poetry, pdm, hatch, rye, pipenv and poe: Python projects with their packages, and commands that their files keep under names.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence, ModelContext } from "../model/command-model.ts";
import { pythonScripts } from "../languages/formats/task-bodies.ts";
import { flags, taking } from "../model/option-list.ts";
import { ENVIRONMENT_VERBS, programIn } from "../packages/python-environments.ts";
import { runsRecipe, usualFile } from "../projects/recipes.ts";
import { saysSo } from "../projects/releases.ts";
import { runsCode, verbModel } from "../model/verbs.ts";

const managers = verbModel({
  names: ["poetry", "pdm", "hatch", "rye", "pipenv", "pixi"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags(
      "qvnT",
      "--quiet --verbose --no-interaction --no-cache --no-ansi --no-plugins --ansi",
    ),
    place: taking("CePcp", "--directory --project --env --config --manifest-path"),
  },
  table: ENVIRONMENT_VERBS,
  otherwise: runsCode(),
});

/** A command of `pyproject.toml` by its name, with the words of the call after it. */
function scriptsBehind(words: readonly Text[], context: ModelContext): readonly Consequence[] {
  const [name] = words.map((word) => textOf(word));
  if (name === undefined || name.startsWith("-")) return [];
  const given = words
    .slice(1)
    .flatMap((word) => textOf(word) ?? [])
    .join(" ");
  const files = [
    ...usualFile({ usual: ["pyproject.toml"], above: true }, context),
    ...usualFile({ usual: ["Pipfile", "pixi.toml"] }, context),
  ];
  return [
    ...saysSo([name]),
    ...files.flatMap(({ texts, directory }) =>
      texts
        .flatMap((text) => pythonScripts(text, name))
        .map((text) => runsRecipe(`${text} ${given}`.trimEnd(), directory)),
    ),
  ];
}

export const poetry: CommandModel = {
  ...managers,
  names: [...managers.names, "poe", "taskipy"],
  effects: (invocation, context) => {
    const { name, operands, args, stdin } = invocation;
    if (/^(?:poe|taskipy)$/.test(name)) {
      const words = programIn(args);
      const call = {
        name,
        verb: "",
        words,
        operands: words,
        stdin,
        has: () => false,
        values: () => [],
      };
      return [...runsCode().effects(call, context), ...scriptsBehind(words, context)];
    }
    const isRun = /^(?:run|x)$/.test(textOf(operands[0] ?? []) ?? "");
    return [
      ...managers.effects(invocation, context),
      ...(isRun ? scriptsBehind(programIn(operands.slice(1)), context) : []),
    ];
  },
};
