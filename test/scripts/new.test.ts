// What `npm run new` writes: files in their places, registered in order, and a repository that passes its checks with them.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryFiles, repositoryRoot } from "../../scripts/checks/repository-files.ts";
import { planPart } from "../../scripts/new.ts";

let copy = "";

beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-new-")));
  for (const { path } of repositoryFiles()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(repositoryRoot, path), join(copy, path));
  }
  symlinkSync(join(repositoryRoot, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const inCopy = (args: readonly string[]) =>
  spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: "utf8",
    timeout: 170_000,
    // WHY: the runner of this test may have asked for colours, and words are looked for in what is printed.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" },
  });
const written = (kind: string, id: string) => {
  const part = planPart(kind, id, copy);
  if (part.kind === "refused") throw new Error(part.why);
  return new Map(part.files.map(({ path, text }) => [path, text]));
};
const refusal = (kind: string, id: string) => {
  const part = planPart(kind, id, copy);
  return part.kind === "refused" ? part.why : "";
};
const index = "src/guard/effects/commands/index.ts";

describe("a command model", () => {
  it("is registered where its file stands in the alphabet, first, between and last", () => {
    const before = readFileSync(join(copy, index), "utf8");
    const around = (id: string) => {
      const after = written("command", id).get(index) ?? "";
      expect(after.length).toBeGreaterThan(before.length);
      return after.split("\n").filter((line, at, lines) => {
        const isNew = (one: string | undefined) => one?.includes(`"./${id}.ts"`) === true;
        return isNew(lines[at - 1]) || isNew(lines[at + 1]);
      });
    };
    expect(around("aaa")).toEqual([
      'import type { CommandModel } from "../command-model.ts";',
      'import { apt } from "./apt.ts";',
    ]);
    expect(around("zzz")).toEqual(['import { zstd } from "./zstd.ts";', ""]);
    const [above, below] = around("lorem-ipsum");
    const fileOf = (line = "") => /"\.\/(.+)\.ts"/.exec(line)?.[1] ?? "";
    expect(fileOf(above) < "lorem-ipsum" && "lorem-ipsum" < fileOf(below)).toBe(true);
  });
  it.each([
    ["rm", "exists"],
    ["egrep", "modelled already, with `grep`"],
    ["Rm", "kebab-case"],
    ["../x", "kebab-case"],
    ["a".repeat(33), "kebab-case"],
    ["import", "word of the language"],
    ["command", "word of the language"],
  ])("%s is refused: %s", (id, why) => {
    expect(refusal("command", id)).toContain(why);
  });
});

describe("other kinds", () => {
  it("one that nobody knows is refused with the kinds there are", () => {
    expect(refusal("widget", "x")).toContain("command, detector, detection, control, exporter");
  });
  it("one without a home says which folder is missing, one with a home sends to it", () => {
    const home = "src/record/export";
    rmSync(join(copy, home), { recursive: true, force: true });
    expect(refusal("exporter", "x")).toContain(`has no \`${home}\``);
    mkdirSync(join(copy, home));
    expect(refusal("exporter", "x")).toContain(`a neighbour in \`${home}\``);
    rmSync(join(copy, home), { recursive: true });
  });
});

it("passes every static check and its own corpus as it is written, and may not be written twice", () => {
  const made = inCopy([
    join(repositoryRoot, "node_modules/tsx/dist/cli.mjs"),
    ...["-C", "source", "scripts/new.ts", "command", "lorem-ipsum"],
  ]);
  expect(made.stderr).toBe("");
  expect(made.stdout).toContain("wrote test/corpus/commands/lorem-ipsum.yaml");
  expect(refusal("command", "lorem-ipsum")).toContain("exists");
  const bin = (path: string) => join(repositoryRoot, "node_modules", path);
  const own = ["src/guard/effects/commands", "test/corpus"];
  const checks: readonly (readonly string[])[] = [
    [bin("typescript/bin/tsc"), "-p", "tsconfig.json", "--noEmit"],
    [bin("oxlint/bin/oxlint"), "--deny-warnings", ...own],
    [bin("@biomejs/biome/bin/biome"), "check", ...own],
    [
      bin("vitest/vitest.mjs"),
      ...["run", "test/corpus", "test/tidy.test.ts"],
      ...["--reporter=verbose", "-t", "lorem-ipsum|has a corpus|the repository"],
    ],
  ];
  let last = "";
  for (const check of checks) {
    const { status, stdout, stderr } = inCopy(check);
    expect(status, `${stdout}${stderr}`).toBe(0);
    last = stdout;
  }
  expect(last).toContain("commands/lorem-ipsum.yaml > allow.help");
  expect(last).toContain("commands/lorem-ipsum.yaml > ask.plain");
}, 180_000);
