// Which remotes a call reaches and what it may push there, through whatever leads to git, and what is then left for the call.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpAddress } from "#guard/effects/git/remote-addresses.ts";
import { brokeredOf } from "#guard/hold/brokered.ts";
import { judgeCommand, makeProject } from "../../judging.ts";

const where = makeProject();
const UP = "git@git.example:a/b.git";
beforeAll(() => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", where.project, ...args], {
      env: { PATH: process.env["PATH"], HOME: where.home, GIT_CONFIG_NOSYSTEM: "1" },
    });
  git("remote", "add", "up", UP);
  git("remote", "add", "two", "https://h.example/x");
  git("config", "remote.two.pushurl", "gh:x/y");
  git("remote", "add", "spec", UP);
  git("config", "remote.spec.push", "+refs/heads/main:refs/heads/prod");
  git("config", "url.ssh://git@h.example:2222/.insteadOf", "gh:");
  git("remote", "add", "moved", "https://known.example/x");
  git("config", "url.http://stranger.example/.insteadOf", "https://known.example/");
  git("remote", "add", "secured", "http://safe.example/x");
  git("config", "url.https://safe.example/.insteadOf", "http://safe.example/");
  git("config", "alias.pp", "push up");
  writeFileSync(join(where.project, "out.sh"), "#!/bin/sh\ngit push up HEAD:out\n");
});
afterAll(() => where.remove());

const usesOf = async (command: string) =>
  ((await judgeCommand(where, command)).remotes ?? []).map(({ url, push }) => [
    url,
    ...(push?.updates ?? []).map(
      ({ name, changes }) => `${name} ${changes.map(([a]) => a).join("")}`,
    ),
  ]);
const both = (name: string, changes: string): readonly string[] => [
  `refs/heads/${name} ${changes}`,
  `refs/tags/${name} ${changes}`,
];

describe("over ssh", () => {
  test.each([
    ["git fetch up", [[UP]]],
    ["git pull up main", [[UP]]],
    ["git ls-remote up", [[UP]]],
    ["git clone git@q.example:r/s", [["git@q.example:r/s"]]],
    ["git fetch gh:x/y", [["ssh://git@h.example:2222/x/y"]]],
    ["git push up", [[UP, "refs/heads/main cu"]]],
    ["git push up HEAD", [[UP, "refs/heads/main cu"]]],
    [
      "git checkout -b feat && git push -u up HEAD",
      [[UP, "refs/heads/main cu", "refs/heads/feat cu"]],
    ],
    ["git push up feat", [[UP, ...both("feat", "cu")]]],
    ["git push up a:refs/heads/b +c:refs/x/y", [[UP, "refs/heads/b cu", "refs/x/y cuf"]]],
    ["git push --force-with-lease up feat", [[UP, ...both("feat", "cuf")]]],
    ["git push up :old", [[UP, ...both("old", "d")]]],
    ["git push -d up old", [[UP, ...both("old", "d")]]],
    ["git push --all up", [[UP, "refs/heads/* cu"]]],
    ["git push --mirror up", [[UP, "refs/* cufd"]]],
    ["git push --tags up", [[UP, "refs/tags/* cu"]]],
    ["git push --follow-tags up", [[UP, "refs/tags/* c", "refs/heads/main cu"]]],
    ["git push spec", [[UP, "refs/heads/prod cuf"]]],
    ["git push two main", [["ssh://git@h.example:2222/x/y", ...both("main", "cu")]]],
    [
      "git push up $X",
      [
        [UP, "refs/heads/main cu"],
        [UP, "refs/* cu"],
      ],
    ],
    ["git pp :x", [[UP, ...both("x", "d")]]],
    ["sh -c 'git fetch up'", [[UP]]],
    ["sh out.sh", [[UP, ...both("out", "cu")]]],
  ])("%s", async (command, uses) => {
    expect(await usesOf(command)).toEqual(uses);
  });
  test("options for the server are those of the words", async () => {
    const { remotes } = await judgeCommand(where, "git push -o ci.skip up feat");
    expect(remotes?.[0]?.push?.options).toEqual(["ci.skip"]);
  });
});

