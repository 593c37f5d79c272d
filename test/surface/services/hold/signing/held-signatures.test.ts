// Commits and tags that are signed in held calls with keys that no call sees: git, ssh-keygen and gpg for real.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { SignatureUse } from "#guard/vocabulary/signature-use.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "../held.ts";

const isRoot = process.getuid?.() === 0;
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);
const has = (program: string): boolean =>
  ["/usr/bin", "/usr/local/bin", "/bin"].some((folder) => existsSync(join(folder, program)));
const MISSING = ["git", "ssh-keygen"].filter((program) => !has(program));

let machine: HeldMachine;

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

type Options = Omit<Parameters<HeldMachine["run"]>[0], "command">;
const run = (command: string, options: Options = {}): Promise<HeldRun> =>
  machine.run({ command, timeoutMs: 60_000, programs: ["git"], ...options });
const commits = (command: string, uses: readonly SignatureUse[] = ["commit"]): Promise<HeldRun> =>
  run(command, { signatures: uses });

const skipIfNotHeld = (ctx: { skip(why: string): void }): void => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  if (machine.trouble !== undefined) ctx.skip(machine.trouble);
  if (MISSING.length > 0) ctx.skip(`${MISSING.join(", ")} is not installed`);
};

describe("by keys of ssh", () => {
  beforeAll(async () => {
    machine = await heldMachine({ uid: USER });
    if (MISSING.length > 0) return;
    outside(
      `mkdir -p ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/signing -C ${machine.canary}
      ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/other -C other
      git config --global user.name Ada && git config --global user.email ada@example.test
      git config --global gpg.format ssh && git config --global user.signingkey '~/.ssh/signing.pub'
      git config --global commit.gpgsign true
      printf 'ada@example.test %s\\n' "$(cut -d' ' -f1,2 ~/.ssh/signing.pub)" > ~/.ssh/allowed
      git config --global gpg.ssh.allowedSignersFile '~/.ssh/allowed'
      git init -q . && git commit -q --allow-empty -m first`,
    );
  });
  afterAll(async () => {
    await machine.remove();
  });
  beforeEach(skipIfNotHeld);

  test("a commit, an amended one, a rebase and a merge are signed, and what they are is told", async () => {
    const first = await commits(
      "echo a > a; git add a; git commit -qm One && git commit -q --amend -m Uno",
    );
    expect([first.status, first.complained]).toEqual([0, ""]);
    const more = await commits(
      "git checkout -qb side HEAD~1; git commit -q --allow-empty -m Two; git commit -q --allow-empty -m Three; git rebase -q master && git merge -q --no-ff --no-edit -m Merge HEAD~1; git checkout -q master; git merge -q --no-ff -m Merge side",
    );
    expect([more.status, more.complained]).toEqual([0, ""]);
    // WHY sorted: commits of one second have no order among branches.
    expect(outside("git log --format='%G? %GS %s'").trim().split("\n").toSorted()).toEqual([
      "G ada@example.test Merge",
      "G ada@example.test Three",
      "G ada@example.test Two",
      "G ada@example.test Uno",
      "G ada@example.test first",
    ]);
    expect(first.signed).toEqual([
      { kind: "commit", object: expect.stringMatching(/^[0-9a-f]{40}$/) },
      { kind: "commit", object: outside("git rev-parse 'HEAD~1^{tree}'").trim() },
    ]);
    expect(more.signed).toHaveLength(5);
  });

  test.for(["bash", "zsh"] as const)(
    "settings that the person has in variables count beside ours, in %s",
    async (shell, ctx) => {
      if (!has(shell)) return ctx.skip(`${shell} is not installed`);
      const named = await run(
        "git commit -q --allow-empty -m Named; git config --get-regexp 'gpg.*program'",
        {
          signatures: ["commit"],
          shell,
          environment: {
            GIT_CONFIG_COUNT: "1",
            GIT_CONFIG_KEY_0: "user.name",
            GIT_CONFIG_VALUE_0: "Eve",
          },
        },
      );
      expect(named).toMatchObject({ status: 0, signed: [{ kind: "commit" }] });
      expect(outside("git log -1 --format='%G? %an'").trim()).toBe("G Eve");
      expect(named.said.match(/hold\/sign$/gm)).toHaveLength(2);
    },
  );

  test("a call that reaches hosts has its signatures too, and no other call git's settings of ours", async () => {
    const effects = [
      {
        kind: "egress",
        destination: { host: "example.test", port: 443, scheme: "https" },
        carries: [],
        via: [],
        at: undefined,
      } as Effect,
    ];
    const reaching = await run("git commit -q --allow-empty -m Reaching", {
      signatures: ["commit"],
      effects,
    });
    expect(reaching).toMatchObject({ status: 0, signed: [{ kind: "commit" }] });
    expect((await run("git config --list; ls /run/sallyport")).said).not.toMatch(/sign$/m);
  });

  test("a tag is signed by a call that was judged to make one, and by no other", async () => {
    const made = await commits("git tag -s v1 -m One && git verify-tag v1", ["tag", "look"]);
    expect(made).toMatchObject({ status: 0, signed: [{ kind: "tag" }] });
    expect(made.complained).toContain('Good "git" signature for ada@example.test');
    const other = await commits("(git tag -s v2 -m Two; echo $?) 2>&1 | cat");
    expect(other).toMatchObject({ signed: [] });
    expect(other.said).toContain("this call was not judged to make a tag");
    expect(other.said).not.toMatch(/^0$/m);
    expect(outside("git tag").trim()).toBe("v1");
  });

  test("signatures are looked at without the list of those who sign being seen", async () => {
    const looked = await commits("git log -1 --format='%G? %GS'; git verify-commit HEAD", ["look"]);
    expect(looked).toMatchObject({ status: 0, said: "G ada@example.test\n" });
    const read = await commits("cat ~/.ssh/allowed ~/.ssh/signing", ["look", "commit", "tag"]);
    expect(read.said).toBe("");
  });

  test("no call sees a key, an agent or a socket of one, whatever it is judged to sign", async () => {
    const seen = await commits(
      [
        "cat ~/.ssh/* 2>&1; env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'",
        "find / -xdev -type s 2>/dev/null; ls -a /run/sallyport ~/.ssh ~/.gnupg 2>&1",
        `grep -rl ${machine.canary} /run ~/.local /tmp 2>/dev/null`,
      ].join("; "),
      ["commit", "tag", "look"],
    );
    const secret = readFileSync(join(machine.home, ".ssh/signing"), "utf8").split("\n")[2] ?? "";
    expect(secret.length).toBeGreaterThan(40);
    const all = `${seen.said}${seen.complained}`;
    expect(all).not.toContain(secret);
    expect(all).not.toContain("SSH_AUTH_SOCK");
    const sockets = all.match(/^\/\S*\bsign$|^\/\S*agent\S*$/gm) ?? [];
    expect(sockets.filter((path) => path !== "/run/sallyport/sign")).toEqual([]);
  });

  test("nothing but commits and tags is signed, and no other namespace", async () => {
    const program = join(machine.data, "hold/sign");
    const key = join(machine.home, ".ssh/signing.pub");
    const tried = await commits(
      [
        "printf 'From: ada\\n\\nPay.\\n' > letter; printf 'SSHSIG' > blob",
        `for n in git file; do for f in letter blob; do ${program} -Y sign -n $n -f ${key} $f; done; done`,
        `git cat-file commit HEAD~1 | sed '/^gpgsig/,/END/d' > commit; ${program} -Y sign -n file -f ${key} commit`,
        "ls *.sig",
      ].join("; "),
      ["commit", "tag"],
    );
    expect(tried).toMatchObject({ signed: [] });
    expect(tried.said).toBe("");
    expect(tried.complained.match(/nothing was signed/g)).toHaveLength(5);
  });

  test("a key that the repository names is none of the person's, but one in the agent is", async () => {
    const other = await commits(
      "git -c user.signingkey=~/.ssh/other.pub commit -q --allow-empty -m Other",
    );
    expect(other).toMatchObject({ signed: [] });
    expect(other.status).not.toBe(0);
    expect(other.complained).toContain("the key is not the one of the person's own settings");
    if (!has("ssh-agent")) return;
    const agent = join(machine.root, "agent");
    const words = outside(
      `ssh-agent -a ${agent} >agent.env && SSH_AUTH_SOCK=${agent} ssh-add -q ~/.ssh/other && cat agent.env`,
    );
    try {
      const held = await run(
        "git -c user.signingkey=~/.ssh/other.pub commit -q --allow-empty -m Other; ssh-add -L; echo $SSH_AUTH_SOCK",
        { signatures: ["commit"], environment: { SSH_AUTH_SOCK: agent } },
      );
      expect(held.signed).toHaveLength(1);
      expect(held.said).not.toContain("ssh-ed25519");
    } finally {
      process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(words)?.[1]));
    }
  });

  test("a key of the call's own signs inside", async () => {
    const own = await commits(
      "ssh-keygen -q -t ed25519 -N '' -f own && git -c user.signingkey=$PWD/own commit -q --allow-empty -m Own; rm own own.pub",
    );
    expect(own).toMatchObject({ status: 0, signed: [] });
    expect(outside("git cat-file commit HEAD")).toContain("BEGIN SSH SIGNATURE");
  });

  test("a program that the project names runs nowhere outside", async () => {
    const script = machine.file(
      join(machine.project, "signer"),
      `#!/bin/sh\necho "$HOME" > ${machine.root}/ran\nexit 1\n`,
    );
    chmodSync(script, 0o755);
    outside(`git config gpg.ssh.program ${script}`);
    const local = await commits("git commit -q --allow-empty -m Local");
    expect(local).toMatchObject({ status: 0 });
    outside(`git config --unset gpg.ssh.program; git config --global gpg.ssh.program ${script}`);
    const global = await commits("git commit -q --allow-empty -m Global");
    outside("git config --global --unset gpg.ssh.program");
    expect(global).toMatchObject({ signed: [] });
    expect(global.complained).toContain(
      "the program that signs, by your own settings of git, is not there",
    );
    outside(`git config --global include.path ${join(machine.project, "of-the-project")}`);
    machine.file(
      join(machine.project, "of-the-project"),
      "[user]\n\tsigningkey = ~/.ssh/other.pub\n",
    );
    const included = await commits("git commit -q --allow-empty -m Included");
    outside("git config --global --unset include.path");
    expect(included.complained).toContain("the project has a say in them");
    expect(existsSync(join(machine.root, "ran"))).toBe(false);
  });

  test("a call that was not judged to commit is told so by git", async () => {
    const none = await commits("git commit -q --allow-empty -m None", ["look"]);
    expect(none).toMatchObject({ signed: [] });
    expect(none.complained).toContain("this call was not judged to make a commit");
  });

  test("what is under way for a call ends with it, and its socket too", async () => {
    const slow = machine.file("slow", '#!/bin/sh\necho $$ > "$HOME/slow.pid"\nexec sleep 600\n');
    chmodSync(slow, 0o755);
    outside(`git config --global gpg.ssh.program ${slow}`);
    const late = await run("git commit -q --allow-empty -m Late", {
      signatures: ["commit"],
      timeoutMs: 4_000,
    });
    outside("git config --global --unset gpg.ssh.program");
    expect(late).toMatchObject({ status: -2, signed: [] });
    const pid = Number(readFileSync(join(machine.home, "slow.pid"), "utf8"));
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
  });
});

