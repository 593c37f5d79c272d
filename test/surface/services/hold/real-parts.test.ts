// What people work with every day, for real inside held calls: databases, git over ssh, a server and a browser, an agent with keys.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { freePort } from "../fleet/free-port.ts";
import {
  POSTGRES_MISSING,
  type PostgresCluster,
  postgresPrograms,
  startPostgres,
} from "../fleet/postgres-cluster.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "./held.ts";
import { until } from "../../../until.ts";

const isRoot = process.getuid?.() === 0;
/** WHY another user for the administrator: PostgreSQL does not run for them. */
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);

let machine: HeldMachine;
const children: ChildProcess[] = [];

beforeAll(async () => {
  machine = await heldMachine({ uid: USER });
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  if (machine.trouble !== undefined) ctx.skip(machine.trouble);
});

/** Where a program lies; undefined where it is not installed. */
function programAt(...names: readonly string[]): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  return names
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find((file) => file.startsWith("/") && existsSync(file));
}

const missing = (program: string, debian: string): string =>
  `${program} is not installed (package ${debian})`;

type Options = Omit<Parameters<HeldMachine["run"]>[0], "command">;
const run = (command: string, options: Options = {}): Promise<HeldRun> =>
  machine.run({ command, timeoutMs: 60_000, ...options });

