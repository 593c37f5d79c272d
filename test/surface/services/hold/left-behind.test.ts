// What calls leave for programs outside to run: what is taken out of use and told, and all that people make every day and keep.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { until } from "../../../until.ts";
import { heldMachine, type HeldMachine, type HeldRun } from "./held.ts";

let machine: HeldMachine;
let project: string;
let count = 0;

beforeAll(async () => {
  machine = await heldMachine();
});
afterAll(async () => {
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) return ctx.skip(WHY_NOT_HELD);
  if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
  project = join(machine.home, "w", `${++count}`, "project");
  machine.file(join(project, "a.txt"), "one\n");
  outside("git init -q -b main . && git add . && git commit -qm one");
  return () => rmSync(join(project, ".."), { recursive: true, force: true });
});

const AS = { GIT_AUTHOR_NAME: "x", GIT_AUTHOR_EMAIL: "x@example.test" };
const GIT = { ...AS, GIT_COMMITTER_NAME: "x", GIT_COMMITTER_EMAIL: "x@example.test" };

/** Runs a line as the person, outside. */
function outside(line: string): string {
  return execFileSync("sh", ["-c", line], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: machine.home, ...GIT },
  });
}

type Options = Partial<Parameters<HeldMachine["run"]>[0]>;
const run = (command: string, options: Options = {}): Promise<HeldRun> =>
  machine.run({
    command,
    project,
    cwd: project,
    session: `s${count}`,
    environment: GIT,
    ...options,
  });
const has = (path: string): boolean => existsSync(join(project, path));
const text = (path: string): string => readFileSync(join(project, path), "utf8");

/** It ran, and nothing of what it made was touched. */
function isKept(ran: HeldRun): void {
  expect([ran.status, ran.told]).toEqual([0, undefined]);
}

const changes =
  (kind: "write" | "persist") =>
  (path: string, reach: "entry" | "tree"): readonly Effect[] => {
    const place = join(project, path);
    const target = { kind: "path", path: place, real: place, reach };
    return [{ kind, mode: "create", via: [], at: undefined, target } as unknown as Effect];
  };
const writes = changes("write");

describe("a link in the place of what the client obeys", () => {
  test("that leads nowhere keeps no call from running", async () => {
    outside("mkdir .claude; ln -s /nowhere .mcp.json; ln -s /nowhere .claude/settings.json");
    isKept(await run("echo still >still.txt"));
    expect(text("still.txt")).toBe("still\n");
  });
  test.each([".mcp.json", ".claude/settings.json"])(
    "%s keeps what it leads to from change",
    async (path) => {
      outside(`mkdir -p .claude; echo '{}' >settings; ln -s "$PWD/settings" ${path}`);
      const ran = await run("echo 1 >settings");
      expect([ran.status, text("settings")]).toEqual([1, "{}\n"]);
    },
  );
});

