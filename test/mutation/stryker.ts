// The mutation tester, installed apart from the product: its mutants of a file, and runs of some of them.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as v from "valibot";

const root = fileURLToPath(new URL("../../", import.meta.url));
const here = fileURLToPath(new URL("./", import.meta.url));
/** WHY there: it finds the project's own vitest, and a fresh install of the project takes it away. */
const place = join(root, "node_modules/.cache/mutation");

const Position = v.object({ line: v.number(), column: v.number() });
const Location = v.object({ start: Position, end: Position });
const Instrumented = v.object({
  mutants: v.array(
    v.object({ mutatorName: v.string(), replacement: v.string(), location: Location }),
  ),
});
const Report = v.object({
  files: v.record(
    v.string(),
    v.object({
      mutants: v.array(
        v.object({
          mutatorName: v.string(),
          replacement: v.optional(v.string(), ""),
          location: Location,
          status: v.string(),
        }),
      ),
    }),
  ),
});

/** A mutant. Lines and columns count from 1; the end is the place after the last character. */
export type Mutant = {
  readonly file: string;
  readonly mutator: string;
  readonly replacement: string;
  readonly location: v.InferOutput<typeof Location>;
};

/** A mutant that was run. `status` is Stryker's: Killed, Survived, NoCoverage, Timeout, RuntimeError, ... */
export type Result = Mutant & { readonly status: string };

/** Installs the pinned tester unless it is there. */
export async function installStryker(): Promise<void> {
  const lock = await readFile(join(here, "package-lock.json"), "utf8");
  const mark = join(place, "installed");
  if (existsSync(mark) && (await readFile(mark, "utf8")) === lock) return;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    await copyFile(join(here, name), join(place, name));
  const args = ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
  await run("npm", args, place);
  await writeFile(mark, lock);
}

/** All mutants of one file of the project, named by its path in it. */
export async function mutantsOf(file: string): Promise<readonly Mutant[]> {
  const fromTester = createRequire(join(place, "package.json"));
  const fromCore = createRequire(fromTester.resolve("@stryker-mutator/core"));
  const load = async (name: string): Promise<Record<string, unknown>> =>
    (await import(pathToFileURL(fromCore.resolve(name)).href)) as Record<string, unknown>;
  const { createInjector } = await load("typed-inject");
  const { createInstrumenter } = await load("@stryker-mutator/instrumenter");
  const silent = new Proxy({}, { get: () => () => false });
  // The tester has no types here: it is not installed with the project.
  const injector = (createInjector as () => Untyped)().provideValue("logger", silent);
  const instrumenter = injector.injectFunction(createInstrumenter);
  const content = await readFile(join(root, file), "utf8");
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const found = await instrumenter.instrument([{ name: file, content, mutate: true }], options);
  return v.parse(Instrumented, found).mutants.map(({ mutatorName, replacement, location }) => ({
    file,
    mutator: mutatorName,
    replacement,
    location: {
      start: { line: location.start.line + 1, column: location.start.column + 1 },
      end: { line: location.end.line + 1, column: location.end.column + 1 },
    },
  }));
}

type Untyped = {
  provideValue(name: string, value: unknown): Untyped;
  injectFunction(value: unknown): {
    instrument(files: unknown, options: unknown): Promise<unknown>;
  };
};

/** Runs these mutants, and those inside their places. Throws an Error with the end of the tester's output when it fails. */
export async function runMutants(
  mutants: readonly Mutant[],
  concurrency: number,
): Promise<readonly Result[]> {
  const report = join(place, "report.json");
  const settings = join(place, "settings.json");
  await rm(report, { force: true });
  await writeFile(
    settings,
    JSON.stringify({
      testRunner: "vitest",
      plugins: [
        pathToFileURL(
          createRequire(join(place, "package.json")).resolve("@stryker-mutator/vitest-runner"),
        ).href,
      ],
      vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
      coverageAnalysis: "perTest",
      concurrency,
      mutate: [...new Set(mutants.map(rangeOf))],
      ignorePatterns: ["dist", "docs"],
      tempDirName: ".stryker-tmp",
      // The compiler that its preprocessor expects is another than the project's.
      tsconfigFile: "none.json",
      // On a busy machine a short limit would count slow runs as noticed.
      timeoutMS: 120_000,
      reporters: ["json"],
      jsonReporter: { fileName: report },
      allowEmpty: true,
    }),
  );
  const tester = join(place, "node_modules/@stryker-mutator/core/bin/stryker.js");
  await run(process.execPath, [tester, "run", settings], root);
  const { files } = v.parse(Report, JSON.parse(await readFile(report, "utf8")));
  return Object.entries(files).flatMap(([file, one]) =>
    one.mutants.map(({ mutatorName, replacement, location, status }) => ({
      ...{ file, mutator: mutatorName, replacement, location, status },
    })),
  );
}

/** How the tester is told a place: lines from 1, columns from 0. */
function rangeOf({ file, location: { start, end } }: Mutant): string {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      output = `${output}${bytes.toString()}`.slice(-4_000);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}:\n${output}`);
}
