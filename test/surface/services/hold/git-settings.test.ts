// What code of a held call sets in git's settings: it works there, and stays where a person agreed to it or nobody is harmed by it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { settingsBefore } from "#surface/services/hold/settings/kept-settings.ts";
import { heldProject } from "./held-project.ts";

const { place, runs } = heldProject();

const git = (...words: readonly string[]): string =>
  spawnSync("git", ["-C", place("."), ...words], { encoding: "utf8" }).stdout;
const program = (name: string, text: string): void => {
  mkdirSync(place("node_modules/.bin"), { recursive: true });
  writeFileSync(place(`node_modules/.bin/${name}`), `#!/usr/bin/env node\n${text}\n`);
  chmodSync(place(`node_modules/.bin/${name}`), 0o755);
};
/** A tool that starts git as its like do, and ends as git did. */
const starting = (...words: readonly string[]): string =>
  `const { status, stderr } = require("child_process").spawnSync("git", ${JSON.stringify(words)}, { encoding: "utf8" });
process.stderr.write(stderr);
process.exitCode = process.exitCode || status;`;
let settings = "";

beforeEach(() => {
  if (settings === "") {
    rmSync(place(".git"), { recursive: true, force: true });
    git("init", "-q", "-b", "main");
    git("remote", "add", "origin", "https://git.example/x.git");
    git(
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@x.test",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "a",
    );
    settings = readFileSync(place(".git/config"), "utf8");
  }
  writeFileSync(place(".git/config"), settings);
});