describe("is taken out of use, and told", () => {
  test("a file that something starts by itself", async () => {
    const ran = await run(
      "mkdir .vscode; echo '{}' >.vscode/tasks.json; echo x >.vscode/launch.json",
    );
    expect(ran.told).toMatch(
      /^held by sallyport: `\.vscode\/tasks\.json` is new.*`\.vscode\/tasks\.json\.held`/,
    );
    expect([
      has(".vscode/tasks.json"),
      text(".vscode/tasks.json.held"),
      has(".vscode/launch.json"),
    ]).toEqual([false, "{}\n", true]);
  });

  test.each([
    ["ln -s later .mcp.json", "echo '{}' >later", ".mcp.json"],
    ["ln -s later .mcp.json", "rm .mcp.json; echo '{}' >.mcp.json", ".mcp.json"],
    ["echo '{}' >there; ln -s there .mcp.json", "rm .mcp.json; echo 1 >.mcp.json", ".mcp.json"],
    [
      "mkdir .claude; ln -s ../later .claude/settings.json",
      "echo '{}' >later",
      ".claude/settings.json",
    ],
  ])("what a link leads to since: %s, %s", async (before, command, path) => {
    outside(before);
    const ran = await run(command);
    expect([ran.status, ran.told]).toEqual([0, expect.stringContaining(`\`${path}.held\``)]);
    expect([has(path), existsSync(join(project, `${path}.held`)) || has("later")]).toEqual([
      false,
      true,
    ]);
  });

  test("a program in a file that the settings of the repository include", async () => {
    machine.file(join(project, "gitconfig"), "[color]\n\tui = auto\n");
    outside("git config include.path ../gitconfig");
    const ran = await run("printf '[core]\\n\\tfsmonitor = ./x\\n' >>gitconfig; git status -s");
    expect(ran.told).toMatch(/`gitconfig` has git run programs outside: `core\.fsmonitor`/);
    expect(outside("git config core.fsmonitor || git config color.ui")).toBe("auto\n");
  });

  test("settings of a repository by which a reset would write elsewhere", async () => {
    const makes = (name: string, place: string): string =>
      `git init -q ${name}; git -C ${name} config core.worktree ${place}`;
    const ran = await run(
      [
        ...[makes("v", machine.home), makes("w", "../.."), makes("own", "..")],
        ...[makes("led", "../out"), `ln -s ${machine.home} led/out`],
      ].join("; "),
    );
    expect(ran.told).toContain("core.worktree");
    const config = (name: string): string => text(`${name}/.git/config`);
    expect(["v", "w", "led", "own"].map((name) => config(name).includes("worktree"))).toEqual([
      ...[false, false, false],
      true,
    ]);
  });
  test("a program in the settings of a repository, and nothing else of them", async () => {
    const ran = await run(
      "git init -q new; git -C new config core.sshCommand evil; git -C new config user.name 'A \"b\" \\ c'; git -C new remote add origin https://a.test/x.git",
    );
    expect(ran.told).toMatch(
      /`new\/\.git\/config` has git run programs outside: `core\.sshcommand`/,
    );
    const settings = (): string => outside("git -C new config --list --local");
    expect(settings()).toMatch(/^user\.name=A "b" \\ c$/m);
    expect(settings()).toMatch(/^remote\.origin\.url=https:\/\/a\.test\/x\.git$/m);
    expect(settings()).not.toMatch(/ssh/);
    expect(text("new/.git/config.held")).toMatch(/evil/);
  });

  test.each([
    ["credential.helper", "x; ./evil"],
    ["credential.https://a.test.helper", "store --file=$(./evil)"],
    ["alias.st", "-c core.fsmonitor=./evil status"],
    ["alias.fix", "rebase --root --exec ./evil"],
    ["alias.up", "fetch --upload-pack=./evil"],
    ["alias.each", "submodule foreach ./evil"],
  ])("a program that a shell or a verb of git is given: %s=%s", async (key, value) => {
    const ran = await run(`git init -q new; git -C new config '${key}' '${value}'`);
    expect(ran.told).toContain(`\`${key}\``);
    expect(outside("git -C new config --list --local")).not.toContain("evil");
  });

  test.each([
    ["credential.helper", "store --file ~/.git-credentials"],
    ["credential.helper", "cache --timeout=3600"],
    ["credential.helper", ""],
    ["alias.lg", "log --oneline --graph --decorate -n 20"],
    ["alias.co", "checkout"],
    ["alias.amend", "commit --amend --no-edit"],
  ])("no program is told of in %s=%s", async (key, value) => {
    isKept(await run(`git init -q new; git -C new config '${key}' '${value}'`));
    expect(outside(`git -C new config '${key}'`)).toBe(`${value}\n`);
  });

  test("what an archive or a folder holds, of which a call was judged to write all", async () => {
    outside(
      "mkdir -p t/d/lib && git init -q t/d/lib && git -C t/d/lib config core.fsmonitor evil && mkdir t/d/.vscode && echo '{}' >t/d/.vscode/tasks.json && tar cf a.tar -C t/d . && rm -rf t",
    );
    const ran = await run("mkdir o && tar xf a.tar -C o", { effects: writes("o", "tree") });
    expect(ran.told).toMatch(/`o\/\.vscode\/tasks\.json` is new.*`core\.fsmonitor`/);
    expect(text("o/lib/.git/config")).not.toContain("evil");
  });

  test("a file of a folder that comes to lie further up", async () => {
    outside("mkdir -p e/x/.vscode && echo '{}' >e/x/.vscode/tasks.json");
    const ran = await run("cp -r e/x/. .", { effects: writes("", "tree") });
    expect(ran.told).toContain("`.vscode/tasks.json` is new");
  });

  test("settings of a repository that lie where no name tells", async () => {
    const ran = await run(
      "git init -q --separate-git-dir=s w; printf '[core]\n\tfsmonitor = evil\n' >>s/config",
      { effects: [...writes("s/config", "entry"), ...writes("w", "tree")] },
    );
    expect(ran.told).toContain("`core.fsmonitor`");
    expect(outside("git -C w config --list")).not.toContain("evil");
  });

  test("a hook in the folder that settings of the person's repository name", async () => {
    outside("git config core.hooksPath tools/hooks; mkdir -p tools/hooks; echo x >tools/hooks/run");
    isKept(await run("echo y >tools/hooks/run; chmod +x tools/hooks/run; echo y >tools/hooks/a"));
    const ran = await run("printf '#!/bin/sh\n' >tools/hooks/pre-push; chmod +x tools/hooks/*");
    expect(ran.told).toContain("`tools/hooks/pre-push` is new");
    expect([has("tools/hooks/pre-push"), has("tools/hooks/run")]).toEqual([false, true]);
  });

  test("several things in one line of words", async () => {
    const ran = await run(
      "for f in a b c d e f; do mkdir -p $f/.vscode; echo x >$f/.vscode/tasks.json; done",
    );
    expect(ran.told).toMatch(/; and 2 more\.$/);
    expect(outside("find . -name tasks.json.held | wc -l").trim()).toBe("6");
  });

  test("what git has under a commit of the call itself", async () => {
    const ran = await run(
      "git checkout -q -b b; echo x >.envrc; git add -f .envrc; git commit -qm x; git checkout -q main; git checkout -q b",
      { programs: ["git"] },
    );
    expect(ran.told).toMatch(/`\.envrc`/);
    expect(has(".envrc")).toBe(false);
  });
});

