// Refused commands and the form that is named instead: each form is judged here again, on its own.
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import { NPM_FILES, place } from "../guard/effects/locks/npm-project.ts";
import { judgeCommand, makeProject } from "../judging.ts";

const Case = v.strictObject({
  command: v.string(),
  instead: v.nullable(v.string()),
  verdict: v.optional(v.picklist(["allow", "ask", "deny", "abstain"])),
  why: v.optional(v.string()),
});

const project = makeProject();
// `sub` has no lock file.
place(project, NPM_FILES);
leaveUnsaved(project.project);
afterAll(() => project.remove());

/** Changes a file and leaves a branch alone, where no log leads back: git gives nothing back then. */
function leaveUnsaved(directory: string): void {
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", directory, "-c", "user.name=x", "-c", "user.email=x@y", ...args], {
      encoding: "utf8",
    }).trim();
  git("branch", "topic", git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "alone"));
  appendFileSync(join(directory, "pub.txt"), "changed\n");
  rmSync(join(directory, ".git/logs"), { recursive: true });
}

const file = fileURLToPath(new URL("./alternatives.yaml", import.meta.url));
for (const one of v.parse(v.array(Case), parse(readFileSync(file, "utf8")))) {
  it(one.command, async () => {
    const { alternative } = await judgeCommand(project, one.command);
    expect(alternative?.command ?? null).toBe(one.instead);
    if (one.instead === null) return;
    expect(alternative?.verdict).toBe(one.verdict);
    expect((await judgeCommand(project, one.instead)).verdict).toBe(one.verdict);
  });
}
