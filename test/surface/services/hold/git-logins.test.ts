// Logins in git's settings: held calls see others, git works as before, and what they set is still told apart from what was there.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ALLOWED, heldProject, SECRET } from "./held-project.ts";

const project = heldProject();
const { home, place, runs } = project;
const HOME = `[user]\n\tname = Ada\n\temail = ada@example.test\n[url "https://ada:${SECRET}@git.example/"]\n\tinsteadOf = gh:\n[include]\n\tpath = ~/.gitconfig-work\n`;
let config: string;

beforeEach(() => {
  config = readFileSync(place(".git/config"), "utf8");
  const text = `${config}[remote "origin"]\n\turl = https://ada:${SECRET}@git.example/x.git\n[http]\n\textraHeader = Authorization: basic ${SECRET}\n`;
  writeFileSync(place(".git/config"), text);
  writeFileSync(join(home(), ".gitconfig"), HOME);
  writeFileSync(join(home(), ".gitconfig-work"), `[sendemail]\n\tsmtpPass = ${SECRET}\n`);
  return () => writeFileSync(place(".git/config"), config);
});
afterEach(() => {
  expect(readFileSync(join(home(), ".gitconfig"), "utf8")).toBe(HOME);
});

test.each([
  "git config --list --show-origin",
  "git remote -v",
  "git ls-remote --get-url origin; git config --global -l",
  "cat .git/config",
  "git var -l",
  "git checkout -q -b b; git checkout -q main; git branch -d b; cat .git/config",
  `printf 'print(open(".git/"+"config").read())' > x.py; python3 x.py; git config --get-regexp insteadof`,
])("no login is shown by `%s`", async (command) => {
  const done = await runs(command);
  expect(done).toMatchObject(ALLOWED);
  expect(done.said).toMatch(/git\.example|smtp/);
  expect(done.said).not.toContain(SECRET);
});

test("git commits, and code that sets an upstream of a new branch is told of nothing else", async () => {
  expect(await runs("echo a > a.js; git add a.js; git commit -qm a")).toMatchObject(ALLOWED);
  const code = `printf 'import subprocess as s\\ns.run(["git","branch","n"])\\ns.run(["git","branch","-u","main","n"])\\n' > y.py; python3 y.py`;
  expect(await runs(code)).toMatchObject(ALLOWED);
  const upstream = spawnSync("git", ["-C", place("."), "config", "branch.n.merge"]);
  expect(String(upstream.stdout)).toBe("refs/heads/main\n");
  expect(readFileSync(place(".git/config"), "utf8")).toContain(`ada:${SECRET}@`);
});