describe("without who signs", () => {
  beforeAll(async () => {
    machine = await heldMachine({ uid: USER, signs: false });
    if (MISSING.length > 0) return;
    outside(
      `mkdir -p ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/signing
      git config --global user.name Ada && git config --global user.email ada@example.test
      git config --global gpg.format ssh && git config --global user.signingkey '~/.ssh/signing.pub'
      git config --global commit.gpgsign true && git init -q .`,
    );
  });
  afterAll(async () => {
    await machine.remove();
  });
  beforeEach(skipIfNotHeld);

  test("git says why, and what to do", async () => {
    const none = await commits("git commit -q --allow-empty -m None");
    expect(none.status).not.toBe(0);
    expect(none.complained).toContain("or the daemon of sallyport does not run");
  });
});

describe("by keys of gpg", () => {
  beforeAll(async () => {
    machine = await heldMachine({ uid: USER });
    if (MISSING.length > 0 || !has("gpg")) return;
    outside(
      `mkdir -m 700 ~/.gnupg
      gpg -q --batch --pinentry-mode loopback --passphrase '' --quick-gen-key 'Ada <ada@example.test>' ed25519 sign never 2>&1
      git config --global user.name Ada && git config --global user.email ada@example.test
      git config --global commit.gpgsign true && git config --global tag.gpgsign true
      git init -q . && git commit -q --allow-empty -m first`,
    );
  });
  afterAll(async () => {
    if (has("gpgconf") && existsSync(join(machine.home, ".gnupg"))) outside("gpgconf --kill all");
    await machine.remove();
  });
  beforeEach((ctx) => {
    skipIfNotHeld(ctx);
    if (!has("gpg")) ctx.skip("gpg is not installed");
  });

  test("commits and tags are signed and looked at, and no key is seen", async () => {
    const made = await commits(
      "git commit -q --allow-empty -m One && git tag -a v1 -m One && git verify-tag v1 && git log -1 --format='%G? %GS'; ls ~/.gnupg",
      ["commit", "tag", "look"],
    );
    expect(made).toMatchObject({
      status: expect.any(Number),
      signed: [{ kind: "commit" }, { kind: "tag" }],
    });
    expect(made.said).toBe(
      "U Ada <ada@example.test>\n".replace("U", outside("git log -1 --format='%G?'").trim()),
    );
    const gnupg = join(machine.home, ".gnupg/private-keys-v1.d");
    mkdirSync(gnupg, { recursive: true });
    expect(readdirSync(gnupg)).toHaveLength(1);
  });

  test("of somebody else nothing is signed", async () => {
    const other = await commits(
      "git -c user.email=eve@example.test commit -q --allow-empty -m Eve 2>&1 | cat",
    );
    expect(other).toMatchObject({ signed: [] });
    expect(other.said).toContain("the key is not the one of the person's own settings");
    expect(outside("git log -1 --format=%s").trim()).not.toBe("Eve");
  });
});
