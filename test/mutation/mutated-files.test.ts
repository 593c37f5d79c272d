// What is changed, and what the page of changes speaks of, are files that there are.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./instrument.ts";
import { mutatedFiles } from "./mutated-files.ts";

const gone = (paths: readonly string[]) => paths.filter((path) => !existsSync(join(root, path)));

it("changes files that there are, of every folder of the evaluator, each once", () => {
  const files = mutatedFiles();
  expect(gone(files)).toEqual([]);
  expect(new Set(files).size).toBe(files.length);
  for (const folder of ["shell/builtins", "shell/expansion", "shell/values", "effects/call"])
    expect(files.some((file) => file.startsWith(`src/guard/${folder}/`))).toBe(true);
});

it("the page names files that there are", () => {
  const page = readFileSync(join(root, "docs/reference/mutation.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(src\/[^`]+)` \|/gm)].map(([, path = ""]) => path);
  const lines = [...page.matchAll(/^- `([^`:]+):\d+`/gm)].map(
    ([, path = ""]) => `src/guard/${path}`,
  );
  expect(rows.length).toBeGreaterThan(50);
  expect(lines.length).toBeGreaterThan(50);
  expect(gone([...rows, ...lines])).toEqual([]);
});
