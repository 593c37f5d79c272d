// The hook of `plain-sources.mjs`. WHY not tsx: it keeps the names of functions by a call for each one that is made, which measurements see.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const { code } = await transform(readFileSync(fileURLToPath(url), "utf8"), {
    ...{ loader: "ts", format: "esm", target: "node20.19", sourcefile: url },
    // Types that nothing names are left out as the compiler would.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return { format: "module", source: code, shortCircuit: true };
}
