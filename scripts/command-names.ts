// The index of command models as names in place of models, so that looking for one runs the file of one.
import { fileURLToPath } from "node:url";
import { modelNames } from "./command-index.ts";
import { moduleMark } from "./lazy-modules.ts";
import type { CommandModel } from "../src/guard/effects/model/command-model.ts";
import type * as Index from "../src/guard/effects/commands/index.ts";

/** The id of the module that this stands in for. */
export const COMMAND_INDEX = "guard/effects/commands/index";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A model by the name of its export, and by its place where that is a list of models. */
type Exported = {
  readonly file: string;
  readonly name: string;
  readonly at?: number;
  readonly model: CommandModel;
};

/** The text of the module; `ask` gives what a module of ours exports. */
export function namedIndex(ask: (id: string) => unknown): string {
  const { COMMANDS } = ask(COMMAND_INDEX) as typeof Index;
  const all = modelNames(root).flatMap((file): readonly Exported[] =>
    Object.entries(ask(`guard/effects/commands/${file}`) as Record<string, unknown>)
      .flatMap(([name, value]): readonly Exported[] =>
        Array.isArray(value)
          ? (value as readonly CommandModel[]).map((model, at) => ({ file, name, at, model }))
          : [{ file, name, model: value as CommandModel }],
      )
      .filter(({ model }) => COMMANDS.includes(model)),
  );
  if (all.length !== COMMANDS.length) throw new Error("a command model is exported twice or never");
  const places = all.flatMap(({ model }, at) => model.names.map((name) => [name, at] as const));
  // WHY no imports: a function for each of hundreds of models was made in every process, and few are asked for.
  return `import { byProgramName } from "../model/program-names.ts";
    const FILES = [${all.map(({ file }) => moduleMark(`guard/effects/commands/${file}`)).join(", ")}];
    const [EXPORTS, PLACES] = JSON.parse(${JSON.stringify(
      JSON.stringify([all.map(({ name, at }) => [name, at ?? null]), Object.fromEntries(places)]),
    )});
    function modelOf(name) {
      if (!Object.hasOwn(PLACES, name)) return undefined;
      const place = PLACES[name];
      const [exported, at] = EXPORTS[place];
      const found = moduleNeed(FILES[place])[exported];
      return at === null ? found : found[at];
    }
    export const findCommand = (name) => byProgramName(name, modelOf);`;
}
