// What a new part consists of: files to write, ids that are fit for it, and its lines in the register of its kind.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file to write, by its path in the repository. A `register` exists and gets new lines; every other file is new. */
export type PlannedFile = {
  readonly path: string;
  readonly text: string;
  readonly register?: true;
};
/** What to write and what to do next, or why nothing can be written. */
export type NewPart =
  | { readonly kind: "planned"; readonly files: readonly PlannedFile[]; readonly next: string }
  | { readonly kind: "refused"; readonly why: string };
/** Plans a part called `id` in the repository at `place`. Writes nothing. */
export type Planner = (id: string, place: string) => NewPart;

const ID_CHARS_MAX = 32;
const WORD = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";

export function refused(why: string): NewPart {
  return { kind: "refused", why };
}

/** Why `id` cannot name a module and what it exports, or nothing when it can. */
export function moduleIdFault(id: string): string | undefined {
  if (!new RegExp(`^${WORD}$`).test(id) || id.length > ID_CHARS_MAX)
    return "an id is short kebab-case and begins with a letter: name it after what it is about";
  if (!isIdentifier(camelCase(id)))
    return `\`${camelCase(id)}\` is a word of the language: choose another id`;
  return undefined;
}

/** Why `id` is no `<group>/<name>`, or nothing when it is one. */
export function groupedIdFault(id: string, group: string): string | undefined {
  const [first = "", second = "", ...rest] = id.split("/");
  const isFit =
    rest.length === 0 &&
    new RegExp(`^${WORD}$`).test(first) &&
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(second) &&
    Math.max(first.length, second.length) <= ID_CHARS_MAX;
  return isFit ? undefined : `an id is \`<${group}>/<name>\`, both short kebab-case`;
}

/** A file of the part that is there already. */
export function takenFault(paths: readonly string[], place: string): string | undefined {
  const taken = paths.find((path) => existsSync(join(place, path)));
  return taken === undefined ? undefined : `\`${taken}\` exists; nothing was written`;
}

export function camelCase(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A module to register: its name, and the folder that it is imported from. */
type Registered = { readonly id: string; readonly from?: string };

/** The register at `path` with the import and the entry of a module where the order of the files puts them. */
export function registered(
  place: string,
  path: string,
  list: string,
  { id, from = "." }: Registered,
): PlannedFile {
  const name = camelCase(id);
  const lines = readFileSync(join(place, path), "utf8").split("\n");
  const fileOf = (line: string) =>
    /^import \{ \w+ \} from "(?:\.|\.\.\/[a-z]+)\/([a-z0-9-]+)\.ts";$/.exec(line)?.[1];
  const before = lines.findLastIndex((line) => (fileOf(line) ?? "~") < id);
  const first = lines.findIndex((line) => fileOf(line) !== undefined);
  const identifier = /\{ (\w+) \}/.exec(lines[before] ?? "")?.[1];
  lines.splice(
    before === -1 ? first : before + 1,
    0,
    `import { ${name} } from "${from}/${id}.ts";`,
  );
  const start = lines.findIndex((line) => line.startsWith(`export const ${list}`));
  const head = lines[start + 1]?.trimStart().startsWith("//") === true ? start + 1 : start;
  const at = identifier === undefined ? head : lines.indexOf(`  ${identifier},`, start);
  if (first === -1 || start === -1 || at === -1)
    throw new Error(`\`${path}\` has another form than this script knows`);
  lines.splice(at + 1, 0, `  ${name},`);
  return { path, text: lines.join("\n"), register: true };
}

/** Whether a module may call something so. */
function isIdentifier(name: string): boolean {
  const reserved =
    "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield eval arguments";
  return !reserved.split(" ").includes(name);
}
