// Holding with input that is not as anybody would want it: it runs held, or it does not run, and says why.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findSandboxProgram } from "#surface/services/containment/sandbox-programs.ts";
import { createPlaceFinder } from "#surface/services/hold/places/found-places.ts";
import { clearHold, openCallHolder } from "#surface/services/hold/call-holder.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { parentDirectory } from "../../../judging.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "./held.ts";
import { holdPlaces } from "../../../../src/surface/services/hold/shim.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { removeTree } from "../../../../src/surface/foundation/files/closed-tree.ts";
import { until } from "../../../until.ts";

const REFUSED = /^sallyport: not run: /m;

describe("Calls of one machine", () => {
  beforeEach((ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  });
  let machine: HeldMachine;
  let count = 0;
  let project: string;

  beforeAll(async () => {
    machine = await heldMachine();
    machine.file(".claude/none", "");
  });
  afterAll(async () => {
    await machine.remove();
  });
  beforeEach((ctx) => {
    if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
    project = join(machine.home, "w", `${++count}`, "project");
    machine.file(join(project, ".env"), `A=${machine.canary}\n`);
    machine.file(join(project, "a.txt"), "one\n");
    return () => removeTree(join(project, ".."));
  });

  type Options = Partial<Parameters<HeldMachine["run"]>[0]>;
  const run = (command: string, options: Options = {}): Promise<HeldRun> =>
    machine.run({ command, project, cwd: project, ...options });

  const isHeld = (ran: HeldRun, said: RegExp): void => {
    expect(ran.why).toBeUndefined();
    expect(ran.said).toMatch(said);
    expect(ran.said).not.toContain(machine.canary);
  };
  /** It did not run at all, and says so in one line of ours. */
  const isNotRun = (ran: HeldRun): void => {
    expect(ran.said).toBe("");
    expect(ran.status).not.toBe(0);
    expect(ran.complained).toMatch(REFUSED);
  };

  describe("commands", () => {
    test.each([64 << 10, 1 << 20])("runs a command of %d characters", async (length) => {
      const ran = await run(`x='${"a".repeat(length)}'; echo \${#x}; cat .env`);
      isHeld(ran, new RegExp(`^${length}\n`));
    });

    test("runs a command with control characters as it is", async () => {
      isHeld(
        await run("printf '%s' '\u0001\u001b[31m\u007f\t\r' | od -An -tx1; cat .env"),
        /01 1b 5b 33 31 6d 7f 09 0d/,
      );
    });

    test.each(["bash", "zsh"] as const)("holds a command with NUL in %s", async (shell) => {
      const ran = await run("echo a\u0000b; cat .env", { shell });
      expect(ran.kind).toBe("held");
      expect(ran.said).not.toContain(machine.canary);
    });

    test.each(["", "\n", "echo 'open", "exit 7", "exec false", "kill -9 $$", "set -e; false", "("])(
      "hands on what becomes of %j",
      async (command) => {
        const ran = await run(command);
        const bare = spawnSync("bash", ["--norc", "-c", `eval "$1" </dev/null`, "bash", command], {
          cwd: project,
        });
        const status = bare.status ?? 137;
        expect(ran.status).toBe(status);
        expect(ran.complained).not.toMatch(REFUSED);
      },
    );
  });

  describe("places", () => {
    test.each([
      'it\'s "quoted" $(id)',
      "with\nline",
      "tab\there \\ back",
      "-x",
      "ü 日本",
      "a'b\n'c",
    ])("holds a project named %j", async (name) => {
      const odd = join(project, "..", name);
      renameSync(project, odd);
      machine.file(join(odd, "sub dir/.env"), machine.canary);
      const ran = await run(
        "cat .env 'sub dir/.env'; echo x >made; mkdir -p to; cd to; echo here",
        {
          project: odd,
          cwd: odd,
        },
      );
      isHeld(ran, /here/);
      expect(Buffer.from(ran.cwd, "latin1").toString("utf8")).toBe(join(odd, "to"));
      expect(existsSync(join(odd, "made"))).toBe(true);
    });

    test("holds a project that is reached by a link", async () => {
      const link = join(project, "..", "link");
      symlinkSync(project, link);
      const ran = await run("cat .env; echo x >made; pwd -P", { project: link, cwd: link });
      isHeld(ran, /project\n/);
      expect(existsSync(join(project, "made"))).toBe(true);
    });

    test.each([
      ["the whole machine", () => "/"],
      ["the home", () => machine.home],
      ["what holds the home", () => machine.root],
      ["the client's settings", () => join(machine.home, ".claude")],
      ["our own data", () => machine.data],
      ["the system's settings", () => "/etc"],
      ["scratch for everybody", () => "/tmp"],
    ])("does not hold %s as a project, and says why", async (_, place) => {
      const ran = await run("cat .env", { project: place(), cwd: place() });
      expect(ran.kind).toBe("not-held");
      expect(ran.why).toMatch(/^the project (?:is|holds) /);
      expect(ran.said).toBe("");
    });

    test("holds a project below /tmp", async () => {
      const root = realpathSync(mkdtempSync("/tmp/held-project-"));
      try {
        const below = join(root, "a/b");
        machine.file(join(below, ".env"), machine.canary);
        const ran = await run("cat .env; echo x >made; echo y >/tmp/scratch; ls /tmp", {
          project: below,
          cwd: below,
        });
        isHeld(ran, /scratch/);
        expect(existsSync(join(below, "made"))).toBe(true);
        expect(existsSync("/tmp/scratch")).toBe(false);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });

    test("begins in a directory outside of the project", async () => {
      isHeld(
        await run("pwd; touch x 2>&1", { cwd: "/usr/share" }),
        /^\/usr\/share\n.*Read-only file system/s,
      );
    });

    test("does not run where its directory is gone", async () => {
      const gone = join(project, "gone");
      mkdirSync(gone);
      const held = await machine.hold({ command: "echo ran", project, cwd: gone });
      rmSync(gone, { recursive: true });
      isNotRun(await machine.line(held.command ?? "", { cwd: project }));
    });
  });

  describe("files of the project", () => {
    test("does not hold a project with 10,000 secret files one by one, and hides them as a whole below it", async () => {
      for (let at = 0; at < 10_000; at++)
        machine.file(join(project, "many", `.env.${at}`), machine.canary);
      isHeld(await run("cat many/.env.1 many/.env.9999; ls many; echo tried"), /^tried/);
      for (let at = 0; at < 1_100; at++) machine.file(join(project, `.env.${at}`), machine.canary);
      const ran = await run("cat .env.1");
      expect(ran).toMatchObject({ kind: "not-held", said: "" });
      expect(ran.why).toMatch(/one by one/);
    });

    test("does not run with less hidden where a secret vanishes between answer and run", async () => {
      machine.file(join(project, "sec/.env"), machine.canary);
      const held = await machine.hold({
        command: "cat .env sec/.env; echo ran",
        project,
        cwd: project,
      });
      rmSync(join(project, "sec"), { recursive: true });
      const ran = await machine.line(held.command ?? "", { cwd: project });
      expect(ran.said).not.toContain(machine.canary);
      isNotRun(ran);
    });

    test("runs where a secret beside the project vanished since the last look", async () => {
      const beside = machine.file(join(project, "../other/.env"), machine.canary);
      isHeld(await run(`cat '${beside}'; echo tried`), /tried/);
      rmSync(beside);
      isHeld(await run("echo tried"), /tried/);
    });

    test.each(["bash", "zsh"] as const)(
      "runs in %s where a socket of another program is gone by then, and closes those that are left",
      async (shell) => {
        const [gone, left] = ["gone's.sock", "left.sock"].map((name) => join(machine.home, name));
        const [one, two] = [gone ?? "", left ?? ""].map((path) =>
          createServer((connection) => connection.end(machine.canary)).listen(path),
        );
        try {
          for (const path of [gone, left]) await waitFor(path ?? "");
          const command = `socat -T1 - 'UNIX-CONNECT:${left}' </dev/null; echo tried`;
          const held = await machine.hold({ command, project, cwd: project });
          await new Promise((resolve) => one?.close(resolve));
          isHeld(await machine.line(held.command ?? "", { cwd: project, shell }), /^tried/);
        } finally {
          two?.close();
        }
      },
    );

    test.each(["bash", "zsh"] as const)(
      "runs in %s where a socket goes away with its directory while it is being closed, once",
      async (shell) => {
        const folder = mkdtempSync(join(machine.home, "service-"));
        const server = createServer().listen(join(folder, "deep.sock"));
        try {
          await waitFor(join(folder, "deep.sock"));
          const command = "echo tried; echo x >>count";
          const held = await machine.hold({ command, project, cwd: project });
          const start = join(holdPlaces(machine.data).tickets, held.ticket ?? "", "start");
          // The moment between the look and the mount, as long as it takes.
          const text = readFileSync(start, "utf8");
          const last = text.lastIndexOf("\n\\builtin exec ");
          expect(last).toBeGreaterThan(0);
          writeFileSync(start, `${text.slice(0, last)}\n/bin/rm -r '${folder}'${text.slice(last)}`);
          const ran = await machine.line(held.command ?? "", { cwd: project, shell });
          expect(ran).toMatchObject({ status: 0, said: "tried\n", complained: "" });
          expect(readFileSync(join(project, "count"), "utf8")).toBe("x\n");
        } finally {
          server.close();
          rmSync(join(project, "count"), { force: true });
          rmSync(folder, { recursive: true, force: true });
        }
      },
    );

    test("holds where a socket of another user lies in a directory that they closed", async (ctx) => {
      if (process.getuid?.() !== 0) return ctx.skip("only the administrator becomes another user");
      const closed = realpathSync(mkdtempSync(join(parentDirectory(), "closed-")));
      const other = await heldMachine({ uid: NOBODY });
      const server = createServer().listen(join(closed, "a.sock"));
      try {
        if (other.trouble !== undefined) return ctx.skip(other.trouble);
        await waitFor(join(closed, "a.sock"));
        isHeld(await other.run({ command: "echo tried" }), /tried/);
      } finally {
        server.close();
        await other.remove();
        rmSync(closed, { recursive: true, force: true });
      }
    });

    test.each(["home", "place of a program", "project beside"])(
      "hides a secret that was made in the %s since the last look",
      async (where) => {
        const places = {
          home: join(machine.home, ".netrc"),
          "place of a program": join(machine.home, ".config/gh/hosts.yml"),
          "project beside": join(project, "../beside/.env"),
        };
        const secret = places[where as keyof typeof places];
        machine.file(join(secret, "../none"), "");
        isHeld(await run("echo tried"), /tried/);
        machine.file(secret, machine.canary);
        try {
          isHeld(await run(`cat '${secret}'; echo tried`), /tried/);
        } finally {
          rmSync(secret);
        }
      },
    );

    test("holds beside odd things that are named like secrets", async () => {
      const odd = join(project, "odd");
      machine.file(join(odd, "a"), "a");
      symlinkSync("nowhere", join(odd, ".env"));
      symlinkSync("/proc/self/environ", join(odd, ".env.proc"));
      symlinkSync("/dev/null", join(odd, ".env.device"));
      symlinkSync(".env.loop", join(odd, ".env.loop"));
      symlinkSync("../..", join(odd, ".env.up"));
      execFileSync("mkfifo", [join(odd, ".env.pipe")]);
      mkdirSync(join(odd, ".env.directory"));
      const server = createServer().listen(join(odd, ".env.socket"));
      try {
        isHeld(await run("timeout 5 ls odd >/dev/null; cat .env odd/.env; echo tried"), /tried/);
        expect(lstatSync(join(odd, "nowhere"), { throwIfNoEntry: false })).toBeUndefined();
      } finally {
        server.close();
      }
    });

    test("hides a directory that it cannot read", async () => {
      machine.file(join(project, "closed/.env"), machine.canary);
      chmodSync(join(project, "closed"), 0o000);
      isHeld(await run("chmod 755 closed; cat closed/.env; echo tried"), /tried/);
    });

    test.each(["gitdir: nowhere", "gitdir: /", "no repository", "", "gitdir: ../../../../.."])(
      "holds where `.git` is a file that says %j",
      async (text) => {
        machine.file(join(project, ".git"), text);
        isHeld(
          await run(`cat .env; touch '${machine.home}/made' 2>/dev/null; echo tried`),
          /tried/,
        );
        expect(existsSync(join(machine.home, "made"))).toBe(false);
      },
    );

    test("hides nothing where the policy hides nothing, and holds all the same", async () => {
      const ran = await run(
        `cat .env; touch '${machine.home}/made' 2>/dev/null; cd '${machine.data}' && find . -type f`,
        {
          policy: "nothing-hidden",
        },
      );
      // The program that asks for signatures, which anybody may read.
      expect(ran.said).toBe(`A=${machine.canary}\n./hold/sign\n`);
      expect(existsSync(join(machine.home, "made"))).toBe(false);
    });
  });

  describe("tickets", () => {
    test.each(["bash", "zsh"] as const)("counts once, in %s", async (shell) => {
      const held = await machine.hold({ command: "echo ran", project, cwd: project });
      const first = await machine.line(held.command ?? "", { cwd: project, shell });
      expect(first).toMatchObject({ status: 0, said: "ran\n" });
      const again = await machine.line(held.command ?? "", { cwd: project, shell });
      isNotRun(again);
      expect(again.status).toBe(126);
    });

    test.each(["", "0", "00000000000000000000", "../../x", "'$(id)'", "'a b'", "-h", "zz"])(
      "does not run ticket %j",
      async (ticket) => {
        await run("true");
        const ran = await machine.line(`. ${machine.data}/hold/run ${ticket}`, { cwd: project });
        isNotRun(ran);
        expect(ran.status).toBe(126);
      },
    );

    test.each(["start", "args", "cmd", "mounts", "cwd"])(
      "does not run without its file `%s`",
      async (name) => {
        const held = await machine.hold({ command: "echo ran", project, cwd: project });
        rmSync(join(holdPlaces(machine.data).tickets, held.ticket ?? "", name));
        isNotRun(await machine.line(held.command ?? "", { cwd: project }));
      },
    );

    test.each(["run", "filter", "views"])("does not run without `hold/%s`", async (name) => {
      const held = await machine.hold({ command: "echo ran; cat .env", project, cwd: project });
      const file = join(machine.data, "hold", name);
      renameSync(file, `${file}.away`);
      try {
        const ran = await machine.line(held.command ?? "", { cwd: project });
        expect(ran.said).toBe("");
        expect(ran.status).not.toBe(0);
        expect(ran.complained).not.toBe("");
      } finally {
        renameSync(`${file}.away`, file);
      }
    });

    test("does not run once it is closed", async () => {
      const held = await machine.hold({ command: "echo ran", project, cwd: project });
      rmSync(join(holdPlaces(machine.data).tickets, held.ticket ?? ""), { recursive: true });
      isNotRun(await machine.line(held.command ?? "", { cwd: project }));
    });
  });

  test("runs held where the daemon was killed between answer and run, and never bare", async (ctx) => {
    const own = await heldMachine();
    try {
      if (own.trouble !== undefined) return ctx.skip(own.trouble);
      own.file(join(own.project, ".env"), `A=${own.canary}\n`);
      const command = `cat .env; echo x >'${own.home}/out'; cd '${own.data}'; find . -type f; echo tried`;
      const held = await own.hold({ command, cwd: own.project });
      const isGone = new Promise((resolve) => own.holder.once("exit", resolve));
      own.holder.kill("SIGKILL");
      await isGone;
      const ran = spawnSync("bash", ["--norc", "-c", held.command ?? ""], {
        cwd: own.project,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: own.home },
      });
      expect(ran.stdout).toMatch(/^A=.*\n\.\/hold\/sign\ntried\n$/);
      expect(ran.stdout).not.toContain(own.canary);
      expect(existsSync(join(own.home, "out"))).toBe(false);
      const again = spawnSync("bash", ["--norc", "-c", held.command ?? ""], { encoding: "utf8" });
      expect([again.status, again.stdout]).toEqual([126, ""]);
    } finally {
      clearHold(own.data);
      await own.remove();
    }
  });

  test("keeps what the policy hides hidden from a call that began before the policy changed", async () => {
    const before = await machine.hold({ command: "cat .env; echo tried", project, cwd: project });
    const open = await run("cat .env", { policy: "nothing-hidden" });
    expect(open.said).toContain(machine.canary);
    isHeld(await machine.line(before.command ?? "", { cwd: project }), /tried/);
  });

  describe("sessions", () => {
    test("does not run where the session ended between answer and run", async () => {
      const session = "ended";
      const held = await machine.hold({ command: "echo ran", project, cwd: project, session });
      await machine.end(session);
      isNotRun(await machine.line(held.command ?? "", { cwd: project }));
    });

    test("keeps two sessions in one project apart", async () => {
      // TIME: each reads after the other wrote, if they shared a place; neither may hear of the other.
      const [one, two] = await Promise.all(
        ["one", "two"].map((session) =>
          run(`echo ${session} >/tmp/mine; sleep .3; cat /tmp/mine; ps -e | grep -c sleep`, {
            session,
          }),
        ),
      );
      expect(one?.said).toMatch(/^one\n/);
      expect(two?.said).toMatch(/^two\n/);
      for (const session of ["one", "two"]) await machine.end(session);
    });

    test("ends a call in the background with its session", async () => {
      const session = "late";
      const ran = run("echo begun >/tmp/begun; sleep 60; echo over", { session });
      const scratch = await machine.scratch(session);
      await waitFor(join(scratch, "begun"));
      await machine.end(session);
      const { said, status } = await ran;
      expect(said).toBe("");
      expect(status).not.toBe(0);
      expect(existsSync(scratch)).toBe(false);
    });
  });
});

