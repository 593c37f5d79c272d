// The daemon as a process: started once, found again, killed, replaced, and never confused with a stranger.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Failure } from "#base/failure.ts";
import {
  askDaemon,
  open,
  probeDaemon,
  readText,
} from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { daemonEnvironment } from "#surface/foundation/process/detached-environment.ts";
import {
  daemonStatus,
  ensureDaemon,
  stopDaemon,
} from "#surface/services/daemon-process/lifecycle.ts";
import { lockHolder, takeLock } from "#surface/foundation/files/process-lock.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { freshDirectory, installOn, plainPorts, preToolUse } from "../../daemon/daemon-stand.ts";
import { FROM_SOURCE } from "../../../program.ts";

const ENTRY = fileURLToPath(new URL("daemon-entry.ts", import.meta.url));
const launch = {
  nodeArguments: [...FROM_SOURCE, ENTRY],
};

let room: ReturnType<typeof freshDirectory>;
let install: Install;
const strangers: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

beforeEach(async () => {
  room = freshDirectory();
  install = await installOn(room.path);
});
afterEach(async () => {
  await stopDaemon(install);
  for (const { server, sockets } of strangers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  room.remove();
});

function observations(): string[] {
  const file = join(room.path, "observations");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

function occupy(server: Server): Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  strangers.push({ server, sockets });
  return new Promise((resolve) => server.listen(install.port, "127.0.0.1", resolve));
}

describe("ensure", () => {
  test("starts one daemon, detached and with a scrubbed environment, and finds it again", async () => {
    const first = await ensureDaemon(install, launch);
    expect(first.kind).toBe("started");
    const second = await ensureDaemon(install, launch);
    expect(second).toMatchObject({
      kind: "running",
      identity: "identity" in first ? first.identity : {},
    });
    expect(await daemonStatus(install.directories)).toMatchObject({
      state: "running",
      port: install.port,
    });
    expect(await stopDaemon(install)).toMatchObject({ kind: "stopped" });
    expect(await stopDaemon(install)).toEqual({ kind: "not-running" });
    expect(await daemonStatus(install.directories)).toMatchObject({ state: "stopped" });
    const lines = observations();
    expect(lines.slice(0, 2)).toEqual(["daemon", "daemon"]);
    expect(lines[2]).toMatch(/^closed /);
    expect(lines[2]).not.toMatch(/NODE_OPTIONS|PROXY|proxy|VITEST/);
  });

  test("one that stands still is not called stopped, and waited for while it lives", async () => {
    const started = await ensureDaemon(install, launch);
    const pid = "identity" in started ? started.identity.pid : 0;
    process.kill(pid, "SIGSTOP");
    const status = daemonStatus(install.directories);
    // TIME: longer than a single probe waits.
    await sleep(2_500);
    process.kill(pid, "SIGCONT");
    expect(await status).toMatchObject({ state: "running", pid });
  });

  test("several at once end with one daemon", async () => {
    const results = await Promise.all([1, 2, 3].map(() => ensureDaemon(install, launch)));
    const pids = results.map((result) => ("identity" in result ? result.identity.pid : result));
    expect(new Set(pids)).toEqual(new Set([expect.any(Number)]));
    expect(observations()).toEqual(["daemon"]);
  });

  test("a daemon that was killed is replaced, its stale lock taken over", async () => {
    const first = await ensureDaemon(install, launch);
    const pid = "identity" in first ? first.identity.pid : 0;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => lockHolder(install.directories.lockFile)).toBeUndefined();
    expect(existsSync(install.directories.lockFile)).toBe(true);
    const second = await ensureDaemon(install, launch);
    expect(second.kind).toBe("started");
    expect("identity" in second ? second.identity.pid : 0).not.toBe(pid);
  });

  test("the daemon survives SIGHUP and ends in order on SIGTERM", async () => {
    const result = await ensureDaemon(install, launch);
    const pid = "identity" in result ? result.identity.pid : 0;
    process.kill(pid, "SIGHUP");
    // TIME: a signal that does nothing is answered by nothing.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await probeDaemon(install)).toMatchObject({ kind: "ours" });
    process.kill(pid, "SIGTERM");
    await expect.poll(() => lockHolder(install.directories.lockFile)).toBeUndefined();
    expect(observations().at(-1)).toMatch(/^closed/);
    expect(existsSync(install.directories.lockFile)).toBe(false);
  });

  test("a daemon that ends at once is a failure with its last words", async () => {
    const result = await ensureDaemon(install, {
      nodeArguments: ["-e", "console.error('no luck today'); process.exit(1)"],
    });
    expect(result).toEqual({ kind: "failed", message: "no luck today" });
    const crashed = await ensureDaemon(install, {
      nodeArguments: ["-e", "throw new TypeError('a defect')"],
    });
    expect(crashed).toEqual({ kind: "failed", message: "TypeError: a defect" });
  });

  test("a daemon that never answers is a failure in time", async () => {
    const result = await ensureDaemon(
      install,
      { nodeArguments: ["-e", "setTimeout(() => {}, 3000)"] },
      1_000,
    );
    expect(result).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("does not answer"),
    });
  });
});

