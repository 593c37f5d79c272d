// As it is built, every module of the guard runs when it is asked for, and gives what its file exports.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { ownModule } from "../../scripts/lazy-modules.ts";
import type { CommandModel } from "#guard/effects/model/command-model.ts";
import { COMMANDS, findCommand as findInSources } from "#guard/effects/commands/index.ts";
import { DETECTORS, keywordsOfDetectors } from "#guard/content/detectors/index.ts";
import type { Detector } from "#guard/content/detection/detector.ts";
import { openParts } from "#surface/foundation/product/parts.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const guard = join(root, "src/guard/");
const commandIndex = "effects/commands/index.ts";
const detectorIndex = "content/detectors/index.ts";
/** Made by the build, each in its own form. */
const made = [commandIndex, detectorIndex];
const files = readdirSync(guard, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();
type Exported = Readonly<Record<string, unknown>>;
let load: (file: string) => Exported;
const folder = mkdtempSync(join(tmpdir(), "sallyport-bundle-"));
const dist = join(folder, "dist");

beforeAll(async () => {
  const { built, modules } = await bundle(dist);
  const parts = openParts({ built, dist: `${dist}/`, role: "command", compiled: undefined });
  parts.load(built.parts.map(({ name }) => name));
  const ids = Object.values(modules).flat();
  load = (file) => parts.need(ids.indexOf(`guard/${file.slice(0, -3)}`)) as Exported;
});
afterAll(() => rmSync(folder, { recursive: true }));

test("every module runs by itself and exports what its file exports", async () => {
  expect(files.length).toBeGreaterThan(500);
  for (const file of files.filter((name) => !made.includes(name))) {
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
  for (const name of ["", "no-such-program", "no-such-program.exe", "constructor", "__proto__"])
    expect(findCommand(name)).toBeUndefined();
  for (const name of ["git.exe", "Cat.EXE", "powershell.exe"]) {
    expect(findCommand(name)?.names).toEqual(findInSources(name)?.names);
    expect(findCommand(name)).toBeDefined();
  }
});

test("the detectors are the same, and so is the table of their keywords", () => {
  const late = load(detectorIndex) as {
    DETECTORS: readonly Detector[];
    keywordsOfDetectors: typeof keywordsOfDetectors;
  };
  expect(late.DETECTORS.length).toBe(DETECTORS.length);
  for (const [place, detector] of DETECTORS.entries()) {
    const other = late.DETECTORS[place];
    const same = Object.keys(detector).map((name) => [name, other?.[name as keyof Detector]]);
    expect(JSON.stringify(Object.fromEntries(same))).toEqual(JSON.stringify(detector));
  }
  expect(late.keywordsOfDetectors()).toEqual(keywordsOfDetectors());
  const key = `ghp_${"a1B2".repeat(9)}`;
  const hits = (all: readonly Detector[]) =>
    all.map((one) => {
      const file = { kind: "other" } as never;
      const tables = { hasInserts: () => false, hasCopies: () => false };
      return [...one.find(key, { text: key, start: 0, isFirst: true, file, tables })];
    });
  expect(hits(late.DETECTORS)).toEqual(hits(DETECTORS));
});

test("a decide reads four parts and no more", () => {
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "data"), join(folder, "data"));
  const left = ["base.cjs", "decide.cjs", "front.cjs", "judge.cjs"];
  for (const name of readdirSync(join(dist, "parts")))
    if (!left.includes(name)) rmSync(join(dist, "parts", name));
  const payload = {
    session_id: "s",
    cwd: folder,
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command: "git status && cat a.txt" },
  };
  const words = [join(dist, "surface/cli/main.js"), "decide", "--jsonl"];
  for (const facts of [["--facts", "none"], []]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...words, ...facts], {
      input: `${JSON.stringify(payload)}\n`,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: folder },
    });
    expect([status, stderr.includes("damaged")], stderr).toEqual([0, false]);
    expect(JSON.parse(stdout)).toMatchObject({ decision: "allow" });
  }
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

test("a module may have names of any kind, but not those that its function is given", async () => {
  const options = { define: {}, outside: [] };
  const source = `import { a } from "./b.ts";
    function give(): void {}
    const need = 1;
    export const c = () => [a, give, need];`;
  const { text } = await ownModule("guard/x", options, source);
  const given: (() => { c?: () => readonly unknown[] })[] = [];
  const run = compileFunction(`return ${text(() => 7)}`)() as (
    need: (number: number) => unknown,
    give: (plain: (typeof given)[number]) => void,
  ) => void;
  run(
    (number) => ({ a: number }),
    (plain) => given.push(plain),
  );
  const [a, give, need] = given[0]?.().c?.() ?? [];
  expect([a, typeof give, need]).toEqual([7, "function", 1]);
  for (const line of ["function moduleGive() {}", "const moduleNeed = 1;", "let moduleAddress;"])
    await expect(ownModule("guard/x", options, `${line} export const d = 1;`)).rejects.toThrow(
      "a name of the build",
    );
});