const waitFor = (path: string): Promise<void> => until(`${path} is there`, () => existsSync(path));

describe("A desk", () => {
  beforeEach((ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  });
  const decision = {
    verdict: "allow" as const,
    reasons: [],
    findings: [],
    factsUsed: [],
    steps: 1,
    effects: [],
    programs: [],
  };
  const rooms: string[] = [];
  afterAll(() => {
    for (const root of rooms) rmSync(root, { recursive: true, force: true });
  });
  const call = (root: string) => ({
    projectId: "p",
    sessionId: `s${root}`,
    command: "echo ran",
    decision,
    projectRoot: join(root, "project"),
    cwd: join(root, "project"),
    policy: loadPolicy(),
    configDirectory: join(root, "home/.claude"),
    transcriptPath: undefined,
  });
  const made = (): string => {
    const root = realpathSync(mkdtempSync(join(parentDirectory(), "desk-")));
    rooms.push(root);
    for (const name of ["home", "project", "data"]) mkdirSync(join(root, name));
    return root;
  };

  test("does not hold where bubblewrap is missing, and names the repair", async () => {
    const root = made();
    const desk = openCallHolder({
      data: join(root, "data"),
      home: join(root, "home"),
      nowMs: () => Date.now(),
      standing: async () => ({ works: false, why: "bubblewrap is not installed", repair: "x" }),
    });
    expect(await desk.hold(call(root))).toEqual({
      kind: "not-held",
      why: "bubblewrap is not installed",
    });
    expect(readdirSync(join(root, "data"))).toEqual([]);
  });

  test("rejects where the data directory takes nothing", async (ctx) => {
    const bwrap = findSandboxProgram("bwrap", undefined, "/usr/bin:/bin");
    if (typeof bwrap === "string") return ctx.skip(bwrap);
    const root = made();
    const data = join(root, "data/file");
    writeFileSync(data, "no directory");
    const desk = openCallHolder({
      data,
      home: join(root, "home"),
      nowMs: () => Date.now(),
      standing: async () => ({ works: true, programs: { bwrap: bwrap.path, join: undefined } }),
    });
    await expect(desk.hold(call(root))).rejects.toThrow();
  });

  test("looks at 15,000 directories in seconds, and says so where there are 30,000", (ctx) => {
    // WHY there: it is memory, and so many directories take a disk half a minute.
    if (!existsSync("/dev/shm")) return ctx.skip("there is no /dev/shm");
    const root = mkdtempSync("/dev/shm/held-");
    rooms.push(root);
    const tree = (name: string) =>
      execFileSync("bash", ["--norc", "-c", `mkdir -p project/${name}/{1..150}/{1..100}`], {
        cwd: root,
      });
    const finder = createPlaceFinder();
    const policy = loadPolicy();
    const find = () =>
      finder.find({ policy, projectRoot: join(root, "project"), home: root, nowMs: Date.now() });
    tree("one");
    expect(find().missing).toBeUndefined();
    tree("two");
    expect(find().missing).toMatch(/more than 20000 directories/);
  });

  test("rejects where the disk is full", async (ctx) => {
    const root = made();
    const full = join(root, "data");
    const said = spawnSync(
      "unshare",
      [
        "-m",
        "sh",
        "-c",
        `mount -t tmpfs -o size=64k t "$1" && head -c 200000 /dev/zero >"$1/full"; exec "$2" ${"$3 $4 $5"} "$6"`,
        "sh",
        full,
        process.execPath,
        "--conditions=source",
        "--import",
        new URL("../../../../scripts/plain-sources.mjs", import.meta.url).href,
        deskScript(root),
      ],
      { encoding: "utf8", cwd: root },
    );
    if (/Operation not permitted|must be superuser/.test(said.stderr))
      return ctx.skip("no file system can be mounted here");
    expect(said.stdout).toMatch(/^rejected ENOSPC/);
  });
});

