// `npm run guard-package -- --out DIR`: makes the package `@sallyport/guard` there: the guard as a library, its types, the bench and its cases.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readCases } from "./guard-package/read-cases.ts";
import { scriptArguments, wrongArguments } from "./script-arguments.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const FACE = "packages/guard/guard";

const { values } = scriptArguments(import.meta.url, { options: { out: { type: "string" } } });
if (values.out === undefined) wrongArguments(import.meta.url, "`--out DIR` is missing");
const out = resolve(values.out);
if (existsSync(out) && readdirSync(out).length > 0)
  wrongArguments(import.meta.url, `\`${out}\` is not empty`);
const policies = join(root, "dist/policies");
if (!existsSync(policies))
  wrongArguments(import.meta.url, "there is no `dist/policies`: run `npm run build` first");

mkdirSync(join(out, "policies"), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: { guard: `${FACE}.ts`, program: "packages/guard/program.ts" },
  outdir: out,
  bundle: true,
  splitting: true,
  chunkNames: "guard-[hash]",
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["source"],
  minify: true,
  charset: "ascii",
  logLevel: "warning",
  // A bundled dependency still calls `require` for what node brings.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
});
for (const name of readdirSync(policies))
  copyFileSync(join(policies, name), join(out, "policies", name));
for (const name of ["README.md", "example.mjs"])
  copyFileSync(join(root, "packages/guard", name), join(out, name));
for (const name of ["LICENSE", "THIRD-PARTY.md"]) copyFileSync(join(root, name), join(out, name));
writeFileSync(join(out, "cases.json"), `${JSON.stringify(readCases())}\n`);
writeTypes();
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest(), undefined, 2)}\n`);
process.stdout.write(`made ${out}; \`npm pack\` there makes the file to publish\n`);

/** The declarations that the face leads to, as they lie in the repository. */
function writeTypes(): void {
  const made = mkdtempSync(join(tmpdir(), "guard-types-"));
  try {
    const settings = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        outDir: made,
        rootDir: root,
        paths: { "#*.ts": [join(root, "src/*.ts")] },
        typeRoots: [join(root, "node_modules/@types")],
      },
      include: [],
      files: [join(root, `${FACE}.ts`)],
    };
    const file = join(made, "tsconfig.json");
    writeFileSync(file, JSON.stringify(settings));
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", file], { stdio: "inherit" });
    const open = [join(made, `${FACE}.d.ts`)];
    const seen = new Set(open);
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const text = readFileSync(path, "utf8");
      const target = join(out, "types", relative(made, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      for (const [, name = ""] of text.matchAll(/(?:from|import\() ?"([#.][^"]+)\.ts"/g)) {
        const next = name.startsWith("#")
          ? join(made, "src", `${name.slice(1)}.d.ts`)
          : resolve(dirname(path), `${name}.d.ts`);
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      }
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function manifest(): object {
  const { version, license, engines } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Readonly<Record<string, unknown>>;
  return {
    name: "@sallyport/guard",
    version,
    description:
      "Judges what a tool call of a coding agent would do, before it runs; with a bench for any guard.",
    license,
    type: "module",
    engines,
    bin: { "sallyport-guard": "program.js" },
    exports: { ".": { types: `./types/${FACE}.d.ts`, default: "./guard.js" } },
    imports: { "#*.ts": { types: "./types/src/*.d.ts" } },
    sideEffects: false,
  };
}