describe("is left as it is, and told", () => {
  test("what a call made that a person said yes to", async () => {
    const ran = await run("mkdir .husky; echo x >.husky/pre-commit", { isApproved: true });
    expect(ran.told).toMatch(/`\.husky` is new.*It was left as it is: tell the person/);
    expect(has(".husky/pre-commit")).toBe(true);
    isKept(await run("echo y >b.txt"));
  });

  test("what appeared between calls, while processes of the session go on", async () => {
    isKept(await run("sleep 30 >/dev/null 2>&1 &"));
    mkdirSync(join(project, ".vscode"));
    writeFileSync(join(project, ".vscode/settings.json"), "{}");
    const ran = await run("pkill sleep; true");
    expect(ran.told).toMatch(/`\.vscode\/settings\.json` is new.*tell the person/);
    expect(has(".vscode/settings.json")).toBe(true);
  });
});

describe("is left as it is, without a word", () => {
  test("what a person made between calls", async () => {
    isKept(await run("true"));
    // Where the first call's processes are still ending, a file that comes meanwhile may be theirs, and is told.
    await until("the first call's processes end", async () => {
      rmSync(join(project, ".envrc"), { force: true });
      machine.file(join(project, ".envrc"), "x");
      const { status, told } = await run("true");
      return status === 0 && told === undefined;
    });
    expect(has(".envrc")).toBe(true);
  });

  test("what the call was judged to make", async () => {
    const starts = changes("persist");
    isKept(await run("echo x >.envrc", { effects: starts(".envrc", "entry") }));
    isKept(await run("mkdir a; echo x >a/.envrc", { effects: starts("a", "tree") }));
    expect([has(".envrc"), has("a/.envrc")]).toEqual([true, true]);
  });

  test("a folder that is copied or moved, with what the project has already", async () => {
    outside(
      "mkdir -p a/.vscode a/.devcontainer && echo '{}' | tee a/.vscode/tasks.json a/.devcontainer/x.json",
    );
    isKept(await run("cp -r a b", { effects: writes("b", "tree") }));
    expect([has("b/.vscode/tasks.json"), has("b/.devcontainer/x.json")]).toEqual([true, true]);
    isKept(await run("mkdir -p c && cp -r a c", { effects: writes("c", "tree") }));
    expect(has("c/a/.vscode/tasks.json")).toBe(true);
  });

  test("what git brings from what was there before the call", async () => {
    outside(
      "git checkout -q -b hooks; mkdir .husky .vscode; echo x | tee .husky/pre-commit .husky/pre-push .vscode/tasks.json .pre-commit-config.yaml; git add .; git commit -qm hooks; git checkout -q main",
    );
    isKept(await run("git checkout -q hooks && echo code", { programs: ["git"] }));
    expect([has(".husky/pre-push"), has(".vscode/tasks.json")]).toEqual([true, true]);
    isKept(await run("git checkout -q main", { programs: ["git"] }));
    outside("git gc -q");
    isKept(await run("git merge -q hooks; git stash -q; true", { programs: ["git"] }));
    expect(has(".pre-commit-config.yaml")).toBe(true);
  });

  test("repositories as git makes them, and all that is done with them later", async () => {
    isKept(await run("git init -q new && cd new && echo a >a && git add a && git commit -qm a"));
    isKept(await run("git clone -q . copy && git -C copy checkout -q -b b"));
    isKept(await run("git worktree add -q tree && git -C tree status -s"));
    isKept(await run("git init -q --bare new.git && git -C new push -q ../new.git HEAD:main"));
    isKept(
      await run(
        "cd new && git config user.name a && git remote add origin ../new.git && git fetch -q && git branch -q -u origin/main && git mv a b && git commit -qam b",
      ),
    );
    isKept(await run("git worktree remove tree", { programs: ["git"], effects: [] }));
    const ran = await run("rm -rf new copy new.git && ls");
    expect([ran.status, ran.said, ran.complained, ran.told]).toEqual([0, "a.txt\n", "", undefined]);
  });

  test("a suite that makes repositories in the project, again and again", async () => {
    const suite =
      "rm -rf tmp && mkdir tmp && for i in 1 2 3; do git init -q tmp/$i && git -C tmp/$i config user.email a@a.test && git -C tmp/$i commit -q --allow-empty -m x || exit 1; done";
    for (let round = 0; round < 3; round++) isKept(await run(suite));
    isKept(await run("rm -rf tmp"));
    expect(has("tmp")).toBe(false);
  });

  test("a submodule, and filters that `git lfs` and its like set", async () => {
    outside("git clone -q . ../part");
    const add = "git -c protocol.file.allow=always submodule --quiet add ../part part";
    isKept(await run(add, { programs: ["git"], effects: [] }));
    isKept(
      await run(
        "git init -q big && cd big && git config filter.lfs.clean 'git-lfs clean -- %f' && git config filter.lfs.process 'git-lfs filter-process' && git config filter.lfs.required true",
      ),
    );
    expect(outside("git -C big config filter.lfs.clean")).toBe("git-lfs clean -- %f\n");
  });

  test("packages that come with a repository", async () => {
    isKept(
      await run(
        "mkdir -p node_modules/dep && git init -q node_modules/dep && mkdir -p node_modules/dep/.vscode && echo x >node_modules/dep/.vscode/tasks.json",
      ),
    );
    expect(has("node_modules/dep/.vscode/tasks.json")).toBe(true);
  });
});