/** A program that holds one call, for a process in which the disk is full. */
function deskScript(root: string): string {
  const file = join(root, "desk.mjs");
  const source = (path: string) =>
    JSON.stringify(new URL(`../../../../src/${path}`, import.meta.url).href);
  writeFileSync(
    file,
    `const { openCallHolder } = await import(${source("surface/services/hold/call-holder.ts")});
const { loadPolicy } = await import(${source("surface/services/policy/policy-source.ts")});
const desk = openCallHolder({ data: ${JSON.stringify(join(root, "data"))}, home: ${JSON.stringify(join(root, "home"))}, nowMs: () => Date.now(),
  standing: async () => ({ works: true, programs: { bwrap: "/usr/bin/bwrap", join: undefined } }) });
try {
  const answer = await desk.hold({ projectId: "p", projectRoot: ${JSON.stringify(join(root, "project"))}, sessionId: "full", command: "echo ran", cwd: "/",
    decision: { effects: [], programs: [], reasons: [] }, policy: loadPolicy(), configDirectory: "/nowhere", transcriptPath: undefined });
  console.log("held", answer.kind);
} catch (cause) { console.log("rejected", cause.code); }
desk.end("p", "full");
`,
  );
  return file;
}

test("A socket in a directory of somebody else's that is closed to the user does not keep calls from running", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) return ctx.skip(WHY_NOT_HELD);
  if (process.getuid?.() !== 0) return ctx.skip("only the administrator becomes another user");
  const closed = mkdtempSync(join(parentDirectory(), "closed-"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(closed, "service.sock"), resolve));
  const machine = await heldMachine({ uid: NOBODY });
  try {
    if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
    const ran = await machine.run({ command: "echo held" });
    expect([ran.why, ran.said]).toEqual([undefined, "held\n"]);
  } finally {
    await machine.remove();
    await new Promise((resolve) => server.close(resolve));
    rmSync(closed, { recursive: true, force: true });
  }
});