/** A call that was judged to contact a port of this machine, and nothing else. */
const contacts = (port: number | undefined, program: string): Options => ({
  effects: [
    {
      kind: "egress",
      destination: { host: "127.0.0.1", port, scheme: "tcp" },
      carries: [],
      via: [],
      at: undefined,
    } as Effect,
  ],
  programs: [program],
});
/** Starts a program as the user of the machine, outside of every call. */
function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const as = isRoot
    ? ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"]
    : [];
  const [program = "", ...rest] = [...as, ...words];
  const child = spawn(program, rest, {
    cwd: machine.root,
    env: { PATH: process.env["PATH"], HOME: machine.home, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  return child;
}

describe("PostgreSQL", () => {
  let cluster: PostgresCluster | undefined;
  beforeAll(async () => {
    if (postgresPrograms() !== undefined && WHY_NOT_HELD === undefined)
      cluster = await startPostgres();
  });
  afterAll(async () => {
    await cluster?.stop();
  });
  const psql = (port: number): string =>
    `psql -w -X -t -h 127.0.0.1 -p ${port} -U owner -d postgres -c 'select 40 + 2'`;

  test("of the machine answers a call that names its port, and no other call", async (ctx) => {
    if (cluster === undefined) return ctx.skip(POSTGRES_MISSING);
    const { port } = cluster;
    const named = await run(psql(port), contacts(port, "psql"));
    expect(named).toMatchObject({ status: 0, said: expect.stringMatching(/^\s*42\s*$/) });
    for (const options of [{}, contacts(1, "psql")]) {
      const other = await run(psql(port), options);
      expect(other).toMatchObject({ said: "", complained: expect.stringMatching(/refused/) });
    }
  });

  test("of the session is made, started, asked and stopped by one call each", async (ctx) => {
    const programs = postgresPrograms();
    if (programs === undefined) return ctx.skip(POSTGRES_MISSING);
    const port = await freePort();
    const at = `PATH="${programs}:$PATH"`;
    const made = await run(
      `${at}; initdb -D pg -U owner -A trust --no-sync -E UTF8 --locale=C >/tmp/initdb && pg_ctl -D pg -s -w -l /tmp/pg.log -o '-p ${port} -k /tmp -h 127.0.0.1 -c fsync=off' start`,
    );
    expect([made.status, made.complained]).toEqual([0, ""]);
    const asked = await run(
      `psql -w -X -t -h /tmp -p ${port} -U owner -d postgres -c 'create table t (a int)' -c 'insert into t values (7)'; ${psql(port)}`,
    );
    expect(asked).toMatchObject({ status: 0, said: expect.stringMatching(/42/) });
    const outside = (): string =>
      execFileSync("sh", ["-c", `${psql(port)} 2>&1 || true`], { encoding: "utf8" });
    expect(outside()).toMatch(/refused/);
    const stopped = await run(`${at}; pg_ctl -D pg -s -w -m fast stop && rm -rf pg && ls`);
    expect(stopped).toMatchObject({ status: 0, said: "" });
  });
});

test("SQLite keeps a database of the project from call to call, with its journal", async (ctx) => {
  if (programAt("sqlite3") === undefined) return ctx.skip(missing("sqlite3", "sqlite3"));
  const made = await run(
    "sqlite3 app.db 'pragma journal_mode=wal; create table t (a); insert into t values (7)'",
  );
  expect(made).toMatchObject({ status: 0, said: "wal\n", complained: "" });
  const asked = await run("sqlite3 app.db 'update t set a = a + 1; select a from t'; rm app.db*");
  expect(asked).toMatchObject({ status: 0, said: "8\n", complained: "" });
});

describe("git over ssh", () => {
  let port: number;
  let why: string | undefined;
  /** WHY a made-up name for another user: some systems lock the account of nobody whatever their files say. */
  const login = (): string =>
    isRoot ? "person" : execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
  const git = "-c user.name=x -c user.email=x@example.test";
  const as = (line: string): string =>
    execFileSync(
      isRoot ? "setpriv" : "sh",
      [
        ...(isRoot ? ["--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups", "sh"] : []),
        ...["-c", line],
      ],
      {
        cwd: machine.root,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: machine.home },
      },
    );

  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined || machine.trouble !== undefined) return;
    const sshd = programAt("sshd");
    if (sshd === undefined) {
      why = missing("sshd", "openssh-server");
      return;
    }
    port = await freePort();
    const { root, home } = machine;
    machine.file("sshd/none", "");
    machine.file(join(home, ".ssh/none"), "");
    as(
      `ssh-keygen -q -t ed25519 -N '' -f sshd/host && ssh-keygen -q -t ed25519 -N '' -f home/.ssh/id_ed25519 && git init -q --bare -b main remote.git`,
    );
    const host = readFileSync(join(root, "sshd/host.pub"), "utf8");
    machine.file(join(home, ".ssh/known_hosts"), `[127.0.0.1]:${port} ${host}`);
    machine.file("sshd/authorized", readFileSync(join(home, ".ssh/id_ed25519.pub"), "utf8"));
    machine.file(
      join(home, ".ssh/config"),
      `Host *\n  IdentityFile ${home}/.ssh/id_ed25519\n  IdentitiesOnly yes\n  UserKnownHostsFile ${home}/.ssh/known_hosts\n`,
    );
    // WHY a list of users of its own: what git is asked runs in the shell that the list names.
    machine.file(
      "sshd/passwd",
      `${login()}:*:${USER}:${USER}:x:${home}:/bin/sh\nsshd:x:9:9:x:/:/bin/false\n`,
    );
    machine.file(
      "sshd/config",
      [
        ...["ListenAddress 127.0.0.1", `Port ${port}`, `HostKey ${root}/sshd/host`],
        ...["UsePAM no", "StrictModes no", "PidFile none", "PasswordAuthentication no"],
        `AuthorizedKeysFile ${root}/sshd/authorized`,
        "",
      ].join("\n"),
    );
    const words = [sshd, "-D", "-e", "-f", join(root, "sshd/config")];
    const child = isRoot
      ? spawn(
          "unshare",
          [
            ...["-m", "sh", "-c"],
            `mount --bind '${root}/sshd/passwd' /etc/passwd && exec setpriv --reuid ${USER} --regid ${USER} --clear-groups ${words.join(" ")}`,
          ],
          { stdio: ["ignore", "ignore", "pipe"] },
        )
      : start(words);
    children.push(child);
    let said = "";
    child.stderr?.on("data", (part: Buffer) => {
      said += part.toString("utf8");
    });
    await until(
      "it listens or has ended",
      () => said.includes("listening") || child.exitCode !== null,
    );
    if (child.exitCode !== null) why = `sshd does not run here: ${said.slice(0, 200)}`;
    as(`cd home/project && git init -q -b main . && git ${git} commit -q --allow-empty -m one`);
  });

  const url = (): string => `ssh://${login()}@127.0.0.1:${port}${machine.root}/remote.git`;
  const push = (): string =>
    `git -c core.sshCommand='ssh -F ${machine.home}/.ssh/config' push -q ${url()} main`;
  const pushes = (): Options => ({
    effects: [
      ...(contacts(port, "git").effects ?? []),
      {
        kind: "publish",
        channel: "git",
        destination: url(),
        refs: ["main"],
        via: [],
        at: undefined,
      } as unknown as Effect,
    ],
    programs: ["git"],
  });
  const commits = (): string =>
    as("git -C remote.git rev-list --count main 2>/dev/null || echo 0").trim();

  test("a push that was approved has its key, and other calls do not see it", async (ctx) => {
    if (why !== undefined) return ctx.skip(why);
    const unseen = await run(
      `cat ~/.ssh/id_ed25519; ${push()}; ssh -F ~/.ssh/config -p ${port} ${login()}@127.0.0.1 true`,
      { environment: { HOME: machine.home } },
    );
    expect(unseen.said).not.toContain("PRIVATE KEY");
    expect([unseen.status === 0, commits()]).toEqual([false, "0"]);
    const pushed = await run(push(), pushes());
    expect([pushed.status, pushed.complained, commits()]).toEqual([0, "", "1"]);
    const later = await run("cat ~/.ssh/id_ed25519", contacts(port, "curl"));
    expect([later.status, later.said]).toEqual([1, ""]);
  });

  test("a fetch and a clone by ssh work, and write what git writes", async (ctx) => {
    if (why !== undefined) return ctx.skip(why);
    as(`git ${git} -C home/project push -q ../../remote.git main 2>/dev/null; true`);
    const ran = await run(
      `git -c core.sshCommand='ssh -F ${machine.home}/.ssh/config' clone -q ${url()} cloned && git -C cloned log --oneline | wc -l && rm -rf cloned`,
      pushes(),
    );
    expect([ran.status, ran.said.trim(), ran.complained]).toEqual([0, "1", ""]);
  });

  test("an agent of the session gives its keys to that push, and to nobody else", async (ctx) => {
    if (why !== undefined) return ctx.skip(why);
    const agent = programAt("ssh-agent");
    if (agent === undefined) return ctx.skip(missing("ssh-agent", "openssh-client"));
    const socket = join(machine.root, "agent.sock");
    start([agent, "-D", "-a", socket]);
    await until("the socket is there", () => existsSync(socket));
    as(`SSH_AUTH_SOCK='${socket}' ssh-add -q home/.ssh/id_ed25519`);
    const environment = { SSH_AUTH_SOCK: socket };
    for (const shell of ["bash", "zsh"] as const) {
      const has = await run("ssh-add -l", { ...pushes(), environment, shell });
      expect([has.status, has.said]).toEqual([0, expect.stringMatching(/ED25519/)]);
      const other = { environment, shell };
      for (const options of [other, { ...contacts(port, "curl"), ...other }]) {
        const not = await run(`ssh-add -l; SSH_AUTH_SOCK='${socket}' ssh-add -l`, options);
        expect([not.status, not.said]).toEqual([2, ""]);
      }
    }
    const none = await run("ssh-add -l", {
      ...pushes(),
      environment: { SSH_AUTH_SOCK: "/nowhere" },
    });
    expect(none.status).toBe(2);
  });
});

