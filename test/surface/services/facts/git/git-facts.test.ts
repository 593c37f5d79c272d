// Git facts from real repositories, and the configuration reader against git itself.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitFacts } from "#guard/facts/facts.ts";
import { parseConfig } from "#surface/services/facts/git/git-config.ts";
import { readGitFacts } from "#surface/services/facts/git/git-facts.ts";
import { runGit } from "../run-git.ts";
import { makeTree } from "../tree.ts";

let root = "";
let remove = async (): Promise<void> => undefined;
const at = (path: string): string => `${root}/${path}`;

const git = (directory: string, ...args: string[]): string => runGit(root, directory, args);

async function facts(directory: string): Promise<GitFacts | undefined> {
  const answer = await readGitFacts(at(directory), at("home"), at("home/no-system"));
  if (answer === undefined) throw new Error("git's behaviour is not known");
  return answer.repository;
}

beforeAll(async () => {
  const tree = await makeTree({ "home/x": "", "plain/sub/x": "", "r/sub/x": "" });
  root = tree.root;
  remove = tree.remove;
  git("r", "init", "-q", "-b", "main");
  git("r", "add", ".");
  git("r", "commit", "-q", "-m", "one");
});
afterAll(() => remove());

describe("where a repository is", () => {
  test("from a subdirectory, with its branch", async () => {
    expect(await facts("r/sub")).toMatchObject({
      root: at("r"),
      gitDirectory: at("r/.git"),
      branch: "main",
      upstream: undefined,
      hooks: [],
    });
  });

  test("none, and a directory that is not there", async () => {
    expect(await readGitFacts(at("plain/sub"), at("home"))).toEqual({ repository: undefined });
    expect(await readGitFacts(at("gone"), at("home"))).toEqual({ repository: undefined });
  });

  test("a detached head has no branch", async () => {
    git(".", "clone", "-q", "r", "detached");
    git("detached", "checkout", "-q", "--detach");
    expect(await facts("detached")).toMatchObject({ branch: undefined });
  });

  test("an unborn branch", async () => {
    mkdirSync(at("new"));
    git("new", "init", "-q", "-b", "topic/x");
    expect(await facts("new")).toMatchObject({ branch: "topic/x" });
  });

  test("a worktree shares configuration and hooks, and may have its own", async () => {
    git("r", "worktree", "add", "-q", "-b", "side", at("wt"));
    git("r", "config", "extensions.worktreeConfig", "true");
    git("wt", "config", "--worktree", "core.pager", "evil-pager");
    const worktree = await facts("wt");
    expect(worktree).toMatchObject({
      root: at("wt"),
      gitDirectory: at("r/.git/worktrees/wt"),
      branch: "side",
    });
    expect(worktree?.executes.get("core.pager")).toBe("evil-pager");
    expect((await facts("r"))?.executes.has("core.pager")).toBe(false);
  });

  test("a submodule's git file", async () => {
    mkdirSync(at("r2"));
    git("r2", "init", "-q", "-b", "main");
    git("r2", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", at("r"), "mod");
    expect(await facts("r2/mod/sub")).toMatchObject({
      root: at("r2/mod"),
      gitDirectory: at("r2/.git/modules/mod"),
    });
  });

  test("an embedded bare repository counts, without any .git", async () => {
    mkdirSync(at("r/sub/trap/refs"), { recursive: true });
    mkdirSync(at("r/sub/trap/objects"));
    writeFileSync(at("r/sub/trap/HEAD"), "ref: refs/heads/main\n");
    writeFileSync(at("r/sub/trap/config"), "[core]\n\tbare = true\n\tfsmonitor = ./evil\n");
    const trap = await facts("r/sub/trap");
    expect(trap?.gitDirectory).toBe(at("r/sub/trap"));
    expect(trap?.executes.get("core.fsmonitor")).toBe("./evil");
    rmSync(at("r/sub/trap"), { recursive: true });
  });

  test("a broken .git file, another reference store and a config that git refuses are unknown", async () => {
    const broken = ["gitfile", "reftable", "config"];
    for (const name of broken) mkdirSync(at(name));
    writeFileSync(at("gitfile/.git"), "gitdir: nowhere\n");
    git("reftable", "init", "-q");
    writeFileSync(at("reftable/.git/HEAD"), "ref: refs/heads/.invalid\n");
    git("config", "init", "-q");
    writeFileSync(at("config/.git/config"), "[core\nx");
    for (const name of broken) expect(await readGitFacts(at(name), at("home"))).toBeUndefined();
  });

  test("a FIFO in place of a file does not hang", async () => {
    mkdirSync(at("fifo"));
    git("fifo", "init", "-q");
    rmSync(at("fifo/.git/config"));
    execFileSync("mkfifo", [at("fifo/.git/config")]);
    expect(await readGitFacts(at("fifo"), at("home"))).toBeUndefined();
  });
});

describe("what git would do", () => {
  test("remotes, upstream, aliases, push settings", async () => {
    mkdirSync(at("c"));
    git("c", "init", "-q", "-b", "main");
    writeFileSync(
      at("c/.git/config"),
      `[core]
	repositoryformatversion = 0
[remote "origin"]
	url = gh:team/x.git
	fetch = +refs/heads/*:refs/remotes/origin/*
	push = refs/heads/*
	push = +refs/tags/*
	mirror = true
[remote "two"]
	url = https://a.example/x
	url = https://b.example/x
[url "git@github.com:"]
	insteadOf = gh:
[url "ssh://push.example/"]
	pushInsteadOf = https://a.example/
[branch "main"]
	remote = origin
	merge = refs/heads/trunk
[push]
	default = matching
[alias]
	St = status
	go = !sh -c 'echo hi'
`,
    );
    const repository = await facts("c");
    expect(repository?.upstream).toEqual({ remote: "origin", branch: "trunk" });
    expect(Object.fromEntries(repository?.remotes ?? [])).toEqual({
      origin: "git@github.com:team/x.git",
      two: "https://a.example/x\nhttps://b.example/x",
    });
    expect(Object.fromEntries(repository?.aliases ?? [])).toEqual({
      st: "status",
      go: "!sh -c 'echo hi'",
    });
    expect(Object.fromEntries(repository?.executes ?? [])).toEqual({
      "alias.go": "!sh -c 'echo hi'",
    });
    expect(Object.fromEntries(repository?.push ?? [])).toMatchObject({
      "push.default": "matching",
      "remote.origin.push": "refs/heads/*\n+refs/tags/*",
      "remote.origin.mirror": "true",
      "remote.two.pushurl": "ssh://push.example/x",
    });
    const real = git("c", "remote", "get-url", "--push", "--all", "two").trim();
    expect(repository?.push.get("remote.two.pushurl")).toBe(real);
    expect(repository?.remotes.get("origin")).toBe(git("c", "remote", "get-url", "origin").trim());
  });

  test("remotes that the repository's own settings lead to another host, not those that the person's do", async () => {
    mkdirSync(at("moved"));
    git("moved", "init", "-q", "-b", "main");
    const remotes = ["https://own.example/a", "https://theirs.example/b", "http://same.example/c"];
    for (const [index, url] of remotes.entries()) git("moved", "remote", "add", `r${index}`, url);
    git("moved", "config", "url.http://stranger.example/.insteadOf", "https://own.example/");
    git("moved", "config", "url.https://same.example/.insteadOf", "http://same.example/");
    mkdirSync(at("moved-home"));
    writeFileSync(
      at("moved-home/.gitconfig"),
      '[url "git@mirror.example:"]\n\tinsteadOf = https://theirs.example/\n',
    );
    const found = await readGitFacts(at("moved"), at("moved-home"));
    expect(Object.fromEntries(found?.repository?.remotes ?? [])).toEqual({
      r0: "http://stranger.example/a",
      r1: "git@mirror.example:b",
      r2: "https://same.example/c",
    });
    expect([...(found?.repository?.movedRemotes ?? [])]).toEqual(["r0"]);
  });

  test.each<[string, string, string | undefined]>([
    ['[core]\n\tfsmonitor = "./a b"', "core.fsmonitor", "./a b"],
    ["[core]\n\tfsmonitor = true", "core.fsmonitor", undefined],
    ["[core]\n\tfsmonitor = x\n\tfsmonitor = false", "core.fsmonitor", undefined],
    ["[Core]\n\tSSHCommand = ssh -o ProxyCommand=x", "core.sshcommand", "ssh -o ProxyCommand=x"],
    ["[core]\n\tpager = less", "core.pager", "less"],
    ["[core]\n\tpager =", "core.pager", undefined],
    ["[pager]\n\tlog = sh -c x", "pager.log", "sh -c x"],
    ["[pager]\n\tlog = false", "pager.log", undefined],
    ["[core]\n\teditor = vim", "core.editor", "vim"],
    ["[sequence]\n\teditor = e", "sequence.editor", "e"],
    ["[core]\n\thooksPath = h", "core.hookspath", "h"],
    ["[diff]\n\texternal = e", "diff.external", "e"],
    ['[diff "My.Pdf"]\n\ttextconv = e', "diff.My.Pdf.textconv", "e"],
    ['[diff "x"]\n\tcommand = e', "diff.x.command", "e"],
    ['[filter "lfs"]\n\tsmudge = e', "filter.lfs.smudge", "e"],
    ['[filter "lfs"]\n\tprocess = e', "filter.lfs.process", "e"],
    ['[filter "lfs"]\n\trequired = true', "filter.lfs.required", undefined],
    ["[credential]\n\thelper = a\n\thelper = b", "credential.helper", "a\nb"],
    ['[credential "https://x"]\n\thelper = !e', "credential.https://x.helper", "!e"],
    ["[gpg]\n\tprogram = e", "gpg.program", "e"],
    ['[gpg "ssh"]\n\tprogram = e', "gpg.ssh.program", "e"],
    ['[remote "o"]\n\tuploadpack = e', "remote.o.uploadpack", "e"],
    ['[protocol "ext"]\n\tallow = always', "protocol.ext.allow", "always"],
    ['[protocol "file"]\n\tallow = always', "protocol.file.allow", undefined],
    ['[merge "x"]\n\tdriver = e', "merge.x.driver", "e"],
    ["[alias]\n\tx = !e", "alias.x", "!e"],
    ["[user]\n\tname = core.pager", "core.pager", undefined],
  ])("%j: %s is %j", async (config, key, value) => {
    mkdirSync(at("e/.git"), { recursive: true });
    git("e", "init", "-q");
    writeFileSync(at("e/.git/config"), `${config}\n`);
    expect((await facts("e"))?.executes.get(key)).toBe(value);
  });

  test("hooks that can run, there or where core.hooksPath says", async () => {
    mkdirSync(at("h"));
    git("h", "init", "-q");
    const hook = (path: string, mode: number): void => {
      mkdirSync(at(path.slice(0, path.lastIndexOf("/"))), { recursive: true });
      writeFileSync(at(path), "#!/bin/sh\n");
      chmodSync(at(path), mode);
    };
    hook("h/.git/hooks/pre-commit", 0o755);
    hook("h/.git/hooks/pre-push", 0o644);
    hook("h/.git/hooks/post-merge.sample", 0o755);
    expect((await facts("h"))?.hooks).toEqual(["pre-commit"]);
    hook("h/.husky/pre-push", 0o755);
    git("h", "config", "core.hooksPath", ".husky");
    expect((await facts("h"))?.hooks).toEqual(["pre-push"]);
    hook("home/hooks/commit-msg", 0o755);
    git("h", "config", "core.hooksPath", "~/hooks");
    expect((await facts("h"))?.hooks).toEqual(["commit-msg"]);
  });
});

describe("configuration as git reads it", () => {
  const listed = (text: string): string[] =>
    text
      .split("\0")
      .slice(0, -1)
      .map((entry) => entry.replace("\n", "="));

  test("home, includes and conditions, in git's order", async () => {
    mkdirSync(at("i/.git"), { recursive: true });
    git("i", "init", "-q", "-b", "feature/a");
    mkdirSync(at("home/.config/git"), { recursive: true });
    writeFileSync(at("home/.config/git/config"), "[core]\n\tpager = xdg\n\teditor = xdg\n");
    writeFileSync(
      at("home/.gitconfig"),
      `[core]
	pager = home
[include]
	path = more.inc
	path = ~/missing.inc
[includeIf "gitdir:${at("i")}/"]
	path = here.inc
[includeIf "gitdir:elsewhere/"]
	path = not.inc
[includeIf "gitdir/i:${at("I")}/"]
	path = case.inc
[includeIf "onbranch:feature/"]
	path = branch.inc
[includeIf "onbranch:main"]
	path = not.inc
`,
    );
    for (const name of ["more", "here", "case", "branch", "not"]) {
      writeFileSync(at(`home/${name}.inc`), `[alias]\n\t${name} = !run-${name}\n`);
    }
    try {
      const aliases = (await facts("i"))?.aliases;
      const real = listed(git("i", "config", "--list", "-z", "--includes"))
        .filter((entry) => entry.startsWith("alias."))
        .map((entry) => entry.slice("alias.".length));
      expect(real).toHaveLength(4);
      expect([...(aliases ?? [])].map(([name, value]) => `${name}=${value}`)).toEqual(real);
      const executes = (await facts("i"))?.executes;
      expect(executes?.get("core.pager")).toBe("home");
      expect(executes?.get("core.editor")).toBe("xdg");
    } finally {
      rmSync(at("home/.gitconfig"));
      rmSync(at("home/.config"), { recursive: true });
    }
  });

  test("a circle of includes is unknown", async () => {
    mkdirSync(at("loop/.git"), { recursive: true });
    git("loop", "init", "-q");
    writeFileSync(at("loop/.git/config"), "[include]\n\tpath = config\n");
    expect(await readGitFacts(at("loop"), at("home"))).toBeUndefined();
  });

  // Each sample is read by git too; where git refuses, so must we.
  const samples = [
    "[a]\n\tb = c",
    "[a] b = c ; d\n[a]\nb\n",
    "[A.B]\nC = d",
    '[a "B \\" \\\\ x"]\nc=d',
    '[a "b"] # note\n c = "x ; y" z # note\n',
    "[a]\n b = one \\\n   two\n",
    '[a]\n b = "one \\\n two"\n',
    '[a]\n b = "\\t\\n\\"\\\\" \n',
    '[a]\n b = x"y"z  \n',
    "[a]\r\n b = c \r\n",
    "\ufeff[a]\nb = c\n",
    "[a]\nb-c = d\n",
    "[a]\nb_c = d\n",
    "[a]\n1b = d\n",
    "[a]\nb = \\q\n",
    '[a]\nb = "open\n',
    "[a\nb = c\n",
    '[a "b]\nc = d\n',
    "b = c\n",
    "[]\nb = c\n",
    "[a b]\nc = d\n",
    "# only\n; notes\n",
    "",
    "[a]\nb =\n",
    "[a]\nb = c\\\n",
    '[a"b"]\nc = d\n',
    "[a]\nb c\n",
    "[a]b=c\n",
    "[a]\nb = c\td  e\n",
    "[a]\nb = true # \\\nc = d\n",
  ];

  const spaced = (text: string): string => text.replaceAll("\t", " ");
  const agrees = (text: string): void => {
    writeFileSync(at("sample"), text);
    let real: string[] | undefined;
    try {
      real = listed(git(".", "config", "--file", at("sample"), "--list", "-z"));
    } catch {
      real = undefined;
    }
    // Git lists a name without a value without `=`.
    const expected = real?.map((entry) => (entry.includes("=") ? entry : `${entry}=true`));
    // Versions of git differ in whether a tab inside a value becomes a space.
    const parsed = parseConfig(text)?.map(({ key, value }) => `${key}=${value}`);
    expect(parsed?.map(spaced)).toEqual(expected?.map(spaced));
  };

  test.each(samples)("%j", (text) => agrees(text));

  test("random files, as git reads them", () => {
    const piece = fc.constantFrom(
      "[a]",
      '[a "b"]',
      "\n",
      " ",
      "\t",
      "x",
      "y = z",
      "=",
      '"',
      "\\",
      "#",
      ";",
      "\\n",
      "[",
      "]",
      "k\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) =>
        agrees(`[s]\n${pieces.join("")}`),
      ),
      { numRuns: 100 },
    );
  });
});
