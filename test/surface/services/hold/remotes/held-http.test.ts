// Remotes that held calls reach over http, with a password that no call sees: git for real on both sides, behind a login.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { RefChange, RemoteUse } from "#guard/vocabulary/remote-use.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "../held.ts";
import { type HttpServer, serveHttp } from "./git-servers.ts";

const isRoot = process.getuid?.() === 0;
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);
const hasGit = existsSync("/usr/bin/git");

let machine: HeldMachine;
let server: HttpServer;
let served = "";
let url = "";

/** WHY not at once: the server answers meanwhile. */
const run = async (line: string, cwd: string, words: readonly string[] = []): Promise<string> => {
  const [program, ...rest] = [...words, "sh", "-ec", line];
  const env = { PATH: process.env["PATH"], HOME: machine.home, GIT_CONFIG_NOSYSTEM: "1" };
  const { stdout } = await promisify(execFile)(program, rest, { cwd, env, timeout: 30_000 });
  return stdout;
};
/** A line of a shell as the person runs it, outside of every call. */
const outside = (line: string): Promise<string> =>
  run(
    line,
    machine.project,
    isRoot ? ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"] : [],
  );
/** One of the server's keeper. */
const there = (line: string): Promise<string> => run(line, served);

type Options = Omit<Parameters<HeldMachine["run"]>[0], "command">;
const egress = (): Effect =>
  ({
    kind: "egress",
    destination: { host: "git.example", port: server.port, scheme: "http" },
    carries: [],
    via: ["git"],
    at: undefined,
  }) as Effect;
