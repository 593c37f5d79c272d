// Repositories in what is taken back: put back whole, objects kept, and left alone where somebody worked on in them.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openCopyStore } from "#surface/services/undo/copy-store.ts";
import { readRecords, undoPlaces } from "#surface/services/undo/change-records.ts";
import { planTakeBack, takeBack, type TakeBackPlan } from "#surface/services/undo/take-back.ts";
import { createUndoEngine } from "#surface/services/undo/undo-engine.ts";
import { PLAIN_GIT } from "../../../plain-git.ts";

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function stand(gitBytes = 1024 * 1024) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "undo-")));
  made.push(top);
  const root = join(top, "project");
  mkdirSync(root);
  const sh = (line: string): string => {
    const ran = spawnSync("bash", ["-ec", line], { cwd: root, env: PLAIN_GIT, encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`${line}: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  sh("git init -q -b main . && git config user.name Ada && git config user.email ada@example.test");
  sh("git config gc.auto 0; echo one > a; git add a; git commit -qm one");
  sh("git checkout -qb topic; echo two > b; git add b; git commit -qm two; git checkout -q main");
  const key = Buffer.alloc(32, 7);
  const directory = join(top, "undo");
  const project = { id: "p1", root };
  const bounds = { fileBytes: 1024, projectBytes: 1024 * 1024, gitBytes, entries: 1_000 };
  const engine = createUndoEngine({ directory, key, nowMs: () => Date.now(), bounds });
  const places = undoPlaces(directory, "p1");
  const store = openCopyStore(places.copies, key);
  const call = (callId: string, line: string): void => {
    const answeredMs = Date.now() + 60_000;
    engine.begin({ project, sessionId: "s1", callId, tool: "Bash", answeredMs });
    sh(line);
    engine.end(callId);
  };
  const plan = (callId: string, over: readonly string[] = []): TakeBackPlan => {
    const { records } = readRecords(places, store);
    const chosen = records.filter((one) => one.callId === callId);
    return planTakeBack(chosen, records, { root, store, over: new Set(over) });
  };
  const undo = (callId: string, over: readonly string[] = []) =>
    takeBack(plan(callId, over), { root, store });
  const changed = (): number => readRecords(places, store).records.length;
  return { root, sh, call, plan, undo, changed };
}

describe("a repository", () => {
  it("comes back with branch, log and index after a commit was thrown away", () => {
    const { sh, call, undo, root } = stand();
    sh("echo two >> a; git commit -qam second; echo three >> a; git add a");
    const before = ["HEAD", "logs/HEAD", "index", "refs/heads/main"].map((name) =>
      readFileSync(join(root, ".git", name)),
    );
    call("c1", "git reset -q --hard HEAD~1");
    expect(undo("c1").failed).toEqual([]);
    expect(
      ["HEAD", "logs/HEAD", "index", "refs/heads/main"].map((name) =>
        readFileSync(join(root, ".git", name)),
      ),
    ).toEqual(before);
    expect(readFileSync(join(root, "a"), "utf8")).toBe("one\ntwo\nthree\n");
  });

  it("comes back whole after its folder was deleted", () => {
    const { sh, call, undo } = stand();
    const before = sh("git for-each-ref; git config -l --local");
    call("c1", "rm -rf .git");
    expect(undo("c1").failed).toEqual([]);
    expect(sh("git for-each-ref; git config -l --local")).toBe(before);
    expect(sh("git fsck --full --strict")).toBe("");
  });

  it("has the commits of a branch that is put back, although a later call cleared them away", () => {
    const { sh, call, undo } = stand();
    const tip = sh("git rev-parse topic");
    call("c1", "git branch -D topic");
    call("c2", "git reflog expire --expire=now --all && git gc -q --prune=now");
    expect(() => sh(`git cat-file -e ${tip}`)).toThrow(tip);
    expect(undo("c1").failed).toEqual([]);
    expect(sh("git rev-parse topic && git show topic:b")).toBe(`${tip}\ntwo`);
  });

  it("stays where it is once somebody committed on top, unless it is named", () => {
    const { sh, call, plan, undo } = stand();
    call("c1", "git commit -q --allow-empty -m agent");
    sh("git commit -q --allow-empty -m person");
    const { steps } = plan("c1");
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter(({ obstacle }) => obstacle === undefined)).toEqual([]);
    undo("c1", [".git"]);
    expect(sh("git log --format=%s")).toBe("one");
  });

  it("is not held up by an index that git only wrote anew, nor is that a change", () => {
    const { root, sh, call, plan, changed } = stand();
    call("c1", "git stash -q --include-untracked || true; git branch -D topic");
    writeFileSync(join(root, "a"), "one\n");
    sh("git status");
    expect(plan("c1").steps.every(({ obstacle }) => obstacle === undefined)).toBe(true);
    const count = changed();
    call("c2", "touch -d 2001-01-01 a; git status");
    expect(changed()).toBe(count);
  });

  it("is kept whole or not at all where it is larger than the bound", () => {
    const { call, plan } = stand(64);
    call("c1", "git branch -D topic");
    expect(plan("c1").steps.filter(({ obstacle }) => obstacle === undefined)).toEqual([]);
  });
});
