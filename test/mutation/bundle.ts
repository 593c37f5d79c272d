// Bundles the tests that mutants have to get past, over source files of which some are replaced by others.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { cachePlace, root } from "./instrument.ts";

/** What is left out: rates, which a single mutant hardly moves and which take half of the time of all, and tests of content. */
const LEFT_OUT =
  /^test\/(?:corpus\/(?:graded\/|content\/|(?:credentials|detectors|detections|controls)\.)|guard\/content\/)/;
/** Real shells as the judge: slow for a test, and what knows most about the evaluator. */
export const WITH_SHELLS: readonly string[] = [
  "test/oracle/exact-programs.test.ts",
  "test/oracle/words.test.ts",
];
const CHILD = "test/mutation/run-tests.ts";

/** The test files, by path in the project. */
export function testFiles(): readonly string[] {
  const found = ["test/corpus", "test/guard"].flatMap((place) =>
    readdirSync(join(root, place), { recursive: true })
      .map((name) => `${place}/${String(name)}`)
      .filter((path) => path.endsWith(".test.ts") && !LEFT_OUT.test(path)),
  );
  return [...found, ...WITH_SHELLS].sort();
}

/** Bundles into a folder of the cache. Returns the program that runs tests there. */
export async function bundleTests(
  name: string,
  replaced: ReadonlyMap<string, string>,
): Promise<string> {
  const place = join(cachePlace, "bundles", name);
  rmSync(place, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [CHILD, ...testFiles()],
    outdir: place,
    outbase: ".",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    conditions: ["source"],
    packages: "external",
    external: ["esbuild"],
    alias: { vitest: join(root, "test/mutation/test-blocks.ts") },
    plugins: [sources(replaced)],
    logLevel: "error",
  });
  return join(place, CHILD.replace(/\.ts$/, ".js"));
}

/** Gives files their text, in which they still lie where they lay. */
function sources(replaced: ReadonlyMap<string, string>): Plugin {
  return {
    name: "sources",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = replaced.get(path.slice(root.length)) ?? readFileSync(path, "utf8");
        const address = JSON.stringify(pathToFileURL(path).href);
        return { contents: text.replaceAll("import.meta.url", address), loader: "ts" };
      });
    },
  };
}
