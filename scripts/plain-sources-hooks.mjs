// The hook of `plain-sources.mjs`. WHY not tsx: it keeps the names of functions by a call for each one that is made, which measurements see.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../node_modules/.cache/plain-sources/", import.meta.url));
const options = {
  loader: "ts",
  format: "esm",
  target: "node20.19",
  // Types that nothing names are left out as the compiler would.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
};

/** What was made of a text depends on these besides. */
const made = (() => {
  const lock = new URL("../node_modules/esbuild/package.json", import.meta.url);
  return JSON.stringify([JSON.parse(readFileSync(lock, "utf8")).version, options]);
})();

// WHY: `source` means ours alone. Packages that have a condition of that name do not ship what it leads to.
/** @type {import("node:module").ResolveHook} */
export function resolve(specifier, context, next) {
  if (context.parentURL?.includes("/node_modules/") !== true) return next(specifier, context);
  const conditions = context.conditions.filter((condition) => condition !== "source");
  return next(specifier, { ...context, conditions });
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const text = readFileSync(fileURLToPath(url), "utf8");
  const name = createHash("sha256").update(made).update(text).digest("hex");
  const source = kept(name) ?? (await transformed(name, text, url));
  return { format: "module", source, shortCircuit: true };
}

// WHY kept: a test starts programs from the sources dozens of times, and their thousand modules are the same each time.
function kept(name) {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return undefined;
  }
}

async function transformed(name, text, url) {
  // WHY here: starting the compiler takes longer than reading what it made before.
  const { transform } = await import("esbuild");
  const { code } = await transform(text, { ...options, sourcefile: url });
  try {
    mkdirSync(folder, { recursive: true });
    // Renamed into place: others read it meanwhile.
    const next = join(folder, `${name}.${randomBytes(4).toString("hex")}`);
    writeFileSync(next, code);
    renameSync(next, join(folder, name));
  } catch {
    // A clone that cannot be written is read anew each time.
  }
  return code;
}