describe("a stranger on the port", () => {
  const kinds: readonly (readonly [string, () => Server, RegExp])[] = [
    [
      "speaks plain HTTP and says {}",
      () => createHttpServer((_request, response) => response.end("{}")),
      /does not speak TLS/,
    ],
    [
      "closes every connection",
      () => createServer((socket) => socket.destroy()),
      /breaks the connection/,
    ],
    [
      "accepts and never answers",
      () => createServer((socket) => socket.on("error", () => undefined)),
      /answers nothing/,
    ],
    [
      "speaks TLS with another certificate and says {}",
      () => foreignTls(),
      /certificate is not ours/,
    ],
  ];
  test.each(kinds)(
    "that %s is named and never taken for ours",
    async (_name, make, how) => {
      await occupy(make());
      const result = await ensureDaemon(install, launch);
      expect(result).toMatchObject({ kind: "stranger", message: expect.stringMatching(how) });
      if (process.platform === "linux") {
        expect("message" in result ? result.message : "").toContain(`process ${process.pid}`);
      }
      expect(observations()).toEqual([]);
      const run = runDaemon(install, {
        compose: async () => ({ ports: plainPorts([]), close: async () => undefined }),
        findProject: () => undefined,
        clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
        version: "0.0.0",
        say: () => undefined,
      });
      await expect(run).rejects.toMatchObject({ code: "stranger" });
      expect(existsSync(install.directories.lockFile)).toBe(false);
    },
    20_000,
  );

  test("ends a daemon process with exit code 3 and words", async () => {
    await occupy(createHttpServer((_request, response) => response.end("{}")));
    const child = spawn(process.execPath, launch.nodeArguments, {
      env: { ...daemonEnvironment(process.env, room.path) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words += text;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect([code, words]).toEqual([3, expect.stringContaining("does not speak TLS")]);
  });

  function foreignTls(): Server {
    const name = "sallyport authority 0000000000000000";
    const authority = createAuthority({ name, nowMs: Date.now(), days: 10 });
    const issued = issueServerCertificate(
      { name, key: createPrivateKey(authority.key) },
      { nowMs: Date.now(), days: 10 },
    );
    return createHttpsServer({ cert: issued.certificate, key: issued.key }, (_request, response) =>
      response.end("{}"),
    );
  }
});

describe("questions of one process", () => {
  test("share a connection, survive its end, and go to nobody else", async () => {
    const name = "sallyport authority 1111111111111111";
    const authority = createAuthority({ name, nowMs: Date.now(), days: 10 });
    const { certificate: cert, key } = issueServerCertificate(
      { name, key: createPrivateKey(authority.key) },
      { nowMs: Date.now(), days: 10 },
    );
    const sockets = new Set<Socket>();
    const answer = { kind: "found", places: [7], next: null };
    await occupy(
      createHttpsServer({ cert, key }, (request, response) => {
        sockets.add(request.socket);
        request.resume();
        response.end(JSON.stringify(answer));
      }),
    );
    const asked = { ...install, authority: authority.certificate };
    for (let round = 0; round < 3; round += 1)
      expect(await askDaemon(asked, { ask: "state" })).toEqual(answer);
    expect(sockets.size).toBe(1);
    for (const socket of sockets) socket.destroy();
    expect(await askDaemon(asked, { ask: "state" })).toEqual(answer);
    expect(sockets.size).toBe(2);
    // The same port under another authority: what is kept is not for it, and the server is a stranger.
    expect(await askDaemon(install, { ask: "state" })).toBeUndefined();
    expect(sockets.size).toBe(2);
  });
});

describe("lock", () => {
  test("is held once, and free again after release", () => {
    const file = join(room.path, "a.lock");
    const first = takeLock(file);
    expect(takeLock(file)).toMatchObject({ kind: "busy", holder: { pid: process.pid } });
    if (first.kind === "held") first.release();
    expect(takeLock(file).kind).toBe("held");
  });

  test.each([
    ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 - 1, started: "x", nonce: "n" })],
    [
      "of a reused process id",
      JSON.stringify({ pid: process.pid, started: "earlier", nonce: "n" }),
    ],
    ["that is damaged", "{"],
    ["that is empty", ""],
    ["of nobody", JSON.stringify({ pid: 0, started: "x", nonce: "n" })],
  ])("%s is taken over", (_name, text) => {
    const file = join(room.path, "b.lock");
    writeFileSync(file, text, { mode: 0o600 });
    expect(takeLock(file).kind).toBe("held");
    expect(lockHolder(file)).toMatchObject({ pid: process.pid });
  });

  test("two daemons in one installation: the second finds the first", async () => {
    const options = {
      compose: async () => ({ ports: plainPorts([]), close: async () => undefined }),
      findProject: () => undefined,
      clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      version: "0.0.0",
      say: () => undefined,
    };
    const first = await runDaemon(install, options);
    expect(await runDaemon(install, options)).toEqual({ kind: "already", pid: process.pid });
    if (first.kind === "running") await first.stop();
  });
});

