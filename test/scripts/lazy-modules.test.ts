// Bundled for the hook, every module of the guard runs when it is asked for, and gives what it gives as it stands.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { LAZY_PRELUDE, lazyModules } from "../../scripts/lazy-modules.ts";
import type { CommandModel } from "#guard/effects/command-model.ts";
import { COMMANDS } from "#guard/effects/commands/index.ts";

const guard = fileURLToPath(new URL("../../src/guard/", import.meta.url));
const commandIndex = "effects/commands/index.ts";
const files = readdirSync(guard, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();
type Exported = Readonly<Record<string, unknown>>;
let modules: Readonly<Record<string, () => Exported>>;

beforeAll(async () => {
  const names = files.map((file) => JSON.stringify(`./${file}`));
  const contents = `provide({${names.map((name) => `${name}: () => require(${name})`).join()}});`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: guard },
    ...{ bundle: true, platform: "node", format: "cjs", minify: true, conditions: ["source"] },
    ...{ write: false, logLevel: "warning", plugins: [lazyModules({})] },
  });
  const program = `(function(require,provide){${LAZY_PRELUDE}${outputFiles[0]?.text ?? ""}})`;
  const run = new Script(program).runInThisContext() as (
    require: unknown,
    provide: (given: typeof modules) => void,
  ) => void;
  run(process.getBuiltinModule, (given) => {
    modules = given;
  });
}, 60_000);

const load = (file: string): Exported => modules[`./${file}`]?.() ?? {};

test("every module runs by itself and exports what its file exports", async () => {
  expect(files.length).toBeGreaterThan(500);
  for (const file of files.filter((name) => name !== commandIndex)) {
    const exported = (await import(join(guard, file))) as Exported;
    expect([file, Object.keys(load(file)).sort()]).toEqual([file, Object.keys(exported).sort()]);
    for (const [name, value] of Object.entries(exported))
      expect([file, name, typeof load(file)[name]]).toEqual([file, name, typeof value]);
  }
});

test("the index finds the model of every name, and nothing by another name", () => {
  const { findCommand } = load(commandIndex) as {
    findCommand: (name: string) => CommandModel | undefined;
  };
  for (const { names } of COMMANDS)
    for (const name of names) expect([name, findCommand(name)?.names]).toEqual([name, names]);
  for (const name of ["", "no-such-program", "constructor", "__proto__"])
    expect(findCommand(name)).toBeUndefined();
});
