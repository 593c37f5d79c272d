// As it is built, every module of the guard runs when it is asked for, and gives what its file exports.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { ownModule } from "../../scripts/lazy-modules.ts";
import type { CommandModel } from "#guard/effects/command-model.ts";
import { COMMANDS } from "#guard/effects/commands/index.ts";
import { openParts } from "#surface/program/parts.ts";

const guard = fileURLToPath(new URL("../../src/guard/", import.meta.url));
const commandIndex = "effects/commands/index.ts";
const files = readdirSync(guard, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();
type Exported = Readonly<Record<string, unknown>>;
let load: (file: string) => Exported;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bundle-"));
  const { built, modules } = await bundle(folder);
  const parts = openParts({ built, dist: `${folder}/`, role: "command", compiled: undefined });
  parts.load(built.parts.map(({ name }) => name));
  rmSync(folder, { recursive: true });
  const ids = Object.values(modules).flat();
  load = (file) => parts.need(ids.indexOf(`guard/${file.slice(0, -3)}`)) as Exported;
}, 60_000);

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

test("a module that imports in a way that is not known fails the build", async () => {
  const options = { define: {}, outside: [] };
  await expect(ownModule("guard/x", options, 'export * from "./guard.ts";')).rejects.toThrow(
    "`guard/x`",
  );
  const known = await ownModule(
    "guard/x",
    options,
    'import { a } from "./y/b.ts"; export const c = () => a;',
  );
  expect(known.needs).toEqual([{ kind: "own", name: "guard/y/b", isLater: false }]);
});
