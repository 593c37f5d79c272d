// The mutation tester's mutator, installed apart from the product: the mutants of files, and the files with all of them switchable.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as v from "valibot";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const here = fileURLToPath(new URL("./", import.meta.url));
/** WHY there: it is outside git, and a fresh install of the project takes it away. */
export const cachePlace = join(root, "node_modules/.cache/mutation");
const tester = join(cachePlace, "tester");

const Position = v.object({ line: v.number(), column: v.number() });
const Instrumented = v.object({
  files: v.array(v.object({ name: v.string(), content: v.string() })),
  mutants: v.array(
    v.object({
      id: v.string(),
      fileName: v.string(),
      mutatorName: v.string(),
      replacement: v.string(),
      location: v.object({ start: Position, end: Position }),
    }),
  ),
});

/** A small change of one place. Lines count from 1. */
export type Mutant = {
  /** Its number in this run: what switches it on. */
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  /** The text that is replaced, and by what. */
  readonly original: string;
  readonly replacement: string;
  /** The line in which it starts, without its indent. */
  readonly within: string;
  /** The same for as long as the file says the same, wherever it says it. */
  readonly key: string;
};

export type Instrumentation = {
  readonly mutants: readonly Mutant[];
  /** By path in the project: the text with all mutants in it. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Installs the pinned mutator unless it is there. Throws an Error with npm's output when it cannot. */
export function installMutator(): void {
  const lock = readFileSync(join(here, "package-lock.json"), "utf8");
  const mark = join(tester, "installed");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  rmSync(tester, { recursive: true, force: true });
  mkdirSync(tester, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(join(here, name), join(tester, name));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", args, { cwd: tester, encoding: "utf8" });
  if (status !== 0) throw new Error(`the mutator could not be installed:\n${stderr}`);
  writeFileSync(mark, lock);
}

/** All mutants of these files of the project. */
export async function instrument(files: readonly string[]): Promise<Instrumentation> {
  const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const input = [...sources].map(([name, content]) => ({ name, content, mutate: true }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const found = v.parse(Instrumented, await (await instrumenter()).instrument(input, options));
  const times = new Map<string, number>();
  const mutants = found.mutants.map(({ id, fileName, mutatorName, replacement, location }) => {
    const text = sources.get(fileName) ?? "";
    const original = text.slice(offsetOf(text, location.start), offsetOf(text, location.end));
    const within = (text.split("\n")[location.start.line] ?? "").trim();
    const content = digestOf(fileName, mutatorName, original, replacement, within);
    const time = (times.get(content) ?? 0) + 1;
    times.set(content, time);
    return {
      id: Number(id),
      file: fileName,
      line: location.start.line + 1,
      mutator: mutatorName,
      original,
      replacement,
      within,
      key: `${content}.${time}`,
    };
  });
  return { mutants, texts: new Map(found.files.map(({ name, content }) => [name, content])) };
}

/** A short digest of texts, for keys. */
export function digestOf(...texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("base64url").slice(0, 16);
}

type Untyped = {
  provideValue(name: string, value: unknown): Untyped;
  injectFunction(value: unknown): {
    instrument(files: unknown, options: unknown): Promise<unknown>;
  };
};

async function instrumenter() {
  const { resolve } = createRequire(join(tester, "package.json"));
  const load = async (name: string): Promise<Record<string, unknown>> =>
    (await import(pathToFileURL(resolve(name)).href)) as Record<string, unknown>;
  const { createInjector } = await load("typed-inject");
  const { createInstrumenter } = await load("@stryker-mutator/instrumenter");
  const silent = new Proxy({}, { get: () => () => false });
  // The mutator has no types here: it is not installed with the project.
  const injector = (createInjector as () => Untyped)().provideValue("logger", silent);
  return injector.injectFunction(createInstrumenter);
}

function offsetOf(text: string, { line, column }: v.InferOutput<typeof Position>): number {
  let start = 0;
  for (let at = 0; at < line; at += 1) start = text.indexOf("\n", start) + 1;
  return start + column;
}