describe("over http", () => {
  test("is not what a repository with a login of its own is reached by, as jobs of CI have one", async () => {
    const config = (...words: string[]) =>
      execFileSync("git", ["-C", where.project, "config", "--local", ...words]);
    config("http.https://h.example/.extraheader", "AUTHORIZATION: basic eDp5");
    expect(await usesOf("git fetch two")).toEqual([]);
    expect(await usesOf("git fetch up")).toEqual([[UP]]);
    config("--unset", "http.https://h.example/.extraheader");
    expect(await usesOf("git fetch two")).toEqual([["https://h.example/x"]]);
  });
  test.each([
    ["git fetch two", [["https://h.example/x"]]],
    ["git push origin main", [["https://git.example/x.git", ...both("main", "cu")]]],
    ["git clone https://u:p@q.example:8443/r", [["https://u:p@q.example:8443/r"]]],
  ])("%s", async (command, uses) => {
    expect(await usesOf(command)).toEqual(uses);
  });

  test.each([
    ["https://Git.Example/a/b.git/", "https://git.example:443/a/b.git"],
    ["http://u:p@git.example:8080/a", "http://git.example:8080/a"],
    ["https://git.example", "https://git.example:443"],
    ["https://git.example/a?x", undefined],
    ["https://git.example/a#x", undefined],
    ["https://git.example\\@evil.example/a", undefined],
    ["https://a@b@evil.example/a", undefined],
    ["https://git.example/a@b", undefined],
    ["https://git.example./a", undefined],
    ["https://localhost/a", undefined],
    ["https://127.0.0.1/a", undefined],
    ["https://2130706433/a", undefined],
    ["https://0x7f000001/a", undefined],
    ["https://169.254.169.254/a", undefined],
    ["https://[::1]/a", undefined],
    ["ftp://git.example/a", undefined],
    ["https://git.example/a\nb", undefined],
  ])("%s is read as %s", (url, plain) => {
    expect(httpAddress(url)?.plain).toBe(plain);
  });
});

describe("nothing that is known", () => {
  test.each([
    "git fetch http://localhost:3000/x",
    "GIT_ASKPASS=./ask git fetch two",
    "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0=x git fetch two",
    "git fetch /srv/x.git",
    "git submodule update",
    "git remote add z git@z.example:p && git push z main",
    "GIT_SSH_COMMAND='ssh -i k' git fetch up",
    "ssh git@git.example",
    "echo git fetch up",
    "make release",
  ])("%s", async (command) => {
    expect(await usesOf(command)).toEqual([]);
  });
});

describe("what is left for the call", () => {
  const leftOf = async (command: string) => {
    const { effects, remotes = [] } = await judgeCommand(where, command);
    const found = brokeredOf(effects, remotes, { overHttp: true });
    return (
      found && [
        found.hasOthers,
        found.effects.filter(({ kind }) => /egress|publish/.test(kind)).length,
      ]
    );
  };
  test.each([
    ["git fetch up", [false, 0]],
    ["git push up feat", [false, 0]],
    ["git -c core.sshCommand='ssh -i k' fetch up", [false, 0]],
    ["git fetch up && curl https://x.example", [false, 1]],
    ["git push up feat && git push origin main", [false, 0]],
    ["git push up feat && git fetch http://localhost:3000/x", [true, 1]],
    ["git fetch --recurse-submodules up", undefined],
    ["git fetch up && ssh git.example", [false, 1]],
    ["git fetch two", [false, 0]],
    ["git fetch two && git fetch http://localhost:3000/x", undefined],
    ["ls", undefined],
  ])("%s", async (command, left) => {
    expect(await leftOf(command)).toEqual(left);
  });
});

describe("a remote that the repository leads elsewhere", () => {
  const reachedBy = async (command: string) =>
    (await judgeCommand(where, command)).effects.flatMap((effect) =>
      effect.kind === "egress" ? [[effect.destination.host, effect.destination.known]] : [],
    );
  test.each([
    ["git fetch up", "git.example", "remote"],
    ["git fetch secured", "safe.example", "remote"],
    ["git fetch moved", "stranger.example", undefined],
    ["git pull moved main", "stranger.example", undefined],
    ["git fetch https://known.example/x", "stranger.example", undefined],
    ["git fetch --multiple up moved", "stranger.example", undefined],
  ])("%s reaches %s", async (command, host, known) => {
    expect(await reachedBy(command)).toContainEqual([host, known]);
  });
});
