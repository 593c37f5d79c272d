// Hooks of git with real git: what is stopped, what goes through, and that everything is again as it was.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  carryOut,
  planInstall,
  planRemove,
  type WantedHooks,
} from "../../../../src/surface/services/git-hooks/change-hooks.ts";
import { tryHook } from "../../../../src/surface/services/git-hooks/canary.ts";
import {
  GIT_HOOKS,
  type GitHookName,
} from "../../../../src/surface/services/git-hooks/hook-block.ts";
import { hookPlace } from "../../../../src/surface/services/git-hooks/hook-place.ts";
import { accessKey, type Repository, repositoryAt, scratch } from "../scan/repositories.ts";
import { PROGRAM } from "../../../program.ts";

const launch = [process.execPath, ...PROGRAM];
let root = "";
beforeAll(() => {
  root = scratch("git-hooks");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fresh = (name: string): Repository => repositoryAt(join(root, name));
const placeOf = ({ root: directory, environment }: Repository) =>
  hookPlace({ directory, environment });
async function install(repository: Repository, wanted: WantedHooks) {
  const plan = planInstall(await placeOf(repository), wanted, launch);
  carryOut(plan);
  return plan;
}
async function remove(repository: Repository) {
  const plan = planRemove(await placeOf(repository));
  carryOut(plan);
  return plan;
}
/** Git with its hooks; `PATH` of the environment may have a `sallyport` in front. */
function git(repository: Repository, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync("git", args, {
    cwd: repository.root,
    env: repository.environment,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, told: `${stdout}${stderr}` };
}
function hook(repository: Repository, name: string, text: string): string {
  const path = join(repository.root, ".git/hooks", name);
  mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}
const all: WantedHooks = { "pre-commit": [], "commit-msg": [], "pre-push": [] };

describe("pre-commit", () => {
  it("stops a commit that adds a secret, names the place and not the value, and lets the rest through", async () => {
    const repository = fresh("stops");
    repository.put("old.txt", `${accessKey()}\n`);
    repository.commit("one");
    await install(repository, { "pre-commit": [] });
    repository.put("a b\nc.txt", `x\n${accessKey(1)}\n`);
    repository.git("add", "-A");
    const stopped = git(repository, "commit", "-qm", "two");
    expect(stopped.status).toBe(1);
    expect(stopped.told).toContain("high  the id of an AWS access key [aws-access-key-id]");
    expect(stopped.told).toContain("  a b\\u{a}c.txt:2:1\n");
    expect(stopped.told).not.toMatch(/AKIA/);
    // What was there, what is taken away, what is renamed and what is not staged stops nothing.
    repository.git("reset", "-q");
    repository.git("mv", "old.txt", "new name.txt");
    repository.put("bytes.bin", Buffer.from([0, 1, 2, 255]));
    repository.git("add", "bytes.bin");
    const passed = git(repository, "commit", "-qm", "two");
    expect(passed).toEqual({ status: 0, told: "" });
  });
  it("looks at what `commit -a` and `commit FILE` take, which is another index", async () => {
    const repository = fresh("partial");
    repository.put("a.txt", "a\n");
    repository.put("b.txt", "b\n");
    repository.commit("one");
    await install(repository, { "pre-commit": [] });
    repository.put("a.txt", accessKey());
    repository.put("b.txt", "b two\n");
    expect(git(repository, "commit", "-qm", "two", "b.txt").status).toBe(0);
    expect(git(repository, "commit", "-qam", "three").status).toBe(1);
    expect(git(repository, "commit", "-qm", "three", "a.txt").status).toBe(1);
  });
  it("works in a worktree, in a folder below the top, and for the first commit", async () => {
    const repository = fresh("worktrees");
    await install(repository, { "pre-commit": [] });
    repository.put("a.txt", accessKey());
    repository.git("add", "-A");
    expect(git(repository, "commit", "-qm", "first").status).toBe(1);
    repository.put("a.txt", "clean\n");
    repository.git("add", "-A");
    expect(git(repository, "commit", "-qm", "first").status).toBe(0);
    repository.git("worktree", "add", "-q", "-b", "other", "../worktree of it");
    const worktree = repositoryAt(join(root, "worktree of it"), { init: false });
    expect(await placeOf(worktree)).toMatchObject({
      kind: "own",
      directory: join(repository.root, ".git/hooks"),
    });
    worktree.put("sub/b.txt", accessKey());
    worktree.git("add", "-A");
    const below = spawnSync("git", ["commit", "-qm", "two"], {
      cwd: join(worktree.root, "sub"),
      env: worktree.environment,
      encoding: "utf8",
    });
    expect(below.status).toBe(1);
    expect(below.stderr).toContain("sub/b.txt:1:1");
  });
  it("stops git with a word when the program is gone", async () => {
    const repository = fresh("gone");
    const plan = planInstall(await placeOf(repository), { "pre-commit": [] }, ["/no/such/program"]);
    carryOut(plan);
    const stopped = git(repository, "commit", "-q", "--allow-empty", "-m", "one");
    expect(stopped).toMatchObject({ status: 1, told: /not at its place: .* remove \.git\/hooks/ });
  });
});

describe("a hook that was there before", () => {
  const noting = (file: string, code: number) =>
    `#!/bin/sh\n{ printf '%s|' "$@"; cat; } >> '${file}'\nexit ${code}\n`;
  it("runs first, with the same arguments and input, and its exit code is git's answer", async () => {
    const remote = join(root, "chained.git");
    const repository = fresh("chained");
    repository.git("init", "-q", "--bare", remote);
    repository.git("remote", "add", "origin", remote);
    const notes = join(root, "chained.txt");
    const id = repository.commit("one");
    hook(repository, "pre-push", noting(notes, 0));
    await install(repository, { "pre-push": [] });
    expect(git(repository, "push", "-q", "origin", "main").status).toBe(0);
    const zeros = "0".repeat(40);
    expect(readFileSync(notes, "utf8")).toBe(
      `origin|${remote}|refs/heads/main ${id} refs/heads/main ${zeros}\n`,
    );
    writeFileSync(join(repository.root, ".git/hooks/pre-push.before-sallyport"), noting(notes, 7));
    repository.commit("two");
    expect(git(repository, "push", "-q", "origin", "main").status).toBe(1);
    expect(readFileSync(notes, "utf8").match(/origin\|/g)).toHaveLength(2);
  });
  it("is back byte for byte, with its rights, as a link where it was one, also after installing twice", async () => {
    const repository = fresh("restored");
    const text = "#!/bin/sh\r\n# ünï \t without a last line end";
    const path = hook(repository, "pre-commit", text);
    chmodSync(path, 0o750);
    writeFileSync(join(repository.root, ".git/hooks/real-push"), "#!/bin/sh\nexit 0\n");
    symlinkSync("real-push", join(repository.root, ".git/hooks/pre-push"));
    const listed = () => readdirSync(join(repository.root, ".git/hooks")).toSorted();
    const before = listed();
    const plan = await install(repository, all);
    expect(plan.diff).toContain(
      "rename .git/hooks/pre-commit to .git/hooks/pre-commit.before-sallyport",
    );
    expect((await install(repository, all)).steps).toEqual([]);
    await install(repository, { ...all, "pre-push": ["--protect", "main"] });
    await remove(repository);
    expect(listed()).toEqual(before);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(lstatSync(path).mode & 0o777).toBe(0o750);
    expect(lstatSync(join(repository.root, ".git/hooks/pre-push")).isSymbolicLink()).toBe(true);
    expect((await remove(repository)).steps).toEqual([]);
  });
  it("that was not executable does not run, as before", async () => {
    const repository = fresh("dormant");
    const mark = join(root, "dormant.txt");
    chmodSync(hook(repository, "pre-commit", noting(mark, 1)), 0o644);
    const { notes } = await install(repository, { "pre-commit": [] });
    expect(notes.join()).toContain("not executable");
    expect(git(repository, "commit", "-q", "--allow-empty", "-m", "one").status).toBe(0);
    expect(existsSync(mark)).toBe(false);
  });
  it("of another program over ours is kept, and said", async () => {
    const repository = fresh("replaced");
    hook(repository, "pre-commit", "#!/bin/sh\n# first\n");
    await install(repository, { "pre-commit": [] });
    hook(repository, "pre-commit", "#!/bin/sh\n# of another program\n");
    const { steps, notes } = await remove(repository);
    expect(steps).toEqual([]);
    expect(notes.join()).toContain("another program replaced our pre-commit hook");
    await expect(install(repository, { "pre-commit": [] })).rejects.toThrow(/is there already/);
  });
});

/** A `sallyport` in a folder, as an installed one, or one that does `body`. */
function programIn(bin: string, body?: string): string {
  mkdirSync(bin, { recursive: true });
  const words = launch.map((word) => `'${word}'`).join(" ");
  const text = `#!/bin/sh\n${body ?? `exec ${words} "$@"`}\n`;
  writeFileSync(join(bin, "sallyport"), text, { mode: 0o755 });
  return bin;
}
/** The same in front of the path. */
function withProgram(repository: Repository): Repository {
  const bin = programIn(join(root, "bin"));
  repository.environment["PATH"] = `${bin}:${process.env["PATH"]}`;
  return repository;
}

describe("a hook that is tried with a made-up key", () => {
  const tried = async (repository: Repository, name: GitHookName = "pre-commit") => {
    const { environment } = repository;
    const answer = await tryHook(await placeOf(repository), name, { launch, environment });
    return answer.scans ? "scans" : answer.why;
  };
  const shared = async (name: string): Promise<Repository> => {
    const repository = withProgram(fresh(name));
    repository.git("config", "core.hooksPath", "hooks");
    await install(repository, all);
    return repository;
  };
  const short = "/usr/bin:/bin";

  it("scans where it is ours as a whole, with the hook before it left alone", async () => {
    const repository = fresh("tried-own");
    hook(repository, "pre-commit", "#!/bin/sh\ntouch ran-before\n");
    await install(repository, { ...all, "pre-push": ["--protect", "*"] });
    for (const name of GIT_HOOKS)
      expect([name, await tried(repository, name)]).toEqual([name, "scans"]);
    expect(existsSync(join(repository.root, "ran-before"))).toBe(false);
  });
  it("scans where it is part of the repository, and without a path by the place of an installation", async () => {
    const repository = await shared("tried-shared");
    for (const name of GIT_HOOKS)
      expect([name, await tried(repository, name)]).toEqual([name, "scans"]);
    repository.environment["PATH"] = short;
    expect(await tried(repository)).toContain("it finds no `sallyport`");
    repository.environment["SALLYPORT_HOME"] = join(root, "tried-home");
    programIn(join(root, "tried-home", "bin"));
    expect(await tried(repository)).toBe("scans");
  });
  it("is told where it lets everything through, fails, or is not reached", async () => {
    const repository = await shared("tried-broken");
    const bin = join(root, "tried-idle");
    repository.environment["PATH"] = `${programIn(bin, "exit 0")}:${short}`;
    expect(await tried(repository)).toContain("a made-up key went through");
    programIn(bin, "exit 3");
    expect(await tried(repository)).toContain("exit code 3");
    const path = join(repository.root, "hooks/pre-commit");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace("\n", "\nexit 0\n"));
    expect(await tried(repository)).toContain("other lines stand before ours");
    writeFileSync(path, text.replace("|| exit $?", "|| true"));
    expect(await tried(repository)).toContain("not those that `install` writes");
  });
  it("is told where husky does not run it", async () => {
    const repository = withProgram(fresh("tried-husky"));
    repository.put(".husky/_/h", "");
    repository.git("config", "core.hooksPath", ".husky/_");
    await install(repository, { "pre-commit": [] });
    expect(await tried(repository)).toContain("run `npx husky`");
    chmodSync(repository.put(".husky/_/pre-commit", "#!/bin/sh\n"), 0o755);
    expect(await tried(repository)).toBe("scans");
    repository.environment["HUSKY"] = "0";
    expect(await tried(repository)).toContain("`HUSKY=0`");
  });
  it("is not run where it starts another program", async () => {
    const repository = fresh("tried-other");
    await install(repository, { "pre-commit": [] });
    const path = join(repository.root, ".git/hooks/pre-commit");
    const other = join(programIn(join(root, "tried-other-bin"), "touch ran; exit 1"), "sallyport");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(process.execPath, other));
    expect(await tried(repository)).toContain("another program");
    expect(existsSync(join(repository.root, "ran"))).toBe(false);
  });
});

describe("hooks that are part of the repository", () => {
  it("of husky get lines of ours, run, and lose them again", async () => {
    const repository = withProgram(fresh("husky"));
    // What husky 9 does: git is led to files that run the ones beside them.
    const runner = '#!/usr/bin/env sh\nsh -e "$(dirname "$0")/../$(basename "$0")" "$@"\n';
    repository.put(".husky/_/pre-commit", runner);
    repository.put(".husky/_/pre-push", runner);
    const text = "echo from husky\n";
    repository.put(".husky/pre-commit", text);
    for (const name of ["pre-commit", "pre-push"]) {
      chmodSync(join(repository.root, ".husky/_", name), 0o755);
    }
    repository.git("config", "core.hooksPath", ".husky/_");
    expect(await placeOf(repository)).toMatchObject({ kind: "shared", manager: "husky" });
    const { notes } = await install(repository, { "pre-commit": [] });
    expect(notes.join()).toContain(".husky is part of the repository");
    repository.put("a.txt", accessKey());
    repository.git("add", "a.txt");
    const stopped = git(repository, "commit", "-qm", "one");
    expect(stopped.status).not.toBe(0);
    expect(stopped.told).toContain("a.txt:1:1");
    repository.git("rm", "-q", "--cached", "a.txt");
    const passed = git(repository, "commit", "-q", "--allow-empty", "-m", "one");
    expect(passed).toMatchObject({ status: 0, told: "from husky\n" });
    await remove(repository);
    expect(readFileSync(join(repository.root, ".husky/pre-commit"), "utf8")).toBe(text);
  });
  it("in a folder of their own are made and taken away, and what follows gets git's input too", async () => {
    const remote = join(root, "shared.git");
    const repository = withProgram(fresh("shared"));
    repository.git("init", "-q", "--bare", remote);
    repository.git("remote", "add", "origin", remote);
    repository.git("config", "core.hooksPath", "tools/hooks");
    const notes = join(root, "shared.txt");
    const text = `#!/bin/sh\ncat > '${notes}'\n`;
    chmodSync(repository.put("tools/hooks/pre-push", text), 0o755);
    await install(repository, { "pre-commit": [], "pre-push": [] });
    repository.commit("one");
    expect(git(repository, "push", "-q", "origin", "main").status).toBe(0);
    expect(readFileSync(notes, "utf8")).toMatch(
      /^refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0+\n$/,
    );
    repository.put("a.txt", accessKey());
    repository.commit("two");
    expect(git(repository, "push", "-q", "origin", "main").status).toBe(1);
    await remove(repository);
    expect(readFileSync(join(repository.root, "tools/hooks/pre-push"), "utf8")).toBe(text);
    expect(existsSync(join(repository.root, "tools/hooks/pre-commit"))).toBe(false);
  });
  it("stop nobody who has no sallyport, and say so", async () => {
    const repository = fresh("without");
    repository.git("config", "core.hooksPath", "hooks");
    await install(repository, { "pre-commit": [] });
    repository.environment["PATH"] = "/usr/bin:/bin";
    const outcome = git(repository, "commit", "-q", "--allow-empty", "-m", "one");
    expect(outcome).toEqual({
      status: 0,
      told: "sallyport is not installed here: nothing was scanned\n",
    });
  });
  it("outside of the repository are named as what they are", async () => {
    const repository = fresh("elsewhere");
    repository.git("config", "core.hooksPath", join(root, "global hooks"));
    expect(await placeOf(repository)).toMatchObject({ kind: "elsewhere" });
  });
});

describe("commit-msg", () => {
  it("asks the form that was chosen, leaves merges alone, and finds a secret in a message", async () => {
    const repository = fresh("messages");
    await install(repository, { "commit-msg": ["--commit-format", "conventional"] });
    const commit = (message: string) =>
      git(repository, "commit", "-q", "--allow-empty", "-m", message);
    expect(commit("did things")).toMatchObject({ status: 1, told: /does not look like/ });
    expect(commit("fix(parser): read `$()` right").status).toBe(0);
    expect(commit("Merge branch 'x'").status).toBe(0);
    const secret = commit(`fix: use ${accessKey()}`);
    expect(secret.status).toBe(1);
    expect(secret.told).not.toMatch(/AKIA/);
  });
});

describe("pre-push", () => {
  it("keeps protected branches, and looks at every commit that the remote lacks", async () => {
    const remote = join(root, "push.git");
    const repository = fresh("push");
    repository.git("init", "-q", "--bare", remote);
    repository.git("remote", "add", "origin", remote);
    repository.put("old.txt", accessKey());
    repository.commit("before the hook");
    repository.git("push", "-q", "origin", "main");
    await install(repository, { "pre-push": ["--protect", "main,release/*"] });
    const push = (...refs: readonly string[]) => git(repository, "push", "-q", "origin", ...refs);
    expect(push("main:release/1")).toMatchObject({ status: 1, told: /pushing to `release\/1`/ });
    expect(push(":main")).toMatchObject({ status: 1, told: /deleting `main`/ });
    // The commit with the old secret is at the remote already.
    repository.git("checkout", "-q", "-b", "work");
    repository.commit("clean");
    expect(push("work")).toEqual({ status: 0, told: "" });
    repository.put("a.txt", accessKey(1));
    const bad = repository.commit("bad");
    repository.put("a.txt", "clean\n");
    repository.commit("away again");
    const stopped = push("work");
    expect(stopped.status).toBe(1);
    expect(stopped.told).toContain(`commit ${bad.slice(0, 12)}`);
    expect(push("--delete", "work").status).toBe(0);
  });
});