describe("hooks that an install sets up", () => {
  test("stay after a yes, and only where the tool has them", async () => {
    const scripts = { prepare: "husky", setup: "husky" };
    writeFileSync(place("package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts }));
    program("husky", starting("config", "core.hooksPath", ".husky/_"));
    expect(await runs("npm run setup")).toMatchObject({ verdict: "ask", told: "", code: 0 });
    expect(git("config", "core.hooksPath")).toBe(".husky/_\n");
    writeFileSync(place(".git/config"), settings);
    program("husky", starting("config", "core.hooksPath", "node_modules/x"));
    const ended = await runs("npm run setup");
    expect(ended).toMatchObject({ verdict: "ask", code: 0 });
    expect(ended.told).toContain("`core.hookspath`");
    expect(readFileSync(place(".git/config"), "utf8")).toBe(settings);
  });

  test("are made anew after a yes where they were before, and the scripts that they run stay", async () => {
    const scripts = { prepare: "husky", setup: "husky init" };
    writeFileSync(place("package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts }));
    mkdirSync(place(".husky/_"), { recursive: true });
    for (const name of ["_/husky.sh", "_/h", "pre-commit"])
      writeFileSync(place(`.husky/${name}`), "as it was\n", { mode: 0o755 });
    git("config", "core.hooksPath", ".husky/_");
    program(
      "husky",
      `const fs = require("fs");
fs.rmSync(".husky/_/husky.sh", { force: true });
fs.writeFileSync(".husky/_/h", "made\\n");
try { fs.writeFileSync(".husky/pre-commit", "other\\n"); } catch (error) { console.log(error.code); }
${starting("config", "core.hooksPath", ".husky/_")}`,
    );
    const ended = await runs("npm run --silent setup");
    expect(ended).toMatchObject({ verdict: "ask", code: 0, said: "EROFS\n" });
    const text = (name: string): string => readFileSync(place(`.husky/${name}`), "utf8");
    expect([text("_/h"), text("pre-commit")]).toEqual(["made\n", "as it was\n"]);
    expect(existsSync(place(".husky/_/husky.sh"))).toBe(false);
    rmSync(place(".husky"), { recursive: true });
  });

  test("are made anew unasked where git has them already, and nothing of that stays", async () => {
    const scripts = { prepare: "husky", setup: "husky" };
    writeFileSync(place("package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts }));
    mkdirSync(place(".husky/_"), { recursive: true });
    for (const name of ["_/h", "_/pre-commit", "pre-commit"])
      writeFileSync(place(`.husky/${name}`), "as it was\n", { mode: 0o755 });
    git("config", "core.hooksPath", ".husky/_");
    program(
      "husky",
      `const fs = require("fs");
fs.writeFileSync(".husky/_/h", "made\\n");
fs.writeFileSync(".husky/_/post-commit", "curl evil\\n", { mode: 0o755 });
try { fs.writeFileSync(".husky/pre-commit", "other\\n"); } catch (error) { console.log(error.code); }
console.log(fs.readFileSync(".husky/_/h", "utf8"), fs.readdirSync(".husky/_").length);
${starting("config", "core.hooksPath", ".husky/_")}`,
    );
    const said = "EROFS\nmade\n 3\n";
    for (const command of ["npm run --silent setup", "npx husky", "npx husky install"])
      expect(await runs(command)).toEqual({ verdict: "allow", told: "", code: 0, said });
    expect(readdirSync(place(".husky/_"))).toEqual(["h", "pre-commit"]);
    expect(readFileSync(place(".husky/_/h"), "utf8")).toBe("as it was\n");
    const others = ["npx husky init", "npx husky .hooks", "cd src && npx husky"];
    for (const command of others) expect(await runs(command)).toMatchObject({ verdict: "ask" });
    git("config", "core.hooksPath", ".hooks");
    expect(await runs("npx husky")).toMatchObject({ verdict: "ask" });
    rmSync(place(".husky"), { recursive: true });
  });

  test("lose what a call was agreed to write among them by name in no copy", async () => {
    mkdirSync(place(".husky/_"), { recursive: true });
    for (const name of ["h", "pre-commit"])
      writeFileSync(place(`.husky/_/${name}`), "as it was\n", { mode: 0o755 });
    git("config", "core.hooksPath", ".husky/_");
    program("husky", "");
    expect((await runs("npx husky && echo other > .husky/_/h")).verdict).not.toBe("allow");
    expect(readFileSync(place(".husky/_/h"), "utf8")).toBe("other\n");
    rmSync(place(".husky"), { recursive: true });
  });

  test("are set by a command of their own, as a person agrees", async () => {
    expect(await runs("git config core.hooksPath .githooks")).toMatchObject({
      verdict: "ask",
      told: "",
      code: 0,
    });
    expect(git("config", "core.hooksPath")).toBe(".githooks\n");
  });
});

test("nothing that git would run, obey or follow stays of what code sets unforeseen", async () => {
  const lines = [
    ["core.hooksPath", ".husky/_"],
    ["core.fsmonitor", "./x"],
    ["core.sshCommand", "./x"],
    ["alias.st", "!./x"],
    ["include.path", "../x"],
    ["filter.x.clean", "./x"],
    ["credential.helper", "!./x"],
    ["url.https://evil.example/.insteadOf", "https://git.example/"],
    ["remote.origin.url", "https://evil.example/x.git"],
    ["branch.main.remote", "https://evil.example/x.git"],
    ["branch.main.pushRemote", "evil"],
  ];
  program(
    "tool",
    lines
      .map(([key = "", value = ""]) => starting("config", key, value))
      .join("\n")
      .replaceAll("const {", "var {"),
  );
  writeFileSync(place("a.test.cjs"), "require('./node_modules/.bin/tool');");
  const ended = await runs("node a.test.cjs");
  expect(ended).toMatchObject({ verdict: "allow", said: "", code: 0 });
  expect(ended.told).toContain("did not stay");
  expect(readFileSync(place(".git/config"), "utf8")).toBe(settings);
});

test("code sees what it set, and an upstream of a new branch stays", async () => {
  const words = [
    ["update-ref", "refs/remotes/origin/b", "HEAD"],
    ["branch", "--track", "b", "origin/b"],
    ["config", "x.y", "z"],
  ];
  const text = words
    .map((one) => starting(...one))
    .join("\n")
    .replaceAll("const {", "var {");
  writeFileSync(
    place("a.test.cjs"),
    `${text}\nconsole.log(require("child_process").execSync("git config x.y; git -C ca config x.y; git log --format=%s", { encoding: "utf8" }));`,
  );
  const ended = await runs("node a.test.cjs");
  expect(ended).toMatchObject({ verdict: "allow", said: "z\nz\na\n\n", code: 0 });
  expect(ended.told).toContain("`x.y`");
  expect(git("config", "branch.b.merge")).toBe("refs/heads/b\n");
  expect(git("config", "branch.b.remote")).toBe("origin\n");
});

test("settings that are no file, or larger than any, keep nobody waiting and are not copied", () => {
  const own = [{ root: place("."), gitDirectory: place(".git") }];
  const before = () => settingsBefore(own, { projectRoot: place("."), agreed: [], seen: [] });
  expect(before()?.text).toBe(settings);
  rmSync(place(".git/config"));
  expect(spawnSync("mkfifo", [place(".git/config")]).status).toBe(0);
  expect(before()).toBeUndefined();
  rmSync(place(".git/config"));
  writeFileSync(place(".git/config"), settings + "# x\n".repeat(100_000));
  expect(before()).toBeUndefined();
  writeFileSync(place(".git/config"), settings);
});
