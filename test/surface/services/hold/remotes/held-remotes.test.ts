// Remotes that held calls reach over ssh, with a key that no call sees: git for real, and in the place of ssh what runs git's own servers.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { RefChange, RemoteUse } from "#guard/vocabulary/remote-use.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "../held.ts";

const isRoot = process.getuid?.() === 0;
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);
const hasGit = existsSync("/usr/bin/git");

let machine: HeldMachine;
let url = "";

/** A line of a shell as the person runs it, outside of every call. */
function outside(line: string, cwd = machine.project): string {
  const as = isRoot
    ? ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"]
    : [];
  const [program, ...words] = [...as, "sh", "-ec", line];
  return execFileSync(program, words, {
    cwd,
    env: { PATH: process.env["PATH"], HOME: machine.home },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const egress = {
  kind: "egress",
  destination: { host: "git.example", port: undefined, scheme: "ssh" },
  carries: [],
  via: ["git"],
  at: undefined,
} as Effect;

type Options = Omit<Parameters<HeldMachine["run"]>[0], "command">;
const reaching = (command: string, remotes: readonly RemoteUse[], more: Options = {}) =>
  machine.run({
    command,
    remotes,
    effects: [egress],
    programs: ["git"],
    timeoutMs: 60_000,
    ...more,
  });
const fetches = (command: string): Promise<HeldRun> => reaching(command, [{ url }]);
const pushes = (
  command: string,
  names: readonly string[] = ["refs/heads/feat"],
  changes: readonly RefChange[] = ["create", "update"],
): Promise<HeldRun> =>
  reaching(command, [
    { url, push: { updates: names.map((name) => ({ name, changes })), options: ["ci.skip"] } },
  ]);
const remoteRefs = (): string => outside("git -C ../../remote.git for-each-ref");

beforeAll(async () => {
  machine = await heldMachine({ uid: USER });
  if (!hasGit) return;
  url = `git@git.example:${machine.root}/remote.git`;
  const ssh = machine.file(
    join(machine.home, "fake-ssh"),
    [
      "#!/bin/sh",
      `printf '%s\\n' "$*" >> ${machine.root}/asked`,
      'while [ "$1" != "--" ]; do shift; done; shift',
      `[ ! -e ${machine.root}/slow ] || { echo $$ > ${machine.root}/ssh.pid; exec sleep 600; }`,
      'case "$1" in git@git.example) exec sh -c "$2" ;; *) echo "no such host" >&2; exit 255 ;; esac',
      "",
    ].join("\n"),
  );
  chmodSync(ssh, 0o755);
  mkdirSync(join(machine.home, ".ssh"), { recursive: true });
  machine.file(join(machine.home, ".ssh/id_ed25519"), `${machine.canary}\n`);
  outside(
    `git config --global core.sshCommand '~/fake-ssh'
    git config --global user.name Ada; git config --global user.email ada@example.test
    git config --global init.defaultBranch main; git config --global advice.detachedHead false
    git init -q --bare ../../remote.git; git -C ../../remote.git config receive.advertisePushOptions true
    git init -q .; git commit -q --allow-empty -m first; git commit -q --allow-empty -m second
    git remote add origin ${url}; git -C ../../remote.git fetch -q ${machine.project} main:main main:old
    git -C ../../remote.git tag v0 main; git fetch -q ../../remote.git; git update-ref refs/remotes/origin/main main`,
  );
});
afterAll(async () => {
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  if (machine.trouble !== undefined) ctx.skip(machine.trouble);
  if (!hasGit) ctx.skip("git is not installed");
});

describe("what was judged", () => {
  test("is fetched, pulled, cloned and listed, and is on record", async () => {
    outside(
      "git clone -q ../../remote.git ../other && git -C ../other commit -q --allow-empty -m third && git -C ../other push -q",
    );
    const ran = await fetches(
      `git ls-remote origin refs/heads/main; git fetch origin && git pull -q --ff-only origin main && git log -1 --format=%s; git clone -q ${url} copy && git -C copy log -1 --format=%s`,
    );
    expect([ran.status, ran.complained.match(/^sallyport.*/gm)]).toEqual([0, null]);
    expect(ran.said).toMatch(/refs\/heads\/main\nthird\nthird\n$/);
    expect(ran.contacts).toEqual(
      Array.from({ length: 4 }, () => ({ what: "fetch", remote: url, refs: [] })),
    );
  });

  test("is pushed: new, ahead and with options, and git prints what it prints", async () => {
    const made = await pushes(
      "git checkout -qb feat; git commit -q --allow-empty -m One; git push -u -o ci.skip origin feat",
    );
    expect(made.complained).toContain("* [new branch]      feat -> feat");
    const more = await pushes(
      "for i in 1 2 3; do git commit -q --allow-empty -m $i; done; git push origin HEAD",
    );
    expect([more.status, more.complained]).toEqual([0, expect.stringContaining("HEAD -> feat")]);
    expect(outside("git -C ../../remote.git log -1 --format=%s feat").trim()).toBe("3");
    expect([made.contacts, more.contacts]).toEqual([
      [{ what: "push", remote: url, refs: ["create refs/heads/feat"] }],
      [{ what: "push", remote: url, refs: ["update refs/heads/feat"] }],
    ]);
    expect(readFileSync(join(machine.root, "asked"), "utf8")).toContain(
      `-- git@git.example git-receive-pack '${machine.root}/remote.git'`,
    );
  });

  test("is pushed in the place of what was there, and taken away", async () => {
    const names = ["refs/heads/feat"];
    const forced = await pushes(
      "git commit -q --amend --allow-empty -m Amended; git push -f origin feat",
      names,
      ["create", "update", "force"],
    );
    expect(forced.contacts).toEqual([
      { what: "push", remote: url, refs: ["force refs/heads/feat"] },
    ]);
    const gone = await pushes("git push origin :feat", names, ["delete"]);
    expect([gone.status, gone.complained]).toEqual([0, expect.stringContaining("- [deleted]")]);
    const again = await pushes("git push -q origin feat");
    expect(again.status).toBe(0);
  });
});

describe("what was not judged", () => {
  test.each([
    [
      "another branch",
      "git push origin feat:main",
      "feat -> main (sallyport: this call was not judged to push to it)",
    ],
    [
      "a second one",
      "git commit -q --allow-empty -m s; git push origin feat HEAD:new",
      "(sallyport: not pushed, because another reference",
    ],
    ["all of them", "git push --mirror origin", "not judged to push to it"],
    ["one less", "git push origin :feat", "this call was not judged to delete it"],
    ["a tag", "git tag -f v0 && git push -f origin v0", "not judged to push to it"],
    [
      "a replaced one",
      "git commit -q --amend --allow-empty -m Evil; git push -f origin HEAD:feat",
      "this call was not judged to replace it",
    ],
    [
      "an option",
      "git commit -q --allow-empty -m o; git push -o ci.variable=x origin feat",
      "with that option",
    ],
    [
      "what settings of the project say",
      "git config -f own remote.origin.push +main:old; GIT_CONFIG_GLOBAL=$PWD/own git push origin",
      "not judged to push to it",
    ],
    [
      "what matches",
      "git commit -q --allow-empty -m m; git branch -f old HEAD; git -c push.default=matching push origin",
      "not judged to push to it",
    ],
  ])("%s changes nothing there, and git says why", async (_, command, why) => {
    const before = remoteRefs();
    outside("git fetch -q ../../remote.git feat && git checkout -qf -B feat FETCH_HEAD");
    const ran = await pushes(command);
    expect(ran.complained).toContain("! [remote rejected]");
    expect(ran.complained).toContain(why);
    expect(ran.complained).toContain("error: failed to push some refs");
    expect(ran.status).not.toBe(0);
    expect(remoteRefs()).toBe(before);
    expect(ran.contacts).toEqual([]);
    expect(ran.refusedContact).not.toBe("");
  });

  test("a hook of a pull pushes nowhere", async () => {
    const before = remoteRefs();
    const hook = machine.file(
      join(machine.project, ".git/hooks/post-merge"),
      "#!/bin/sh\ngit push origin feat:main 2>&1\n",
    );
    chmodSync(hook, 0o755);
    outside(
      "git -C ../other pull -q; git -C ../other commit -q --allow-empty -m fourth; git -C ../other push -q; git checkout -q main; rm -rf copy own",
    );
    const after = remoteRefs();
    const ran = await fetches("git pull -q --no-rebase origin main");
    outside("rm .git/hooks/post-merge");
    expect(`${ran.said}${ran.complained}`).toContain("and not to push to it");
    expect(remoteRefs()).toBe(after);
    expect(after).not.toBe(before);
  });

  test("neither another remote, host or program, nor an option, is reached, and who asks is told", async () => {
    const before = readFileSync(join(machine.root, "asked"), "utf8");
    const shim = "/run/sallyport/ssh";
    const tried = [
      "git ls-remote git@git.example:/etc/other.git",
      "git ls-remote git@evil.example:$HOME/../remote.git",
      `${shim} git@git.example 'cat /etc/shadow'`,
      `${shim} git@git.example "git-upload-pack '/x'; id"`,
      `${shim} -oProxyCommand=id git@git.example "git-upload-pack '/x'"`,
      `${shim} git@git.example 'git-lfs-authenticate x download'`,
    ];
    const ran = await fetches(tried.map((one) => `${one} && echo reached`).join("; "));
    expect(ran.said).toBe("");
    expect(ran.complained.match(/^sallyport: /gm)).toHaveLength(tried.length);
    expect(readFileSync(join(machine.root, "asked"), "utf8")).toBe(before);
  });

  test("the repository has no say in what runs outside", async () => {
    outside(`git config core.sshCommand 'touch ${machine.root}/ran; false'`);
    const ran = await fetches("git ls-remote -q origin main");
    outside("git config --unset core.sshCommand");
    expect(ran.status).toBe(0);
    expect(existsSync(join(machine.root, "ran"))).toBe(false);
  });
});

test("no key, no agent and no network is in such a call, and its ticket is worth nothing later", async () => {
  const ran = await fetches(
    "cat ~/.ssh/* 2>&1; ls /run/sallyport /run/user 2>&1; env | grep -i agent; cat /proc/net/route | wc -l",
  );
  expect(ran.said).not.toContain(machine.canary);
  expect(ran.said.match(/agent/g)).toBeNull();
  expect(ran.said).toMatch(/\n1\n$/);
  const again = await machine.run({ command: "git ls-remote origin", programs: ["git"] });
  expect(again.status).not.toBe(0);
});

test("a push whose call ends while it is under way changes all or nothing", async () => {
  outside("git checkout -qf feat && git commit -q --allow-empty -m Late && touch ../../slow");
  const before = remoteRefs();
  const ran = await reaching(
    "git push origin feat",
    [{ url, push: { updates: [{ name: "refs/heads/feat", changes: ["update"] }], options: [] } }],
    { timeoutMs: 5_000 },
  );
  expect(ran.status).toBe(-2);
  expect(remoteRefs()).toBe(before);
  const pid = Number(readFileSync(join(machine.root, "ssh.pid"), "utf8"));
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
});
