// Which calls make commits and tags that people sign, which look at signatures, and which write settings, through whatever leads to git.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeCommand, makeProject } from "../../judging.ts";

const where = makeProject();
beforeAll(() => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", where.project, ...args], {
      env: { PATH: process.env["PATH"], HOME: where.home, GIT_CONFIG_NOSYSTEM: "1" },
    });
  git("config", "alias.ci", "commit -q");
  git("config", "alias.sh", "!git tag -m x v1");
  writeFileSync(join(where.project, "save.sh"), "#!/bin/sh\ngit add -A\ngit commit -m saved\n");
});
afterAll(() => where.remove());

const settingsOf = async (command: string) =>
  (await judgeCommand(where, command)).gitSettings ?? [];
const usesOf = async (command: string) => (await judgeCommand(where, command)).signatures ?? [];

describe("commits and tags", () => {
  test.each([
    ["git commit -m x", ["commit"]],
    ["git -c core.abbrev=9 -C . commit --amend --no-edit", ["commit"]],
    ["git ci -m x", ["commit"]],
    ["git sh", ["tag", "look"]],
    ["echo a > a && git add a && bash -c 'git commit -qm x'", ["commit"]],
    ["sh save.sh", ["commit"]],
    ["git rebase main", ["commit"]],
    ["git cherry-pick HEAD~1", ["commit"]],
    ["git revert --no-edit HEAD", ["commit"]],
    ["git am < a.patch", ["commit"]],
    ["git commit-tree -S HEAD^{tree}", ["commit"]],
    ["git merge side", ["commit", "look"]],
    ["git pull --rebase", ["commit", "look"]],
    ["git tag -a v1 -m x", ["tag", "look"]],
    ["git commit -m x && git tag -a v1 -m x", ["commit", "tag", "look"]],
    ["xargs -I{} git commit -m {} < a", ["commit"]],
    ["git bisect run git commit -m x", ["commit"]],
  ])("%s", async (command, uses) => {
    expect(await usesOf(command)).toEqual(uses);
  });
});

describe("nothing that is signed", () => {
  test.each([
    ["git log --show-signature", ["look"]],
    ["git verify-commit HEAD", ["look"]],
    ["git status", []],
    ["git config --list", []],
    ["git add -A && git stash", []],
    ["git push", []],
    ["echo git commit -m x", []],
    ["make release", []],
    ["npm test", []],
    ["git commit --help", []],
  ])("%s", async (command, uses) => {
    expect(await usesOf(command)).toEqual(uses);
  });
});

describe("settings that git writes by what it is told", () => {
  test.each([
    ["git commit -m x", []],
    ["git ci -m x && git log && git status", []],
    ["git rebase main", []],
    ["git remote add o https://x.test/a.git", ["repository"]],
    ["git push -u origin main", ["repository"]],
    ["sh -c 'git checkout -b x'", ["repository"]],
    ["git config user.name x", ["repository"]],
    ["git mv a b && git reset --hard", ["modules"]],
    ["npm test", []],
  ])("%s", async (command, whose) => {
    expect(await settingsOf(command)).toEqual(whose);
  });
});
