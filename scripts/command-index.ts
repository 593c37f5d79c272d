// The index of command models as text, made of what the files of `commands/` export; and whether the one that is there is it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the models and its index, by their paths in the repository. */
const COMMAND_MODELS = "src/guard/effects/commands";
export const COMMAND_INDEX_FILE = `${COMMAND_MODELS}/index.ts`;
/** As `biome.json` says. */
const COLUMNS_MAX = 100;

/** A file of models by its name without `.ts`, and its text. */
export type ModelFile = { readonly name: string; readonly text: string };
type ExportedModel = { readonly name: string; readonly isList: boolean };

/** The names of the files of models of the repository at `place`, without `.ts`, in order. */
export function modelNames(place: string): readonly string[] {
  return readdirSync(join(place, COMMAND_MODELS))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .toSorted();
}

/** The text of the index of the repository at `place`; `more` are files that are not written yet. */
export function commandIndex(place: string, more: readonly ModelFile[] = []): string {
  const files = modelNames(place).map((name) => ({
    name,
    text: readFileSync(join(place, COMMAND_MODELS, `${name}.ts`), "utf8"),
  }));
  return indexText([...files, ...more]);
}

/** Whether the index of the repository at `place` is not what its files of models say. */
export function isIndexStale(place: string): boolean {
  return readFileSync(join(place, COMMAND_INDEX_FILE), "utf8") !== commandIndex(place);
}

/** The text of an index of these files, in the order of their names. */
export function indexText(files: readonly ModelFile[]): string {
  const models = files
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, text }) => ({ file: name, exported: exportedModels(text) }))
    .filter(({ exported }) => exported.length > 0);
  const entries = models.flatMap(({ exported }) =>
    exported.map(({ name, isList }) => `  ${isList ? "..." : ""}${name},`),
  );
  return `// All command models, by name. Made of the files of this folder by \`npm run commands\`: change those, never this one.
import type { CommandModel } from "../model/command-model.ts";
import { byProgramName } from "../model/program-names.ts";
${models.map(({ file, exported }) => importOf(file, exported)).join("\n")}

/** Every model, in the order of the files. */
export const COMMANDS: readonly CommandModel[] = [
${entries.join("\n")}
];

const BY_NAME: ReadonlyMap<string, CommandModel> = new Map(
  COMMANDS.flatMap((model) => model.names.map((name) => [name, model] as const)),
);

/** The model of a program, by its plain name. */
export function findCommand(name: string): CommandModel | undefined {
  return byProgramName(name, (one) => BY_NAME.get(one));
}
`;
}

/** The models of a file: constants that are exported as models, as lists of them, or without a word on what they are. */
function exportedModels(text: string): readonly ExportedModel[] {
  const constants = text.matchAll(/^export const (\w+)(?:: (.+?))? =/gm);
  return [...constants].flatMap(([, name = "", type]): readonly ExportedModel[] => {
    if (type === undefined || type === "CommandModel") return [{ name, isList: false }];
    return type === "readonly CommandModel[]" ? [{ name, isList: true }] : [];
  });
}

/** Formatted as `biome` does: names that do not fit into a line have one each. */
function importOf(file: string, exported: readonly ExportedModel[]): string {
  const names = exported.map(({ name }) => name).toSorted();
  const line = `import { ${names.join(", ")} } from "./${file}.ts";`;
  if (line.length <= COLUMNS_MAX) return line;
  return `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "./${file}.ts";`;
}
