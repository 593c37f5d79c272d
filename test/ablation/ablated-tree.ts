// The files as they are in a folder of their own, with one thing switched off, and people's commands judged there.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "#guard/effects/commands/index.ts";
import type { CommandModel } from "#guard/effects/model/command-model.ts";
import type { Ablation } from "./ablations.ts";
import type { JudgedLine } from "./verdicts.ts";
import { modelNames } from "../../scripts/command-index.ts";
import { runProgram } from "../run-program.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const GUARD = "src/guard";
const COPIED = [
  "src",
  "test",
  "data",
  "scripts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const INDEX = "effects/commands/index.ts";

/**
 * What a judged tree gives: the commands that a pattern finds, or all of them and then, where each model was taken out, those
 * in which it ran.
 */
export async function judgeTree(
  edits: Ablation["edits"],
  wanted: RegExp | "--models",
): Promise<readonly JudgedLine[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ablation-")));
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(realpathSync(join(ROOT, "node_modules")), join(folder, "node_modules"));
    for (const { file, find, replacement } of edits) {
      const path = join(folder, GUARD, file);
      const text = readFileSync(path, "utf8");
      const parts = text.split(find);
      if (parts.length !== 2)
        throw new Error(`\`${find}\` stands ${parts.length - 1} times in ${file}`);
      writeFileSync(path, parts.join(replacement));
    }
    const out = join(folder, "judged.jsonl");
    const program = "test/ablation/measure-tree.ts";
    const args = ["-C", "source", "--import", "./scripts/plain-sources.mjs", program, out];
    const source = typeof wanted === "string" ? wanted : wanted.source;
    await runProgram(process.execPath, [...args, source], folder);
    return readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as JudgedLine);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts the map of the models in the open, so that one can be taken out. */
export const OPEN_INDEX: Ablation["edits"] = [
  {
    file: INDEX,
    find: "const BY_NAME: ReadonlyMap<",
    replacement: "export const BY_NAME: ReadonlyMap<",
  },
];

/** Lines of the sources of a thing; a folder stands for all of its files. */
export function linesIn(files: readonly string[]): number {
  return files
    .map((file) => {
      const path = join(ROOT, GUARD, file);
      const paths = statSync(path).isDirectory()
        ? readdirSync(path).map((name) => join(path, name))
        : [path];
      return paths
        .filter((one) => one.endsWith(".ts"))
        .reduce((sum, one) => sum + readFileSync(one, "utf8").split("\n").length - 1, 0);
    })
    .reduce((sum, count) => sum + count, 0);
}

/** A file of models, with the first name of each. */
export type ModelFile = { readonly file: string; readonly names: readonly string[] };

/** All files of models. */
export async function modelFiles(): Promise<readonly ModelFile[]> {
  const folder = new URL("../../src/guard/effects/commands/", import.meta.url);
  const models = new Set<unknown>(COMMANDS);
  const found: ModelFile[] = [];
  for (const name of modelNames(ROOT)) {
    const exported = Object.values(
      (await import(new URL(`${name}.ts`, folder).href)) as object,
    ).flat();
    const own = exported.filter((one): one is CommandModel => models.has(one));
    const names = own.map(({ names: [first = ""] }) => first);
    found.push({ file: `effects/commands/${name}.ts`, names });
  }
  return found;
}