describe.each([
  { name: "this user", uid: process.getuid?.() ?? 0 },
  { name: "another user", uid: NOBODY },
])("A server and a browser of $name", ({ uid }) => {
  let own: HeldMachine | undefined;
  afterAll(async () => {
    if (own !== machine) await own?.remove();
  });

  test("are started in one call each, and the page is seen in a picture", async (ctx) => {
    if (!isRoot && uid !== USER) return ctx.skip("only the administrator becomes another user");
    const chromium = programAt("chromium", "chromium-browser", "google-chrome");
    if (chromium === undefined) return ctx.skip(missing("Chromium", "chromium"));
    own = uid === USER ? machine : await heldMachine({ uid });
    if (own.trouble !== undefined) return ctx.skip(own.trouble);
    const port = await freePort();
    own.file(
      join(own.project, "dev.mjs"),
      `import { createServer } from "node:http";\ncreateServer((asked, answer) => answer.setHeader("content-type", "text/html").end("<title>shop</title><p>page of the session</p><script>document.title += 1 + 1</script>")).listen(${port}, "127.0.0.1", () => console.log("ready"));\n`,
    );
    own.file(join(own.project, "package.json"), '{"scripts":{"dev":"node dev.mjs"}}');
    const options = {
      timeoutMs: 90_000,
      environment: { PATH: `${join(process.execPath, "..")}:/usr/local/bin:/usr/bin:/bin` },
    };
    const served = await own.run({
      command:
        "npm run dev >/tmp/dev.log 2>&1 & for i in $(seq 200); do grep -q ready /tmp/dev.log && break; sleep .1; done; tail -1 /tmp/dev.log",
      ...options,
    });
    expect(served).toMatchObject({ status: 0, said: "ready\n" });
    const browser = `${chromium} --headless --no-sandbox --disable-gpu`;
    const page = `http://127.0.0.1:${port}/`;
    const seen = await own.run({
      command: `${browser} --dump-dom ${page} 2>/tmp/chromium.log; ${browser} --window-size=200,100 --screenshot=shot.png ${page} 2>>/tmp/chromium.log; tail -2 /tmp/chromium.log >&2`,
      ...options,
    });
    expect(seen.said, seen.complained).toContain("<title>shop2</title>");
    const picture = readFileSync(join(own.project, "shot.png"));
    expect([picture.toString("latin1", 1, 4), picture.readUInt32BE(16)]).toEqual(["PNG", 200]);
    expect(
      execFileSync("sh", ["-c", `curl -s -m 2 ${page} || echo none`], { encoding: "utf8" }),
    ).toBe("none\n");
    const ended = await own.run({
      command:
        "pkill -f 'dev[.]mjs'; for i in $(seq 50); do pgrep -f 'dev[.]mjs' >/dev/null || break; sleep .1; done; pgrep -fc 'dev[.]mjs'; rm shot.png dev.mjs package.json",
      ...options,
    });
    expect(ended.said).toBe("0\n");
  });
});