describe("working trees below `.claude/worktrees`", () => {
  const place = ".claude/worktrees/w";
  const target = (path: string): unknown => ({
    kind: "path",
    path: join(project, path),
    real: join(project, path),
    reach: "tree",
  });
  const tracks = (path: string, more: object = {}): readonly Effect[] => [
    {
      kind: "write",
      mode: "tracked",
      target: target(path),
      via: [],
      at: undefined,
      ...more,
    } as unknown as Effect,
  ];
  const git = { programs: ["git"] };

  test("are made, worked in and taken away, with settings that git follows and secrets", async () => {
    machine.file(join(project, ".claude/settings.json"), "{}\n");
    machine.file(join(project, ".mcp.json"), "{}\n");
    outside("printf '.env\\n' >.gitignore; git add -A; git commit -qm settings");
    isKept(await run(`git worktree add -q ${place} -b w`, { ...git, effects: tracks(place) }));
    expect(has(`${place}/.claude/settings.json`)).toBe(true);
    machine.file(join(project, place, ".env"), `KEY=${machine.canary}\n`);
    const code = await run(
      `cd ${place}; echo b >b.txt && mkdir -p x/y && git add -A && git commit -qm b && cat .env`,
    );
    expect([code.status, code.told]).toEqual([0, undefined]);
    expect(code.said).not.toContain(machine.canary);
    expect(outside("git log --format=%s -1 w")).toBe("b\n");
    isKept(
      await run(`git worktree remove ${place}`, {
        ...git,
        effects: tracks(place, { worktree: "removed" }),
      }),
    );
    expect([has(place), outside("git worktree list | wc -l").trim()]).toEqual([false, "1"]);
  });

  test("do not open what the client obeys, there and beside them", async () => {
    machine.file(join(project, ".claude/settings.json"), "{}\n");
    outside("git add -A; git commit -qm settings");
    outside(`git worktree add -q ${place} -b w`);
    const ran = await run(
      [
        ...["echo x >.claude/settings.local.json", "echo x >.claude/settings.json"],
        ...["mkdir .claude/hooks", "mv .claude/worktrees .claude/w"],
        ...[`echo x >${place}/.claude/settings.json`, `mkdir ${place}/.claude/agents`],
        ...[`mv ${place}/.claude ${place}/c`, `mv ${place} .claude/worktrees/v`],
        ...[`echo x >.git/hooks/post-commit`, `echo 'gitdir: /tmp' >${place}/.git`],
      ]
        .map((line) => `(${line}) 2>/dev/null && echo done`)
        .join("; "),
    );
    expect(ran.said).toBe("");
    expect(outside("git status --porcelain")).not.toMatch(/settings|hooks|agents/);
  });

  test("settings that appear in a new one are set aside, and links lead nowhere", async () => {
    const beside = join(project, "..", "beside");
    machine.file(join(beside, "kept.txt"), "x");
    outside(`git worktree add -q ${place} -b w`);
    const ran = await run(
      `mkdir ${place}/.claude; echo '{"hooks":{}}' >${place}/.claude/settings.json; ln -s ${beside} .claude/worktrees/out; echo y >.claude/worktrees/out/kept.txt`,
    );
    expect(ran.told).toMatch(/`\.claude\/worktrees\/w\/\.claude` is new.*set aside/);
    expect(has(`${place}/.claude/settings.json`)).toBe(false);
    expect(readFileSync(join(beside, "kept.txt"), "utf8")).toBe("x");
  });

  test("one beside the project is taken away with a yes, and nothing else there changes", async () => {
    machine.file(join(project, "..", "sister/kept.txt"), "x");
    outside("git worktree add -q ../project-fix -b fix");
    const index = { ...(target("../project-fix/.git/index") as object), reach: "entry" };
    isKept(
      await run("cd ../project-fix && echo b >b.txt && git add b.txt && git commit -qm b", {
        ...git,
        isApproved: true,
        effects: [...tracks("../project-fix"), ...tracks("", { target: index })],
      }),
    );
    expect(outside("git log --format=%s -1 fix")).toBe("b\n");
    const effects = tracks("../project-fix", { worktree: "removed" });
    const ran = await run(
      "git worktree remove ../project-fix; echo $?; rm -f ../sister/kept.txt 2>/dev/null || echo kept",
      { ...git, effects, isApproved: true },
    );
    expect([ran.said, ran.told]).toEqual(["0\nkept\n", undefined]);
    expect(has("../project-fix")).toBe(false);
  });

  test("one beside the project that counts like it is worked in, goes, and obeys no other repository", async () => {
    machine.file(join(project, ".gitignore"), ".env\n");
    outside("git add -A; git commit -qm ignored; git worktree add -q ../project-fix -b fix");
    machine.file(join(project, "../project-fix/.env"), `KEY=${machine.canary}\n`);
    const beside = { ...git, additionalDirectories: [join(project, "../project-fix")] };
    const link = text("../project-fix/.git");
    const all = [...tracks("../project-fix"), ...tracks("../project-fix/.git")];
    const ran = await run(
      "cd ../project-fix && echo b >b.txt && git add b.txt && git commit -qm b && cat .env; (echo 'gitdir: /tmp' >.git; rm -f .git; mv .git x) 2>/dev/null",
      { ...beside, effects: all },
    );
    expect([outside("git log --format=%s -1 fix"), text("../project-fix/.git")]).toEqual([
      "b\n",
      link,
    ]);
    expect(ran.said).not.toContain(machine.canary);
    const removed = tracks("../project-fix", { worktree: "clean" });
    isKept(await run("git worktree remove ../project-fix", { ...beside, effects: removed }));
    expect(has("../project-fix")).toBe(false);
  });
});