const reaching = (command: string, remotes: readonly RemoteUse[], more: Options = {}) =>
  machine.run({
    command,
    remotes,
    effects: [egress()],
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
const remoteRefs = (): Promise<string> => there("git -C remote.git for-each-ref");

beforeAll(async () => {
  machine = await heldMachine({ uid: USER });
  if (!hasGit) return;
  served = join(machine.root, "served");
  mkdirSync(served);
  server = await serveHttp(served, `ada:${machine.canary}`);
  url = `http://git.example:${server.port}/remote.git`;
  machine.file(
    join(machine.home, ".git-credentials"),
    ["git", "other"]
      .map((name) => `http://ada:${machine.canary}@${name}.example%3a${server.port}\n`)
      .join(""),
  );
  await there(
    "git init -q -b main --bare remote.git; git -C remote.git config receive.advertisePushOptions true",
  );
  await outside(
    `git config --global http.curloptResolve git.example:${server.port}:127.0.0.1
    git config --global credential.helper store
    git config --global user.name Ada; git config --global user.email ada@example.test
    git config --global init.defaultBranch main; git config --global advice.detachedHead false
    git init -q .; git commit -q --allow-empty -m first; git commit -q --allow-empty -m second
    git remote add origin ${url}; git tag v0; git push -q origin main main:old v0`,
  );
});
afterAll(async () => {
  server.close();
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  if (machine.trouble !== undefined) ctx.skip(machine.trouble);
  if (!hasGit) ctx.skip("git is not installed");
});

describe("what was judged", () => {
  test("is listed, fetched, pulled and cloned, and is on record", async () => {
    await there(
      "git -C remote.git update-ref refs/heads/main $(git -C remote.git -c user.name=b -c user.email=b@c commit-tree -p main -m third main^{tree})",
    );
    const ran = await fetches(
      `git ls-remote origin refs/heads/main; git fetch origin && git pull -q --ff-only origin main && git log -1 --format=%s; git clone -q ${url} copy && git -C copy log -1 --format=%s; git remote -v`,
    );
    expect([ran.status, ran.complained]).toEqual([
      0,
      expect.stringContaining(`From ${url.slice(0, -4)}\n`),
    ]);
    expect(ran.said).toMatch(/refs\/heads\/main\nthird\nthird\norigin\thttp:\/\/git.example/);
    expect(ran.contacts).toEqual(
      Array.from({ length: 4 }, () => ({
        what: "fetch",
        remote: url,
        refs: [],
      })),
    );
  });

  test("brings what others start by themselves, and it stays as it is", async () => {
    await outside(
      `git clone -q ${url} ../other; cd ../other; echo true > .envrc; git add .; git commit -qm envrc; git push -q origin HEAD:main`,
    );
    const ran = await fetches("git pull -q --ff-only origin main");
    expect([ran.status, ran.told]).toEqual([0, undefined]);
    expect(existsSync(join(machine.project, ".envrc"))).toBe(true);
  });

  test("is fetched from servers that speak the older protocol alone", async () => {
    const ran = await fetches(
      "git -c protocol.version=0 ls-remote -q origin old; git -c protocol.version=0 clone -q $(git remote get-url origin) older && git -C older log -2 --format=%s",
    );
    expect([ran.complained, ran.said]).toEqual(["", expect.stringContaining("third\n")]);
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
    expect(await there("git -C remote.git log -1 --format=%s feat")).toBe("3\n");
    expect([made.contacts, more.contacts]).toEqual([
      [{ what: "push", remote: url, refs: ["create refs/heads/feat"] }],
      [{ what: "push", remote: url, refs: ["update refs/heads/feat"] }],
    ]);
  });
});

describe("what was not judged", () => {
  test.each([
    ["another branch", "git push origin feat:main", "not judged to push to it"],
    ["one less", "git push origin :feat", "this call was not judged to delete it"],
    [
      "a replaced one",
      "git commit -q --amend --allow-empty -m Evil; git push -f origin HEAD:feat",
      "this call was not judged to replace it",
    ],
    [
      "one beside another",
      "git commit -q --allow-empty -m s; git push --atomic origin feat HEAD:new",
      "(sallyport: not pushed, because another reference",
    ],
    ["an option", "git commit -q --allow-empty -m o; git push -o ci.x origin feat", "that option"],
  ])("%s changes nothing there, and git says why", async (_, command, why) => {
    const before = await remoteRefs();
    await outside("git fetch -q origin && git checkout -qf -B feat origin/feat");
    const posted = server.asked.length;
    const ran = await pushes(command);
    expect(ran.complained).toContain("! [remote rejected]");
    expect(ran.complained).toContain(why);
    expect(ran.complained).toContain("error: failed to push some refs");
    expect(ran.status).not.toBe(0);
    expect(await remoteRefs()).toBe(before);
    expect(ran.contacts).toEqual([]);
    expect(ran.refusedContact).not.toBe("");
    expect(server.asked.slice(posted).filter((one) => one.startsWith("POST"))).toEqual([]);
  });

  test("neither another remote, host or command is reached, and who asks is told", async () => {
    const posted = server.asked.length;
    const program = "/usr/lib/git-core/git-remote-http";
    const tried = [
      `git ls-remote ${url.replace("remote.git", "other.git")}`,
      `git ls-remote ${url.replace("git.example", "evil.example")}`,
      `git push ${url} feat`,
      `printf 'capabilities\nget http://evil.example/x ${machine.root}/got\n\n' | ${program} o ${url} | grep -v '^[a-z-]*$'`,
      `printf 'stateless-connect git-receive-pack\n' | ${program} o ${url}`,
      `printf 'connect git-upload-pack\n' | ${program} o ${url}`,
    ];
    const ran = await fetches(tried.map((one) => `${one} && echo reached`).join("; "));
    expect(ran.said).toBe("");
    expect(ran.complained.match(/^sallyport: /gm)).toHaveLength(tried.length);
    expect(server.asked.slice(posted)).toEqual([]);
    expect(existsSync(join(machine.root, "got"))).toBe(false);
  });

  test("the repository has no say in what runs and how git goes there", async () => {
    const ran = join(machine.root, "ran");
    await outside(
      `git config credential.helper '!touch ${ran}; echo username=evil; echo password=evil; :'
      git config core.askPass ${ran}; git config http.proxy http://127.0.0.1:1
      git config remote.origin.proxy http://127.0.0.1:1; git config http.extraHeader 'X-Evil: 1'`,
    );
    const seen: unknown[] = [];
    server.answer = ({ headers }) => {
      seen.push(headers["x-evil"]);
      return false;
    };
    const listed = await fetches("git ls-remote -q origin main");
    server.answer = () => false;
    await outside(
      "git config --remove-section credential; git config --remove-section http; git config --unset core.askPass; git config --unset remote.origin.proxy",
    );
    expect([listed.status, listed.complained]).toEqual([0, ""]);
    expect(existsSync(ran)).toBe(false);
    expect(seen.filter((one) => one !== undefined)).toEqual([]);
  });

  test("no password and no network is in such a call", async () => {
    const ran = await fetches(
      "cat ~/.git-credentials 2>&1; env; printf 'protocol=http\nhost=git.example:%s\n\n' 1 | GIT_TERMINAL_PROMPT=0 git credential fill 2>&1; git ls-remote -q origin main; wc -l < /proc/net/route",
    );
    expect(`${ran.said}${ran.complained}`).not.toContain(machine.canary);
    expect(ran.said).toMatch(/refs\/heads\/main\n1\n$/);
  });
});

describe("a server that sends git elsewhere", () => {
  const movedTo = (to: string): void => {
    server.answer = ({ url: path = "" }, response) => {
      const rest = /^\/old\.git(\/.*)$/.exec(path)?.[1];
      if (rest === undefined) return false;
      response.writeHead(301, { Location: `${to}${rest}` }).end();
      return true;
    };
  };
  test.each([
    ["on the same machine is followed", "/remote.git", [], 0, "warning: redirecting to"],
    ["to another one is not", "http://other.example:PORT/remote.git", [], 1, "was not judged"],
    [
      "to another one that was judged is",
      "http://other.example:PORT/remote.git",
      ["http://other.example:PORT/remote.git"],
      0,
      "redirecting to http://other.example",
    ],
    [
      "to a place of this machine is not",
      "http://127.0.0.1:PORT/remote.git",
      [],
      1,
      "no repository",
    ],
    ["to itself, for ever, is not", "/old.git", [], 1, "unable to access"],
  ])("%s", async (_, to, others, isRefused, said) => {
    const here = (text: string): string => text.replace("PORT", String(server.port));
    await outside(
      `git config --global --replace-all http.curloptResolve other.example:${server.port}:127.0.0.1 other; git config --global --get-all credential.helper`,
    );
    movedTo(here(to));
    const old = url.replace("remote.git", "old.git");
    const ran = await reaching(`git ls-remote ${old} refs/heads/main`, [
      { url: old },
      ...others.map((one) => ({ url: here(one) })),
    ]);
    server.answer = () => false;
    expect([ran.said.includes("refs/heads/main"), ran.complained]).toEqual([
      isRefused === 0,
      expect.stringContaining(said),
    ]);
  });

  test("one that has no program of git is not asked for files", async () => {
    server.answer = ({ url: path = "" }, response) => {
      if (!path.startsWith("/dumb.git")) return false;
      const isRefs = path.startsWith("/dumb.git/info/refs");
      response
        .writeHead(isRefs ? 200 : 404)
        .end(isRefs ? `${"1".repeat(40)}\trefs/heads/main\n` : "");
      return true;
    };
    const dumb = url.replace("remote.git", "dumb.git");
    const ran = await reaching(`git clone -q ${dumb} dumb`, [{ url: dumb }]);
    server.answer = () => false;
    expect([ran.status, ran.complained]).toEqual([128, expect.stringContaining("error: ")]);
  });
});

describe("the person's own settings", () => {
  test("count where a condition names the repository", async () => {
    machine.file(
      join(machine.home, "work.inc"),
      `[http "http://git.example:${server.port}/"]\n\textraHeader = X-Work: yes\n`,
    );
    await outside(`git config --global includeIf.gitdir:${machine.project}/.path ~/work.inc`);
    const seen: unknown[] = [];
    server.answer = ({ headers }) => {
      seen.push(headers["x-work"]);
      return false;
    };
    const ran = await fetches("git ls-remote -q origin main");
    server.answer = () => false;
    expect([ran.status, new Set(seen)]).toEqual([0, new Set(["yes"])]);
  });

  test.each([
    ["a helper", "credential.helper", "!$HOME/project/helper"],
    ["a file of cookies", "http.cookieFile", "~/project/cookies"],
    ["another file of settings", "include.path", "~/project/more"],
  ])("%s in the project ends it", async (_, key, value) => {
    machine.file(join(machine.project, "more"), "[http]\n\tproxy = http://127.0.0.1:1\n");
    await outside(`git config --global --add ${key} '${value}'`);
    const posted = server.asked.length;
    const ran = await fetches("git ls-remote -q origin main");
    await outside(`git config --global --unset-all ${key} 'project/'`);
    expect([ran.status, ran.complained]).toEqual([
      128,
      expect.stringMatching(/^sallyport: .*the project/m),
    ]);
    expect(server.asked.slice(posted)).toEqual([]);
  });
});

describe("a ticket", () => {
  test("counts once, in its own call, and no longer than that lasts", async () => {
    const first = await reaching("true", [{ url }], { isOpen: true });
    // WHY replaced: the daemon is another user where the tests run as root.
    const tickets = holdPlaces(machine.data).tickets.replace(/sallyport-\d+/, `sallyport-${USER}`);
    const socket = join(tickets, first.ticket ?? "", "git");
    expect(existsSync(socket)).toBe(true);
    const again = await machine.line(first.command ?? "");
    expect([again.status, again.complained]).toEqual([
      126,
      expect.stringContaining("was run before"),
    ]);
    const program = `require("net").connect(process.argv[1]).on("connect",()=>console.log("reached")).on("error",(e)=>console.log(e.code))`;
    const other = await reaching(
      `${process.execPath} -e '${program}' ${socket}; find /dev/shm /run -name git 2>/dev/null; git ls-remote ${url}`,
      [{ url: url.replace("remote", "other") }],
    );
    expect(other.said).toMatch(/^E[A-Z]+\n\/run\/sallyport\/git\n$/);
    expect(other.complained).toContain("not judged to reach");
    await machine.close(first.ticket ?? "");
    expect(existsSync(socket)).toBe(false);
  });

  test("that is over serves nothing that its call left behind", async () => {
    const late = join(machine.project, "late");
    // TIME: nothing tells a shell of a file that comes.
    await fetches(
      `{ while [ ! -e go ]; do sleep 0.1; done; git ls-remote origin; echo "exit $?"; } >late 2>&1 &`,
    );
    const posted = server.asked.length;
    machine.file(join(machine.project, "go"), "");
    await expect.poll(() => readFileSync(late, "utf8"), { timeout: 10_000 }).toMatch(/exit \d+/);
    expect(readFileSync(late, "utf8")).toContain("sallyport: the remote was not reached");
    expect(server.asked.slice(posted)).toEqual([]);
  });
});

test("a daemon that is killed in the middle of a pack leaves the push undone, and it is said", async () => {
  await outside(
    "git checkout -qf -B feat origin/feat; head -c 24000000 /dev/urandom > big; git add big; git commit -qm big",
  );
  const before = await remoteRefs();
  server.answer = (request) => {
    if (request.method !== "POST" || request.headers["content-length"] === "4") return false;
    request.once("data", () => {
      request.pause();
      machine.holder.once("exit", () => request.resume());
      machine.holder.kill("SIGKILL");
    });
    return false;
  };
  const pushed = pushes('{ git push origin feat; echo "exit $?"; } >pushed 2>&1');
  await expect(pushed).rejects.toThrow("is gone");
  const printed = () => readFileSync(join(machine.project, "pushed"), "utf8");
  await expect.poll(printed, { timeout: 20_000 }).toMatch(/exit \d+/);
  expect(printed()).toMatch(/sallyport: the daemon of sallyport ended while the remote was asked/);
  expect(printed()).not.toContain("exit 0");
  await expect.poll(() => server.open(), { timeout: 20_000 }).toBe(0);
  expect(await remoteRefs()).toBe(before);
}, 60_000);
