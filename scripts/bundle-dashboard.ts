// Builds the dashboard's app into a folder: script in parts that are loaded when needed, one file of styles, hashed names, one page.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const app = join(root, "dashboard");
/** These come first: the others use what they say. */
const FIRST_STYLES = ["variables.css", "base.css"];
const LAST_STYLES = ["print.css"];
const WORKER = "src/graph/flow-worker.ts";
const FILES_MARK = "<!-- files -->";

/** What was built, by names below the folder. */
export type DashboardBundle = {
  /** What a browser fetches before the app runs, the page itself too. */
  readonly first: readonly string[];
  readonly files: readonly string[];
};

/** Writes the app into `outDirectory`, begun by `entry`. Rejects where a source does not build. */
export async function bundleDashboard(
  outDirectory: string,
  entry = "src/main.tsx",
): Promise<DashboardBundle> {
  mkdirSync(outDirectory, { recursive: true });
  const shared: BuildOptions & { readonly metafile: true } = {
    absWorkingDir: app,
    bundle: true,
    minify: true,
    outdir: outDirectory,
    publicPath: "/",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  };
  // First what runs beside the page: the app has to know the name of its file.
  const worker = await build({ ...shared, entryPoints: [WORKER], format: "iife" });
  const [workerFile] = entryFiles(worker.metafile, WORKER);
  const [theme, main] = await Promise.all([
    build({ ...shared, entryPoints: ["src/theme.ts"], format: "iife" }),
    build({
      define: { FLOW_WORKER: JSON.stringify(`/${workerFile}`) },
      ...shared,
      entryPoints: [entry],
      format: "esm",
      splitting: true,
      jsx: "automatic",
      jsxImportSource: "preact",
    }),
  ]);
  const styles = await writeStyles(outDirectory);
  const [themeFile] = entryFiles(theme.metafile, "src/theme.ts");
  const mainFiles = entryFiles(main.metafile, entry);
  const [mainFile, ...imported] = mainFiles;
  if (themeFile === undefined || mainFile === undefined || workerFile === undefined)
    throw new Error("the build of the dashboard wrote no entry");
  const tags = [
    `<script src="/${themeFile}"></script>`,
    `<link rel="stylesheet" href="/${styles}" />`,
    ...imported.map((name) => `<link rel="modulepreload" href="/${name}" />`),
    `<script type="module" src="/${mainFile}"></script>`,
  ];
  const page = readFileSync(join(app, "index.html"), "utf8");
  if (!page.includes(FILES_MARK)) throw new Error(`dashboard/index.html lacks \`${FILES_MARK}\``);
  writeFileSync(join(outDirectory, "index.html"), page.replace(FILES_MARK, tags.join("\n    ")));
  return {
    first: ["index.html", themeFile, styles, ...mainFiles],
    files: readdirSync(outDirectory).sort(),
  };
}

/** Every style sheet in one file, minified. WHY one: what a page brings later would move what is drawn already. */
async function writeStyles(outDirectory: string): Promise<string> {
  const folder = join(app, "styles");
  const all = readdirSync(folder).filter((name) => name.endsWith(".css"));
  const named = [...FIRST_STYLES, ...LAST_STYLES];
  const middle = all.filter((name) => !named.includes(name)).sort();
  const sheets = [
    join(root, "node_modules", "uplot", "dist", "uPlot.min.css"),
    ...[...FIRST_STYLES, ...middle, ...LAST_STYLES].map((name) => join(folder, name)),
  ];
  const { outputFiles } = await build({
    stdin: {
      contents: sheets.map((path) => `@import ${JSON.stringify(path)};`).join("\n"),
      loader: "css",
      resolveDir: folder,
    },
    bundle: true,
    minify: true,
    write: false,
    logLevel: "warning",
    legalComments: "none",
  });
  const text = outputFiles[0]?.contents ?? new Uint8Array();
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const name = `styles-${digest}.css`;
  writeFileSync(join(outDirectory, name), text);
  return name;
}

/** The file of an entry, then those that it imports at once. */
function entryFiles({ outputs }: Metafile, entry: string): readonly string[] {
  const first = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
  const found: string[] = [];
  const open = first === undefined ? [] : [first];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    if (found.includes(path)) continue;
    found.push(path);
    for (const { kind, path: needed } of outputs[path]?.imports ?? [])
      if (kind === "import-statement") open.push(needed);
  }
  return found.map((path) => basename(path));
}
