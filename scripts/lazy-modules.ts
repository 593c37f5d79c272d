// Bundling for short processes: each module of ours is a function that runs when something of it is first used, in place of all at the start.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, transform, type TransformOptions } from "esbuild";
import type { CommandModel } from "../src/guard/effects/command-model.ts";
import { COMMANDS } from "../src/guard/effects/commands/index.ts";

const sources = fileURLToPath(new URL("../src/", import.meta.url));
const commandIndex = join(sources, "guard/effects/commands/index.ts");

/** What stands in front of the bundled program for its modules: how they give what they export. */
export const LAZY_PRELUDE =
  "const __export=(to,all)=>{for(const name in all)Object.defineProperty(to,name,{get:all[name],enumerable:true})};";

/** The modules under `src` become functions; packages stay as they are. `define` is for their text, as esbuild has it. */
export function lazyModules(define: TransformOptions["define"]): Plugin {
  return {
    name: "lazy-modules",
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, resolveDir, importer, pluginData }) => {
        if (pluginData === OURS || importer.includes("node_modules")) return undefined;
        // Not as what `require` would find, which is another form of a package.
        const how = { resolveDir, kind: "import-statement", pluginData: OURS } as const;
        const found = await build.resolve(path, how);
        // WHY without the rest of what was found: it says that the file is no CommonJS, as what is loaded below is.
        return found.path.startsWith(sources) ? { path: found.path } : found;
      });
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(sources)) return undefined;
        const text = path === commandIndex ? await namedIndex() : readFileSync(path, "utf8");
        return { contents: await lazyModule(text, path, define), loader: "js" };
      });
    },
  };
}

const OURS = "lazy-modules";

/** The text of a module as CommonJS that asks for another module where it uses something of it. */
async function lazyModule(
  text: string,
  path: string,
  define: TransformOptions["define"],
): Promise<string> {
  const { code } = await transform(text, {
    ...{ loader: "ts", format: "cjs", target: "node20.19", platform: "neutral" },
    define: define ?? {},
  });
  const start = code.indexOf("var stdin_exports = {};");
  const body = (start < 0 ? withoutHelpers(code) : code.slice(start)).replace(
    "module.exports = __toCommonJS(stdin_exports);",
    "module.exports = stdin_exports;",
  );
  // A package is asked for when the module runs: a namespace is used under a name of the module's own.
  // So is one of our modules of which all exports are taken under a name.
  const whole = body.replace(
    /^var (\w+) = __toESM\((require\("(?:[a-z]+|\.[^"]+)"\))\);$/gm,
    "var $1 = $2;",
  );
  const late = [...whole.matchAll(/^var (import_\w+) = require\("[^"]+"\);$/gm)].map(
    ([, name = ""]) => name,
  );
  const asked = late.reduce(
    (all, name) =>
      all
        .replace(`var ${name} = require(`, `const ${name}_ = () => require(`)
        .replace(new RegExp(`\\b${name}\\b`, "g"), `(${name}_())`),
    whole,
  );
  if (/__(?:toESM|toCommonJS|reExport|copyProps)\b/.test(asked)) {
    throw new Error(`\`${path}\` has an import or export that is not made lazy yet`);
  }
  return asked;
}

/** A module without exports begins with helpers of esbuild as well. */
function withoutHelpers(code: string): string {
  const start = code.search(/^(?:var \w+ = (?:__toESM\()?require\(|"use strict")/m);
  return start < 0 ? code : code.slice(start);
}

/** The index of command models as names in place of models, so that looking for one runs the file of one. */
async function namedIndex(): Promise<string> {
  const folder = dirname(commandIndex);
  const files = readdirSync(folder).filter((file) => file !== basename(commandIndex));
  const found = await Promise.all(files.map((file) => modelsIn(folder, file)));
  const all = found.flat();
  if (all.length !== COMMANDS.length) throw new Error("a command model is exported twice or never");
  const loaders = all.map(({ file, name }) => `() => require("./${file}").${name}`);
  const places = all.flatMap(({ model }, place) =>
    model.names.map((name) => [name, place] as const),
  );
  return `
    const MODELS = [${loaders.join(",\n")}];
    const PLACES = new Map(Object.entries(${JSON.stringify(Object.fromEntries(places))}));
    export function findCommand(name) {
      const place = PLACES.get(name);
      return place === undefined ? undefined : MODELS[place]();
    }`;
}

type Exported = { readonly file: string; readonly name: string; readonly model: CommandModel };

async function modelsIn(folder: string, file: string): Promise<readonly Exported[]> {
  const exported = (await import(join(folder, file))) as Readonly<Record<string, CommandModel>>;
  return Object.entries(exported)
    .filter(([, model]) => COMMANDS.includes(model))
    .map(([name, model]) => ({ file, name, model }));
}
