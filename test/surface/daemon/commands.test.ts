// The commands as a person runs them: start guards, proves and follows; a full disk closes the gate.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { daemonStatus, stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { freshDirectory, installOn, preToolUse, verdictOf } from "./daemon-stand.ts";
import { PROGRAM } from "../../program.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  room = freshDirectory();
  project = join(room.path, "project");
  mkdirSync(project);
  install = await installOn(join(room.path, "data"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
  }
  await stopDaemon(install);
  room.remove();
});

type Running = { readonly child: ChildProcess; text(): string; ended: Promise<number | null> };

function sallyport(...args: readonly string[]): Running {
  return run(process.execPath, [...PROGRAM, ...args, "--data", install.directories.root]);
}

function run(program: string, args: readonly string[]): Running {
  const child = spawn(program, args, {
    env: { PATH: "/usr/bin:/bin", HOME: room.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  return {
    child,
    text: () => text,
    ended: new Promise((resolve) => child.once("close", resolve)),
  };
}

async function post(command: string): Promise<{ verdict: string; text: string }> {
  const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const body = preToolUse({ cwd: project, tool_input: { command } });
  const text = await readText(await open(hook, "/v1/hook", { bearer: hook.token, body }), 100_000);
  return { verdict: verdictOf(JSON.parse(text)), text };
}

describe("start", () => {
  const state = async () => (await daemonStatus(install.directories)).state;

  test("guards a project, proves it, ends with --once, and leaves the daemon running", async () => {
    const start = sallyport("start", "--guard", project, "--yes", "--once");
    expect(await start.ended).toBe(0);
    expect(start.text()).toMatch(/`ls` should run: allow, ok/);
    expect(start.text()).toMatch(/`cat \.env` should be refused: deny, ok/);
    expect(start.text()).toContain(`\`sallyport daemon stop --data ${install.directories.root}\``);
    expect(await state()).toBe("running");
    const again = sallyport("start", "--guard", project, "--once");
    expect(await again.ended).toBe(0);
    expect(again.text()).toContain("already guarded");
    expect(again.text()).toContain("the daemon runs (process");
  });

  test("asks before it changes anything; where nobody can be asked it says what to add", async () => {
    const start = sallyport("start", "--guard", project, "--once");
    expect(await start.ended).toBe(2);
    expect(start.text()).toContain("--yes");
    expect(() => readFileSync(join(project, ".claude", "settings.local.json"))).toThrow(/ENOENT/);
  });

  test("without a project to guard says so, or proves itself through one that is guarded", async () => {
    const bare = sallyport("start", "--once");
    expect(await bare.ended).toBe(0);
    expect(bare.text()).toContain("no project is guarded");
    const other = join(room.path, "other");
    mkdirSync(other);
    for (const directory of [project, other]) {
      expect(await sallyport("init", directory, "--yes", "--no-daemon").ended).toBe(0);
    }
    rmSync(other, { recursive: true });
    const start = sallyport("start", "--once");
    expect(await start.ended).toBe(0);
    expect(start.text()).toContain("holds no hook of sallyport");
    expect(start.text()).toContain(`in the name of ${project}`);
    expect(start.text()).toMatch(/`cat \.env` should be refused: deny, ok/);
  });

  test("follows decisions until Ctrl-C, which leaves the daemon running and says how to stop it", async () => {
    const first = sallyport("start", "--guard", project, "--yes");
    await expect.poll(first.text, { timeout: 40_000 }).toContain("following decisions");
    const second = sallyport("start", "--json");
    await expect.poll(second.text, { timeout: 40_000 }).toContain("\n");
    expect(JSON.parse(second.text().split("\n", 1)[0] ?? "")).toMatchObject({
      outcome: "running",
      port: install.port,
      data: install.directories.root,
      guarded: null,
      proof: { root: project, canaries: [{ isGood: true }, { isGood: true }] },
    });
    await expect
      .poll(
        async () => {
          expect((await post("cat .env")).verdict).toBe("deny");
          const decisions = second.text().trimEnd().split("\n").slice(1);
          return (
            /deny +Bash .*secrets\/read/.test(first.text()) &&
            decisions.some((line) => JSON.parse(line).verdict === "deny")
          );
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    for (const { child, text, ended } of [second, first]) {
      child.kill("SIGINT");
      expect(await ended).toBe(0);
      if (child === first.child)
        expect(text()).toMatch(/no longer following; .*`sallyport daemon stop --data .*` stops it/);
      expect(await state()).toBe("running");
    }
    const stop = sallyport("daemon", "stop", "--json");
    expect(await stop.ended).toBe(0);
    expect(JSON.parse(stop.text())).toEqual({ outcome: "stopped", pid: expect.any(Number) });
    expect(await state()).toBe("stopped");
  });

  test("names a stranger on the daemon's port before it touches the project", async () => {
    const stranger = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => stranger.listen(install.port, "127.0.0.1", resolve));
    const start = sallyport("start", "--guard", project, "--yes", "--once");
    expect(await start.ended).toBe(2);
    await new Promise((resolve) => stranger.close(resolve));
    expect(start.text()).toMatch(/listens on 127\.0\.0\.1:\d+, where the daemon belongs/);
    expect(() => readFileSync(join(project, ".claude", "settings.local.json"))).toThrow(/ENOENT/);
  });
});

describe("daemon", () => {
  test("status and stop tell the truth when nothing runs; unknown words are usage errors", async () => {
    const status = sallyport("daemon", "status", "--json");
    expect(await status.ended).toBe(1);
    expect(JSON.parse(status.text())).toMatchObject({ state: "stopped", port: install.port });
    const stop = sallyport("daemon", "stop");
    expect([await stop.ended, stop.text()]).toEqual([0, "the daemon does not run\n"]);
    expect(await sallyport("daemon", "frobnicate").ended).toBe(2);
  });

  test("a disk that takes no more closes the gate, and says why", async () => {
    const guarded = sallyport("init", project, "--yes", "--no-daemon");
    expect(await guarded.ended).toBe(0);
    // A file size limit of 16 KiB makes every further write fail, as a full disk does.
    const command = `ulimit -f 16; exec "$@"`;
    const words = [...PROGRAM, "daemon", "run", "--data", install.directories.root];
    const daemon = run("/bin/bash", ["--norc", "-c", command, "bash", process.execPath, ...words]);
    await expect.poll(daemon.text, { timeout: 15_000 }).toContain("ready");
    const verdicts: string[] = [];
    let last = { verdict: "", text: "" };
    for (let call = 0; call < 400 && last.verdict !== "deny"; call++) {
      last = await post(`ls ${"x".repeat(200)} # ${call}`);
      verdicts.push(last.verdict);
    }
    expect(verdicts.length).toBeGreaterThan(5);
    expect(last.verdict).toBe("deny");
    expect(last.text).toContain("guard/log");
    expect((await post("ls")).verdict).toBe("deny");
    expect(daemon.child.exitCode).toBeNull();
  });

  test("kill -9 between two calls loses no denied call", async () => {
    writeFileSync(join(project, ".env"), "KEY=1\n");
    expect(await sallyport("init", project, "--yes", "--no-daemon").ended).toBe(0);
    const first = sallyport("daemon", "run");
    await expect.poll(first.text, { timeout: 15_000 }).toContain("ready");
    for (let call = 0; call < 5; call++) expect((await post("cat .env")).verdict).toBe("deny");
    first.child.kill("SIGKILL");
    await first.ended;
    await expect(post("cat .env")).rejects.toThrow(/ECONNREFUSED/);
    const second = sallyport("daemon", "run");
    await expect.poll(second.text, { timeout: 15_000 }).toContain("ready");
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
    const tail = sallyport("log", "tail", "-n", "50", "--json");
    expect(await tail.ended).toBe(0);
    const denied = tail
      .text()
      .split("\n")
      .filter((line) => /"verdict":\s*"deny"/.test(line));
    expect(denied).toHaveLength(5);
    const verify = sallyport("log", "verify");
    expect(await verify.ended).toBe(0);
  });
});
