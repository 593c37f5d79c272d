// The sources as functions of one table: each module runs when something of it is first used, in place of all at the start.
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { asciiText } from "./ascii-text.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "src");
const target = "node20.19";

/** What a module asks for: a module of ours or a package by its id, a module of node or a package outside by its name. */
export type Need = {
  readonly kind: "own" | "package" | "node" | "outside";
  readonly name: string;
  /** Only when it is imported by a call. */
  readonly isLater: boolean;
};

/** One module as a function of what gives it others and takes what it exports. */
export type LazyModule = {
  /** Such as `guard/guard`, or the name of a package. */
  readonly id: string;
  readonly needs: readonly Need[];
  /** What is used of each package that is built in, by the package's name. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>;
  /** The text of the function, in which others are asked for under the number that `numberOf` gives. */
  readonly text: (numberOf: (id: string) => number) => string;
};

export type LazyOptions = {
  /** Names that stand for JSON texts. */
  readonly define: Readonly<Record<string, string>>;
  /** Packages that are not built in. */
  readonly outside: readonly string[];
};

/** What stands for the number of a module in a text that asks by `moduleNeed(...)` itself. */
export function moduleMark(id: string): string {
  return JSON.stringify(`need!own!${id}`);
}

/** Ids of all modules under `src`, in order. */
export function sourceModules(): readonly string[] {
  return readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(sources, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/** A module of ours, of its file or of a text that stands in for it. Throws for an import or export of a kind that it does not know. */
export async function ownModule(
  id: string,
  options: LazyOptions,
  source = readFileSync(join(sources, `${id}.ts`), "utf8"),
): Promise<LazyModule> {
  // WHY: a name of the module's own would stand before the one that its function is given.
  const taken = /\b(?:const|let|var|function|class)\s+(module(?:Need|Give|Address))\b/.exec(source);
  if (taken !== null) throw new Error(`\`${id}\` declares \`${taken[1]}\`, a name of the build`);
  const { code } = await transform(source, {
    loader: "ts",
    format: "cjs",
    target,
    // WHY: code that is compiled by itself cannot import, but what it asks for can be given to it.
    supported: { "dynamic-import": false },
    define: { ...definedIn(source, options.define), "import.meta.url": "moduleAddress" },
  });
  const needs = new Map<string, Need>();
  const asked = (specifier: string, isLater: boolean): string => {
    const need = needOf(id, specifier, options.outside);
    const mark = `need!${need.kind}!${need.name}`;
    needs.set(mark, { ...need, isLater: isLater && needs.get(mark)?.isLater !== false });
    return `moduleNeed("${mark}")`;
  };
  for (const [, name = ""] of source.matchAll(/"need!own!([^"]+)"/g))
    needs.set(`need!own!${name}`, { kind: "own", name, isLater: false });
  const start = code.indexOf("var stdin_exports = {};");
  const body = (start < 0 ? withoutHelpers(code) : code.slice(start))
    .replace("var stdin_exports = {};", "")
    .replace("__export(stdin_exports, {", "moduleGive({")
    .replace("module.exports = __toCommonJS(stdin_exports);", "")
    // Modules of ours and of node have no default; the loader gives packages outside one.
    .replace(/__toESM\((require\("[^"]+"\))\)/g, "$1")
    .replace(
      /\bPromise\.resolve\(\)\.then\(\(\) => require\("([^"]+)"\)\)/g,
      (_, name: string) => `Promise.resolve().then(() => ${asked(name, true)})`,
    )
    .replace(
      /^(var \w+ = |)require\("([^"]+)"\);$/gm,
      (_, declared: string, name: string) => `${declared}${asked(name, false)};`,
    );
  const used = usedOf(body);
  const late = askedLate(givenPlain(body));
  if (/\brequire\("[#.]|^moduleGive\(\{\n/m.test(late))
    throw new Error(`\`${id}\` imports in a way that is not known`);
  if (/\b__(?:toESM|toCommonJS|reExport|copyProps|export)\b/.test(late)) {
    throw new Error(`\`${id}\` has an import or export that is not made lazy yet`);
  }
  const address = `const moduleAddress=moduleNeed.at(${JSON.stringify(`${id}.js`)});`;
  const whole = `${late.includes("moduleAddress") ? address : ""}${late}`;
  return { id, needs: [...needs.values()], used, text: await functionText(whole) };
}

/** What of a package is used, with all that it needs, as one module. */
export async function packageModule(name: string, used: Iterable<string>): Promise<LazyModule> {
  // WHY by name: a package gives hundreds of values, and each of them was defined in every process.
  const names = [...used].sort().join(", ");
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from ${JSON.stringify(name)}`, resolveDir: root },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    minify: true,
    target,
    legalComments: "none",
    logLevel: "warning",
  });
  const body = asciiText(outputFiles[0]?.text ?? "");
  return { id: name, needs: [], used: new Map(), text: () => `(require,give,module)=>{${body}}` };
}

/** Names that a module takes of each package. Throws for one that it takes whole. */
function usedOf(body: string): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  // One package may be asked for several times: for imports, and for what is given on.
  for (const [line, as = "", name = ""] of body.matchAll(
    /^var (\w+) = moduleNeed\("need!package!([^"]+)"\);$/gm,
  )) {
    const names = used.get(name) ?? new Set();
    used.set(name, names);
    for (const [, one] of body
      .replace(line, "")
      // WHY not behind a hyphen: there it is part of a text, such as the `-v1` of a version.
      .matchAll(new RegExp(`(?<!-)\\b${as}\\b(?:\\.(\\w+))?`, "g"))) {
      if (one === undefined) throw new Error(`\`${name}\` is taken whole`);
      names.add(one);
    }
  }
  return used;
}

/** What a module gives, as one of plain values for when it has run, which the engine makes at once. */
function givenPlain(text: string): string {
  return text.replace(
    /^moduleGive\(\{\n((?: {2}\w+: \(\) => [\w.]+,?\n)+)\}\);$/m,
    (_, lines: string) => {
      const plain = lines.replace(/^ {2}(\w+): \(\) => ([\w.]+),?$/gm, "$1:$2,");
      return `moduleGive(()=>({${plain}}));`;
    },
  );
}

/**
 * An imported module is asked for where something of it is used, once. WHY not one that is taken whole under a name of the
 * module's own: such a name may be a letter, which a text holds elsewhere.
 */
function askedLate(text: string): string {
  const names: string[] = [];
  const declared = text.replace(
    /^var (import_\w+) = (moduleNeed\("[^"]+"\));$/gm,
    (_, name: string, asked: string) => {
      names.push(name);
      return `let had_${name};const ${name}_=()=>had_${name}??=${asked};`;
    },
  );
  return names.reduce(
    (all, name) => all.replace(new RegExp(`\\b${name}\\b`, "g"), `(${name}_())`),
    declared,
  );
}

/** The function as a text, minified. */
async function functionText(body: string): Promise<LazyModule["text"]> {
  const { code } = await transform(`made=(moduleNeed,moduleGive)=>{${body}\n}`, {
    loader: "js",
    minify: true,
    target,
    charset: "ascii",
  });
  const text = asciiText(
    code
      .trim()
      .replace(/^made=/, "")
      .replace(/;$/, ""),
  );
  return (numberOf) =>
    text.replace(/"need!(\w+)!([^"]+)"/g, (_, kind: string, name: string) =>
      kind === "own" || kind === "package" ? String(numberOf(name)) : JSON.stringify(name),
    );
}

/** WHY only what occurs: all of it goes to the compiler with each module, and it is long. */
function definedIn(source: string, define: LazyOptions["define"]): Record<string, string> {
  return Object.fromEntries(Object.entries(define).filter(([name]) => source.includes(name)));
}

function needOf(
  from: string,
  specifier: string,
  outside: readonly string[],
): Pick<Need, "kind" | "name"> {
  if (isBuiltin(specifier)) return { kind: "node", name: specifier };
  if (!/^[#.]/.test(specifier)) {
    return { kind: outside.includes(specifier) ? "outside" : "package", name: specifier };
  }
  const file = specifier.startsWith("#")
    ? specifier.slice(1)
    : posix.join(posix.dirname(from), specifier);
  return { kind: "own", name: file.replace(/\.ts$/, "") };
}

/** A module without exports begins with helpers of esbuild as well. */
function withoutHelpers(code: string): string {
  const start = code.search(/^(?:(?:var \w+ = )?(?:__toESM\()?require\(|"use strict")/m);
  return start < 0 ? code : code.slice(start);
}
