// The index of command models: it is what `npm run commands` makes of the files, and holds every model that these export.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { COMMAND_INDEX_FILE, indexText, isIndexStale } from "../../scripts/command-index.ts";
import { COMMANDS } from "#guard/effects/commands/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = "src/guard/effects/commands";
const scratch = mkdtempSync(join(tmpdir(), "sallyport-commands-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it("is what the files say: `npm run commands` writes it", () => {
  expect(isIndexStale(root)).toBe(false);
});

it("is stale where it was changed, and where a file came or went", () => {
  cpSync(join(root, folder), join(scratch, folder), { recursive: true });
  expect(isIndexStale(scratch)).toBe(false);
  const lorem = join(scratch, folder, "lorem-ipsum.ts");
  writeFileSync(lorem, "export const loremIpsum: CommandModel = command({});\n");
  expect(isIndexStale(scratch)).toBe(true);
  rmSync(lorem);
  expect(isIndexStale(scratch)).toBe(false);
  rmSync(join(scratch, folder, "wget.ts"));
  expect(isIndexStale(scratch)).toBe(true);
  cpSync(join(root, folder, "wget.ts"), join(scratch, folder, "wget.ts"));
  writeFileSync(join(scratch, COMMAND_INDEX_FILE), "// other\n");
  expect(isIndexStale(scratch)).toBe(true);
});

it("holds every model that a file exports, each once, and every name has one model", async () => {
  const isModel = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "names" in value && "effects" in value;
  const files = readdirSync(join(root, folder)).filter(
    (file) => file.endsWith(".ts") && file !== "index.ts",
  );
  const exported = await Promise.all(
    files.map(async (file) =>
      Object.values((await import(join(root, folder, file))) as Record<string, unknown>),
    ),
  );
  const models = exported.flat(2).filter(isModel);
  expect(models.length).toBeGreaterThan(400);
  expect(new Set(COMMANDS)).toEqual(new Set(models));
  expect(COMMANDS.length).toBe(models.length);
  const names = COMMANDS.flatMap((model) => model.names);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it("takes models and lists of them by the order of the files, and no other constant or function", () => {
  const text = indexText([
    { name: "b", text: "export const z = command({});\nexport const y: CommandModel = z;\n" },
    { name: "a", text: "export const list: readonly CommandModel[] = [];\n" },
    { name: "a-b", text: "export const A: readonly string[] = [];\nexport function f() {}\n" },
    { name: "c", text: "export const c: Verb = {};\n  export const inner = 1;\n" },
  ]);
  const lines = text.split("\n");
  expect(lines.filter((line) => line.includes('from "./'))).toEqual([
    'import { list } from "./a.ts";',
    'import { y, z } from "./b.ts";',
  ]);
  expect(lines.filter((line) => /^ {2}(?:\.{3})?\w+,$/.test(line))).toEqual([
    "  ...list,",
    "  z,",
    "  y,",
  ]);
});
