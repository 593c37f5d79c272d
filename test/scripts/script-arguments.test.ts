// The arguments of the scripts of `package.json`: each says how it is called, and ends in words where it is called otherwise.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readArguments, usageIn } from "../../scripts/script-arguments.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
/** Scripts of ours, by name, with their commands. */
const OURS = Object.entries(scripts).flatMap(([name, command]) => {
  const [file] = /(?:scripts|test)\/\S+\.ts/.exec(command) ?? [];
  return file === undefined ? [] : [{ name, command, file }];
});
const USAGE = "usage: npm run things -- [--count N]\ncounts things.\n";
const CONFIG = {
  options: { count: { type: "string", default: "1" }, all: { type: "boolean" } },
} as const;

describe("the arguments of a script", () => {
  it("are read with their defaults", () => {
    const read = readArguments(USAGE, CONFIG, ["--all"]);
    expect(read).toMatchObject({ kind: "read", parsed: { values: { count: "1", all: true } } });
  });
  it.each([[["--help"]], [["-h"]], [["--all", "--help"]]])("%j ask for help", (words) => {
    expect(readArguments(USAGE, CONFIG, words)).toEqual({ kind: "help", text: USAGE });
  });
  it.each([[["--none"]], [["a-word"]], [["--count"]], [["--all=1"]]])("%j are wrong", (words) => {
    const read = readArguments(USAGE, CONFIG, words);
    expect(read).toMatchObject({ kind: "wrong", text: expect.stringContaining(USAGE) });
  });
  it("take their usage from line 1", () => {
    const line = "// `npm run things -- [--count N]`: counts things.";
    expect(usageIn(`${line}\nimport x;\n`)).toBe(USAGE);
    expect(() => usageIn("// Counts things, and says how many there are.\n")).toThrow("line 1");
  });
});

describe("the scripts of package.json", () => {
  it("are seen", () => {
    expect(OURS.length).toBeGreaterThan(20);
  });
  it.each(OURS)("$name reads its arguments in the one way, and says how it is called", (one) => {
    const text = readFileSync(join(root, one.file), "utf8");
    expect(text).toMatch(/\bscriptArguments\(\s*import\.meta\.url,/);
    expect(text).not.toMatch(/\bparseArgs\b|throw new Error\([`"]usage/);
    const named = one.name === "check" ? "test" : one.name;
    expect(usageIn(text)).toMatch(new RegExp(`^usage: npm (?:run )?${named}(?= |\\n)`));
  });
  it.each(["rooms", "mutation"])(
    "%s ends with 0 and its usage, or with 2 and what is wrong",
    (name) => {
      const [, ...words] = (scripts[name] ?? "").split(" ");
      const run = (argument: string) =>
        spawnSync(process.execPath, ["node_modules/tsx/dist/cli.mjs", ...words, argument], {
          cwd: root,
          encoding: "utf8",
        });
      const help = run("--help");
      expect([help.status, help.stderr]).toEqual([0, ""]);
      expect(help.stdout).toContain(`usage: npm run ${name} `);
      const wrong = run("--no-such-option");
      expect([wrong.status, wrong.stdout]).toEqual([2, ""]);
      expect(wrong.stderr).toMatch(/--no-such-option.*\n(?:.*\n)*usage: npm run /);
      expect(wrong.stderr).not.toContain("    at ");
    },
  );
});
