// Search filters: never fewer entries than ripgrep looks into.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileGlob } from "#base/glob.ts";
import { readFilters } from "#guard/toolcall/search-filter.ts";

test.each<[string | undefined, string | undefined, readonly string[]]>([
  [undefined, undefined, []],
  ["*.ts", undefined, ["*.ts"]],
  ["src/**/*.ts", undefined, ["*.ts"]],
  ["*.{ts,tsx}", undefined, ["*.ts", "*.tsx"]],
  ["*.ts, *.js *.md", undefined, ["*.ts", "*.js", "*.md"]],
  ["*.{ts,tsx} *.md", "py", ["*.ts", "*.tsx", "*.md"]],
  ["!*.ts", undefined, []],
  ["*.ts !a.ts", undefined, []],
  ["src/**", undefined, []],
  ["src", undefined, []],
  ["*", undefined, []],
  ["..", undefined, []],
  ["{a,{b,c}}.ts", undefined, []],
  ["[ab].ts", undefined, []],
  ["*.ts".repeat(200), undefined, []],
  [undefined, "ts", ["*.ts", "*.tsx", "*.cts", "*.mts"]],
  [undefined, "brandnew", []],
  [undefined, "__proto__", []],
])("glob %j and type %j look into %j", (glob, type, filters) => {
  expect(readFilters(glob, type)).toEqual(filters);
});

const names = ["a.ts", "b.tsx", "c.js", ".env", "d.env.ts", "e.md", "f.hpp", "g.py", "h.json"];
const RIPGREP = "rg";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-filter-"));
  mkdirSync(join(folder, "x.ts"));
  for (const name of names) {
    writeFileSync(join(folder, name), "x\n");
    writeFileSync(join(folder, "x.ts", name), "x\n");
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for([
  ["--glob", "*.ts"],
  ["--glob", "*.{ts,tsx}"],
  ["--glob", "x.ts/*.md"],
  ["--type", "ts"],
  ["--type", "cpp"],
  ["--type", "py"],
  ["--type", "json"],
])(
  "ripgrep with %s %s looks into nothing that the filters leave out",
  ([option = "", value = ""], ctx) => {
    const run = spawnSync(RIPGREP, ["-l", "--hidden", "--no-ignore", option, value, "x", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    if (run.error !== undefined) return ctx.skip("rg is not installed");
    const found = run.stdout.split("\n").filter(Boolean);
    expect(found.length).toBeGreaterThan(0);
    const filters =
      option === "--glob" ? readFilters(value, undefined) : readFilters(undefined, value);
    expect(filters.length).toBeGreaterThan(0);
    const tests = filters.map((filter) => compileGlob(filter));
    const missed = found.filter(
      (path) => !tests.some((test) => test(path.slice(path.lastIndexOf("/") + 1))),
    );
    expect(missed).toEqual([]);
    return undefined;
  },
);
