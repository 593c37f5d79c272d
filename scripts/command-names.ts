// The index of command models as names in place of models, so that looking for one runs the file of one.
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandModel } from "../src/guard/effects/command-model.ts";
import type * as Index from "../src/guard/effects/commands/index.ts";

/** The id of the module that this stands in for. */
export const COMMAND_INDEX = "guard/effects/commands/index";

const folder = fileURLToPath(new URL("../src/guard/effects/commands/", import.meta.url));

type Exported = { readonly file: string; readonly name: string; readonly model: CommandModel };

/** The text of the module; `ask` gives what a module of ours exports. */
export function namedIndex(ask: (id: string) => unknown): string {
  const { COMMANDS } = ask(COMMAND_INDEX) as typeof Index;
  const all = readdirSync(folder)
    .map((file) => basename(file, ".ts"))
    .filter((file) => file !== "index")
    .sort()
    .flatMap((file): readonly Exported[] =>
      Object.entries(ask(`guard/effects/commands/${file}`) as Record<string, CommandModel>)
        .filter(([, model]) => COMMANDS.includes(model))
        .map(([name, model]) => ({ file, name, model })),
    );
  if (all.length !== COMMANDS.length) throw new Error("a command model is exported twice or never");
  const imports = all.map(
    ({ file, name }, at) => `import { ${name} as m${at} } from "./${file}.ts";`,
  );
  const places = all.flatMap(({ model }, at) => model.names.map((name) => [name, at] as const));
  return `${imports.join("\n")}
    const MODELS = [${all.map((_, at) => `() => m${at}`).join(",\n")}];
    const PLACES = new Map(Object.entries(${JSON.stringify(Object.fromEntries(places))}));
    export function findCommand(name) {
      const place = PLACES.get(name);
      return place === undefined ? undefined : MODELS[place]();
    }`;
}
