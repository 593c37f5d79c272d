// `sallyport gateway` as people and hooks run it: one process in a data directory, found again, ended, silent about what it refused.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { gatewayPlaces } from "#surface/services/gateway/gateway-places.ts";
import { readRunningGateway } from "#surface/services/gateway/gateway-state.ts";
import { openInstall } from "#surface/services/gateway/open-installs.ts";
import { stopGateway } from "#surface/services/gateway/gateway-lifecycle.ts";
import { PROGRAM } from "../../../program.ts";
import { freePort, freshDirectory } from "../../daemon/daemon-stand.ts";
import { connected, exchange, NPM } from "./gateway-stand.ts";
import { until } from "../../../until.ts";

let room: ReturnType<typeof freshDirectory>;
let data: string;
let port: number;
const children: ChildProcess[] = [];

beforeEach(async () => {
  room = freshDirectory();
  data = join(room.path, "data");
  port = await freePort();
});
afterEach(async () => {
  await stopGateway(data);
  for (const child of children.splice(0)) child.kill("SIGKILL");
  room.remove();
});

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function started(words: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
} {
  const child = spawn(process.execPath, [...PROGRAM, "gateway", ...words, "--data", data], {
    env: { PATH: "/usr/bin:/bin", HOME: room.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const text = { out: "", err: "" };
  child.stdout?.on("data", (piece: Buffer) => {
    text.out += piece.toString();
  });
  child.stderr?.on("data", (piece: Buffer) => {
    text.err += piece.toString();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (code) => resolve({ code, ...text })),
  );
  return { child, ended };
}
const gateway = (...words: readonly string[]): Promise<Ended> => started(words).ended;
const onPort = (): readonly string[] => ["--port", String(port)];

const untilRunning = (): Promise<void> =>
  until("a gateway runs", () => readRunningGateway(data) !== undefined);

describe("a gateway", () => {
  it("is started once, described, and stopped", async () => {
    expect(await gateway("status", ...onPort())).toMatchObject({
      code: 1,
      out: expect.stringContaining("does not run: `sallyport gateway start`"),
    });
    const [one, other] = await Promise.all([
      gateway("start", ...onPort(), "--json"),
      gateway("start", ...onPort(), "--json"),
    ]);
    expect([one.code, other.code]).toEqual([0, 0]);
    const told = [one, other].map(({ out }) => JSON.parse(out) as { outcome: string; pid: number });
    expect(told[0]?.pid).toBe(told[1]?.pid);
    expect(told.map(({ outcome }) => outcome)).toContain("started");
    expect(readRunningGateway(data)).toEqual({ port, pid: told[0]?.pid });
    const status = await gateway("status", ...onPort(), "--json");
    expect(status.code).toBe(0);
    expect(JSON.parse(status.out)).toEqual({
      state: "running",
      port,
      pid: told[0]?.pid,
      isInstallOpen: false,
      trustFile: gatewayPlaces(data).trustFile,
      registries: READING_REGISTRIES,
      counts: { answered: {}, refused: {} },
    });
    expect(await gateway("start", "--port", String(await freePort()))).toMatchObject({
      code: 2,
      err: expect.stringContaining("`sallyport gateway stop` first"),
    });
    expect(await gateway("stop", "--json")).toMatchObject({ code: 0 });
    expect(readRunningGateway(data)).toBeUndefined();
    expect(await gateway("stop")).toMatchObject({ code: 0, out: "no gateway runs\n" });
  });
  it("comes back after it was killed", async () => {
    const { child } = started(["run", ...onPort()]);
    await untilRunning();
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(readRunningGateway(data)).toBeUndefined();
    expect(await gateway("start", ...onPort())).toMatchObject({ code: 0 });
    expect(readRunningGateway(data)?.port).toBe(port);
  });
  it("does not begin on a port that somebody else has, and says who", async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(port, "127.0.0.1", resolve));
    try {
      expect(await gateway("run", ...onPort())).toMatchObject({
        code: 3,
        err: expect.stringMatching(/port \d+ is taken by .*; end it, or name another port/),
      });
      expect(await gateway("start", ...onPort())).toMatchObject({ code: 3 });
      expect(await gateway("status", ...onPort())).toMatchObject({ code: 3 });
      expect(readRunningGateway(data)).toBeUndefined();
    } finally {
      stranger.close();
    }
  });
  it("keeps its files to itself", async () => {
    await gateway("start", ...onPort());
    const { root } = gatewayPlaces(data);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(root))
      expect(statSync(join(root, name)).mode & 0o077, name).toBe(0);
    expect(readdirSync(join(data, "tls"))).toEqual([]);
  });
  it.each([
    [["--port", "0"], "--port"],
    [["--port", "65536"], "--port"],
    [["--port", "x"], "--port"],
    [["--proxy", "https://me:word@proxy.example"], "--proxy"],
  ])("is not started with %j", async (words, named) => {
    const { code, err } = await gateway("start", ...words);
    expect([code, err.includes(named), err.includes("word")]).toEqual([2, true, false]);
  });
});

/** Every byte of every file below a directory. */
function bytesBelow(directory: string): string {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => name + readFileSync(join(parentPath, name), "latin1"))
    .join("\n");
}

describe("what is refused", () => {
  it("is in no byte that is written: no output, no file, no answer", async () => {
    const CANARY = "canary4f1c";
    // Nothing listens there: what would pass ends before it leaves this machine.
    const run = started(["run", ...onPort(), "--proxy", "http://127.0.0.1:1"]);
    await untilRunning();
    openInstall(data, { sessionId: CANARY, callId: CANARY });
    const send = async (bytes: string) => exchange(await connected(port), bytes);
    const connectNpm = `CONNECT ${NPM}:443 HTTP/1.1\r\nHost: ${NPM}:443\r\n`;
    const answers = await Promise.all([
      send(`CONNECT ${CANARY}.example:443 HTTP/1.1\r\nHost: ${CANARY}\r\n\r\n`),
      send(`${connectNpm}X-${CANARY}: ${CANARY}\r\nContent-Length: 10\r\n\r\n${CANARY}`),
      send(`${connectNpm}\r\n${CANARY}`),
      send(`${connectNpm}Host: ${CANARY}\r\n\r\n`),
      send(`GET http://${NPM}/${CANARY}?${CANARY} HTTP/1.1\r\nHost: ${CANARY}\r\n\r\n`),
      send(`POST /${CANARY} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${CANARY}`),
      send(`GET /${CANARY} HTTP/1.1\r\n${CANARY}\r\n\r\n`),
      send(`${CANARY} ${CANARY}\r\n\r\n`),
      send(`GET /${CANARY.repeat(3_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
    ]);
    expect(answers.join("\n")).toContain("sallyport gateway: ");
    expect(answers.join("\n")).not.toContain(CANARY);
    const status = await gateway("status", ...onPort(), "--json");
    expect(JSON.parse(status.out)).toMatchObject({ isInstallOpen: true });
    run.child.kill("SIGTERM");
    const { code, out, err } = await run.ended;
    expect(code).toBe(0);
    const { refused } = JSON.parse(readFileSync(gatewayPlaces(data).countsFile, "utf8")) as {
      refused: Record<string, unknown>;
    };
    expect(Object.keys(refused).length).toBeGreaterThan(3);
    for (const text of [out, err, status.out, status.err, bytesBelow(data)])
      expect(text).not.toContain(CANARY);
  });
});
