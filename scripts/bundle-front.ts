// Bundles the front of the command line into its one file: what stands between `node` and the first step of a command.
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "src");
const main = join("surface", "cli", "main.ts");
/** What is imported later and goes in nevertheless. WHY the audit: its start is measured beside that of node. */
const INSIDE = /^surface\/cli\/(?:terminal|command-line|commands\/audit)\.ts$/;
/** WHY outside: errors are told apart by their class, and of that there has to be one in a process. */
const OUTSIDE = "base/failure.ts";

/**
 * Writes the program over what the compiler made of it. WHY: node looks for, reads and links each module by itself, which
 * takes longer for these fifteen than what they do.
 */
export async function bundleFront(outDirectory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [join(sources, main)],
    outfile: join(outDirectory, main.replace(/ts$/, "js")),
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    conditions: ["source"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [besideTheFront],
  });
}

const OURS = "front";
const besideTheFront: Plugin = {
  name: "beside-the-front",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === OURS || kind === "entry-point") return undefined;
      const how = { resolveDir, kind: "import-statement", pluginData: OURS } as const;
      const found = await resolve(path, how);
      if (!found.path.startsWith(sources)) return found;
      const file = relative(sources, found.path).split(sep).join("/");
      const isOutside = kind === "dynamic-import" ? !INSIDE.test(file) : file === OUTSIDE;
      if (!isOutside) return found;
      const from = relative(join(sources, main, ".."), found.path)
        .split(sep)
        .join("/");
      const place = from.startsWith(".") ? from : `./${from}`;
      return { path: place.replace(/ts$/, "js"), external: true };
    });
  },
};