describe("parts that do not come up", () => {
  test("let calls wait while they start", async () => {
    const run = await runDaemon(install, {
      compose: async () => {
        // TIME: parts that are slow to start are what is tested.
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { ports: plainPorts([]), close: async () => undefined };
      },
      findProject: () => ({ id: "0123456789abcdef", root: "/project" }),
      clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      version: "0.0.0",
      say: () => undefined,
    });
    if (run.kind !== "running") throw new Error("the daemon did not start");
    expect(await probeDaemon(install)).toMatchObject({ identity: { state: "starting" } });
    const options = { bearer: "a".repeat(43), body: preToolUse() };
    const text = await readText(await open(install, "/v1/hook", options), 10_000);
    expect(text).toBe('{"hookSpecificOutput":{"hookEventName":"PreToolUse"}}');
    await run.stop();
  });

  test("refuse calls with the reason, and are tried again until they do", async () => {
    let broken = true;
    const run = await runDaemon(install, {
      compose: async () => {
        if (broken)
          throw new Failure("log-damaged", "the log is damaged; run `sallyport log verify`");
        return { ports: plainPorts([]), close: async () => undefined };
      },
      findProject: () => ({ id: "0123456789abcdef", root: "/project" }),
      clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      version: "0.0.0",
      say: () => undefined,
    });
    if (run.kind !== "running") throw new Error("the daemon did not start");
    await expect(run.ready()).rejects.toThrow(/log is damaged/);
    const post = async () =>
      readText(await open(install, "/v1/hook", { bearer: "a".repeat(43), body: "{}" }), 10_000);
    expect(await post()).toMatch(/"decision":"block".*log is damaged/);
    expect(await probeDaemon(install)).toMatchObject({ identity: { state: "refusing" } });
    broken = false;
    await expect
      .poll(async () => probeDaemon(install), { timeout: 5_000 })
      .toMatchObject({ identity: { state: "ready" } });
    await run.stop();
  });
});
