// What a call says first counts for what it says next: `A; B` is never milder than `B` alone once `A` was run.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgeCommand, makeProject, settled, type TestProject } from "../../judging.ts";
import { sampled } from "../../sampled.ts";
import { whyNoJail } from "../jail.ts";
import { STATES } from "./states.ts";

/** Looks of one kind are told apart by what they read, so an ordinary run tries each eighth behind a change, and others behind the next. */
const LOOKS_STEP = 8;

describe.each(STATES)("what changes $kind, where git ignores `$ignored`", (state) => {
  const missing = whyNoJail();
  for (const [number, change] of state.changes.entries())
    it(change, async (context) => {
      if (missing !== undefined) context.skip(missing);
      const before = projectWith(state.ignored);
      let after: TestProject | undefined;
      try {
        // A change that is stopped by itself takes nothing with it.
        const { verdict } = await judgeCommand(before, change);
        if (!isRunning(verdict)) return expect(isRunning(verdict)).toBe(false);
        after = projectWith(state.ignored);
        runs(after, change);
        // Nothing but that changes either of them: what was asked of the disk once is known for every look.
        const [still, changed] = [settled(before), settled(after)];
        const milder: string[] = [];
        for (const look of sampled(state.looks, LOOKS_STEP, number)) {
          const both = await judgeCommand(still, `${change}; ${look}`);
          if (!isRunning(both.verdict)) continue;
          const alone = await judgeCommand(changed, look);
          if (!isRunning(alone.verdict)) milder.push(look);
        }
        expect(milder).toEqual([]);
      } finally {
        before.remove();
        after?.remove();
      }
    });
});

function isRunning(verdict: string): boolean {
  return verdict === "allow" || verdict === "abstain";
}

function projectWith(ignored: string): TestProject {
  const project = makeProject();
  writeFileSync(join(project.project, ".gitignore"), ignored);
  writeFileSync(join(project.home, ".gitconfig"), "[user]\n\tname = x\n\temail = x@example.test\n");
  return project;
}

/** Runs a command where nothing but the folders of the project can be changed. */
function runs({ root, project, home }: TestProject, command: string): void {
  spawnSync(
    "/usr/bin/bwrap",
    [
      ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
      ...["--bind", root, root, "--unshare-net", "--unshare-pid", "--die-with-parent"],
      ...["--chdir", project, "--clearenv", "--setenv", "HOME", home],
      ...["--setenv", "PATH", "/usr/bin:/bin", "--", "/bin/bash", "-c", command],
    ],
    { stdio: "ignore", timeout: 20_000 },
  );
}