describe("An engine of containers", () => {
  let server: Server | undefined;
  let socket: string;
  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined) return;
    socket = join(machine.home, ".docker/run/docker.sock");
    machine.file(join(machine.home, ".docker/config.json"), "{}");
    mkdirSync(join(machine.home, ".docker/run"));
    server = createServer((_asked, answer) => answer.setHeader("Api-Version", "1.41").end("OK"));
    await new Promise<void>((resolve) => server?.listen(socket, () => resolve()));
    chmodSync(socket, 0o777);
  });
  afterAll(() => {
    server?.close();
  });
  const effects = (program: string): readonly Effect[] => [
    {
      kind: "execute",
      program,
      origin: "project",
      reach: "unbounded",
      via: [],
      at: undefined,
    } as Effect,
  ];
  const ask = (): string => `curl -s -m 5 --unix-socket '${socket}' http://engine/_ping`;

  test.each([
    ["a look at what runs", ["docker"], []],
    ["a command in a container", ["docker"], effects("docker exec")],
    ["services of a project", ["docker"], effects("docker compose up")],
    ["podman's", ["podman"], effects("podman run")],
  ] as const)("is reached by %s", async (_name, programs, effectsOf) => {
    expect(await run(ask(), { programs, effects: effectsOf })).toMatchObject({
      status: 0,
      said: "OK",
    });
  });

  test.each([
    ["code of the project", ["docker"], effects("npm test")],
    ["code of the project beside it", ["docker"], [...effects("docker exec"), ...effects("make")]],
    ["a program that has no business there", ["curl"], []],
  ] as const)("is not reached by %s", async (_name, programs, effectsOf) => {
    const ran = await run(ask(), { programs, effects: effectsOf });
    expect([ran.status === 0, ran.said]).toEqual([false, ""]);
  });
});
