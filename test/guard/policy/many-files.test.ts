// How many files a pattern means decides nothing: more than the words of a command may become are judged as a few are.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { FIELDS_MAX } from "#base/limits.ts";
import { judgeCommand, makeProject, type TestProject } from "../../judging.ts";

const made: TestProject[] = [];
afterAll(() => {
  for (const one of made) one.remove();
});

function projectOf(files: number): TestProject {
  const project = makeProject();
  made.push(project);
  for (let at = 0; at < files; at += 1) {
    const folder = join(project.project, `parts/p${at % 20}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `f${at}.ts`), "a\n");
  }
  return project;
}
const few = projectOf(40);
const many = projectOf(FIELDS_MAX + 100);

it.each([
  ["sed -i s/a/b/ parts/*/*.ts", "allow"],
  ["wc -l parts/*/*.ts", "allow"],
  ["rm parts/*/?*.ts", "allow"],
  ["cp parts/*/*.ts /tmp/out/", "allow"],
  ["sed -i s/a/b/ .*/*/*", "ask"],
])("%s", async (command, verdict) => {
  const verdicts = [];
  for (const project of [few, many]) verdicts.push((await judgeCommand(project, command)).verdict);
  expect(verdicts).toEqual([verdict, verdict]);
});

it.each(["shopt -s dotglob", "GLOBIGNORE=x"])(
  "a hidden file that a pattern may mean counts: %s",
  async (setting) => {
    const { effects } = await judgeCommand(many, `${setting}; sed -i s/a/b/ */*/*.ts`);
    expect(effects.some(({ kind }) => kind === "tamper")).toBe(true);
  },
);

it("the pattern is told as it was written", async () => {
  const { reasons } = await judgeCommand(many, "sed -i s/a/b/ parts/*/*.ts; sudo ls");
  expect(JSON.stringify(reasons)).not.toContain("[!.]");
});
