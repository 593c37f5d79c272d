// `npm run new -- <kind> <id>`: writes the files that a new part begins with, registered, so that every check passes at once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../src/guard/effects/commands/index.ts";

/** A file to write: new ones whole, the register with its new lines. Paths are relative to the repository. */
export type PlannedFile = { readonly path: string; readonly text: string };
/** What to write and what to do next, or why nothing can be written. */
export type NewPart =
  | { readonly kind: "planned"; readonly files: readonly PlannedFile[]; readonly next: string }
  | { readonly kind: "refused"; readonly why: string };

const root = fileURLToPath(new URL("..", import.meta.url));
const models = "src/guard/effects/commands";

/** Parts that this command does not write, with the place that has to exist before one can be registered and tested. */
const otherKinds: Readonly<Record<string, string>> = {
  detector: "src/guard/content/detectors",
  detection: "data/detections",
  control: "data/controls",
  exporter: "src/record/export",
};
const ID_CHARS_MAX = 32;
const kinds = ["command", ...Object.keys(otherKinds)];

/** Plans the files of a new part in the repository at `place`. Writes nothing. */
export function planPart(kind: string, id: string, place: string = root): NewPart {
  if (kind === "command") return planCommand(id, place);
  const home = otherKinds[kind];
  if (home === undefined) {
    return refused(`there is no kind \`${kind}\`; kinds are ${kinds.join(", ")}`);
  }
  return refused(
    existsSync(join(place, home))
      ? `no template for a ${kind} is written yet: start from a neighbour in \`${home}\``
      : `this version has no \`${home}\`, so nothing would load or test a ${kind}; it knows \`command\``,
  );
}

function planCommand(id: string, place: string): NewPart {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) || id.length > ID_CHARS_MAX) {
    return refused("an id is short kebab-case and begins with a letter: name it after the program");
  }
  const file = `${models}/${id}.ts`;
  const corpus = `test/corpus/commands/${id}.yaml`;
  const taken = [file, corpus].find((path) => existsSync(join(place, path)));
  if (taken !== undefined) return refused(`\`${taken}\` exists; nothing was written`);
  const owner = COMMANDS.find(({ names }) => names.includes(id));
  if (owner !== undefined)
    return refused(`\`${id}\` is modelled already, with \`${owner.names[0]}\``);
  const name = id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (!isIdentifier(name))
    return refused(`\`${name}\` is a word of the language: choose another id`);
  const index = `${models}/index.ts`;
  const register = registered(readFileSync(join(place, index), "utf8"), id, name);
  return {
    kind: "planned",
    files: [
      { path: file, text: modelText(id, name) },
      { path: corpus, text: corpusText(id) },
      { path: index, text: register },
    ],
    next: `say in \`${file}\` what the program does, and show each way in \`${corpus}\`; \`npm test -- test/corpus\` runs it`,
  };
}

/** Adds the import and the entry where the order of the files puts them. */
function registered(index: string, id: string, name: string): string {
  const lines = index.split("\n");
  const fileOf = (line: string) =>
    /^import \{ \w+ \} from "\.\/([a-z0-9-]+)\.ts";$/.exec(line)?.[1];
  const before = lines.findLastIndex((line) => (fileOf(line) ?? "~") < id);
  const first = lines.findIndex((line) => fileOf(line) !== undefined);
  const identifier = /\{ (\w+) \}/.exec(lines[before] ?? "")?.[1];
  lines.splice(before === -1 ? first : before + 1, 0, `import { ${name} } from "./${id}.ts";`);
  const list = lines.findIndex((line) => line.startsWith("export const COMMANDS"));
  const at = identifier === undefined ? list : lines.indexOf(`  ${identifier},`, list);
  if (first === -1 || list === -1 || at === -1) {
    throw new Error(`\`${models}/index.ts\` has another form than this script knows`);
  }
  lines.splice(at + 1, 0, `  ${name},`);
  return lines.join("\n");
}

/** WHY unknown: a model that is not written yet must not be more trusting than none. */
function modelText(id: string, name: string): string {
  return `// ${id}: what it does is not written down yet, so all but its help is unknown.
import { type CommandModel, command } from "../command-model.ts";
import { ABOUT } from "../option-list.ts";

export const ${name}: CommandModel = command({
  names: ["${id}"],
  options: { about: ABOUT },
  effects: ({ has }) => {
    if (has("about")) return [];
    return [{ kind: "unknown", reason: "unmodelled", detail: "what ${id} does" }];
  },
});
`;
}

function corpusText(id: string): string {
  return `# ${id}: one case for each thing that it can do.
- name: allow.help
  command: "${id} --help"
  why: only prints
- name: ask.plain
  command: "${id} x"
  rule: unknown-effect
  why: nobody has written down what it does
`;
}

/** Whether a module may call something so. */
function isIdentifier(name: string): boolean {
  const reserved =
    "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield eval arguments";
  return !reserved.split(" ").includes(name) && name !== "command";
}

function refused(why: string): NewPart {
  return { kind: "refused", why };
}

function main([kind, id, ...rest]: readonly string[]): void {
  if (kind === undefined || id === undefined || rest.length > 0) {
    process.stderr.write(`usage: npm run new -- <kind> <id>; kinds are ${kinds.join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  const part = planPart(kind, id);
  if (part.kind === "refused") {
    process.stderr.write(`${part.why}\n`);
    process.exitCode = 2;
    return;
  }
  for (const { path, text } of part.files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
  process.stdout.write(`${part.next}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
