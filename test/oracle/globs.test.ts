// bash as the judge of globs: each name that it finds for a pattern is one that the pattern matches here.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { compileGlob, hasMagic } from "#base/glob.ts";

const BASH = "/bin/bash";
const NAMES = [
  ...[".env", "env", "aenv", "e", ".e", "E", "n.v", "a-b", "a]", "[a]", ".["],
  ...["[", "]", "^", "!", "-", "=", ":", "*", "?", "\\x"],
];
/** What patterns are put together of: signs of classes above all, well placed or not. */
const PARTS = [
  ...[".", "e", "n", "v", "a", "E", "env", "*", "?", "!", "^", ":", "=", "-", "\\", "[", "]", "]"],
  ...["[!", "[^", "[a-", "[[:alpha:]", "[:punct:]", "[[:", ":]]", "[!.]", "[\\]"],
  ...["[[=e=]", "[[=x=]", "=]]", "[[.e.]", "[[.-.]", ".]]", "-[", "a-z"],
];
const PATTERNS = 3_000;

const directory = mkdtempSync(join(tmpdir(), "sallyport-globs-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("bash finds nothing that a glob does not match", (context) => {
  if (!existsSync(BASH)) context.skip("bash is not installed");
  for (const name of NAMES) writeFileSync(join(directory, name), "");
  const made = fc.sample(fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 6 }), {
    numRuns: PATTERNS,
    seed: 5,
  });
  const patterns = [...new Set(made.map((parts) => parts.join("")))].filter(hasMagic);
  expect(patterns.length).toBeGreaterThan(1_000);
  const script = `shopt -s nullglob; export LC_ALL=C.UTF-8; IFS=
while IFS= read -r pattern; do set -- $pattern; printf '%s\\0' "$@"; printf '\\n\\0'; done`;
  const output = execFileSync(BASH, ["--norc", "-c", script], {
    cwd: directory,
    input: `${patterns.join("\n")}\n`,
    encoding: "utf8",
  });
  const found = output.split("\n\0").map((row) => row.split("\0").filter((name) => name !== ""));
  const pairs = patterns.flatMap((pattern, at) =>
    // What is found for a text that is no pattern after all is the text itself.
    (found[at] ?? []).flatMap((name) => (NAMES.includes(name) ? [[pattern, name] as const] : [])),
  );
  expect(pairs.length).toBeGreaterThan(300);
  expect(pairs.filter(([pattern, name]) => !compileGlob(pattern)(name))).toEqual([]);
});
