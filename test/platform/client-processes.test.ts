// Clients among the processes of this machine: by path, by what a large program holds, by script; and what they see of /etc.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { appendFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClientLook, startOf } from "#platform/client-processes.ts";
import { parentOf } from "#platform/processes.ts";
import { skipIfMissing } from "../skipping.ts";
import { until } from "../until.ts";

const missing = process.platform === "linux" ? undefined : "only Linux tells of processes";
const namespaces =
  spawnSync("unshare", ["-rm", "true"]).status === 0
    ? undefined
    : "no namespaces of one's own here";
const SLEEP = realpathSync(
  spawnSync("sh", ["-c", "command -v sleep"], { encoding: "utf8" }).stdout.trim(),
);
const LARGE_BYTES = 101_000_000;
let room = "";
let started: ChildProcess[] = [];

beforeEach(() => {
  room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-clients-")));
});
afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  started = [];
  rmSync(room, { recursive: true, force: true, maxRetries: 3 });
});

function placed(name: string): string {
  const path = join(room, name);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(SLEEP, path);
  chmodSync(path, 0o755);
  return path;
}
function run(program: string, ...words: readonly string[]): number {
  const child = spawn(program, words, { stdio: "ignore" });
  started.push(child);
  return child.pid ?? 0;
}
async function found(pid: number) {
  const look = createClientLook();
  return (await look()).find((one) => one.pid === pid);
}

describe("processes of the client", () => {
  it.each(["claude", "share/claude/versions/2.1.332"])("are found as %s", async (name) => {
    const program = placed(name);
    const pid = run(program, "60");
    await until("it is found", async () => (await found(pid)) !== undefined);
    expect(await found(pid)).toMatchObject({
      program,
      uid: process.getuid?.(),
      words: [program, "60", ""],
      isCovered: false,
      started: startOf(pid),
      parent: process.pid,
    });
    expect(parentOf(pid)).toBe(process.pid);
  });
  it.each([
    ["with the client's words in it", true],
    ["without them", false],
  ])("are known under another name by a large file %s", async (_, isClient) => {
    const program = placed("vim");
    truncateSync(program, LARGE_BYTES);
    appendFileSync(program, isClient ? "CLAUDE_CODE_ENTRYPOINT" : "SOMETHING_ELSE");
    const pid = run(program, "60");
    await until("it runs", () => startOf(pid) !== undefined);
    // TIME: between fork and exec the process has the program of this one.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await found(pid)) !== undefined).toBe(isClient);
  });
  it("are known as a script of node", async () => {
    const script = join(room, "node_modules/@anthropic-ai/claude-code/cli.js");
    mkdirSync(dirname(script), { recursive: true });
    writeFileSync(script, "setTimeout(() => 0, 60_000)");
    const [client, other] = [
      run(process.execPath, script),
      run(process.execPath, "-e", "setTimeout(()=>0,60000)"),
    ];
    await until("it is found", async () => (await found(client)) !== undefined);
    expect(await found(other)).toBeUndefined();
  });
  it("see other managed settings where something is mounted over /etc", async (ctx) => {
    skipIfMissing(ctx, missing ?? namespaces);
    const program = placed("claude");
    const pid = run("unshare", "-rm", "sh", "-c", `mount -t tmpfs none /etc && exec ${program} 60`);
    await until("it is seen", async () => (await found(pid))?.isCovered === true);
  });
  it("see the machine's in a namespace that changes nothing of it", async (ctx) => {
    skipIfMissing(ctx, missing ?? namespaces);
    const program = placed("claude");
    const pid = run("unshare", "-rm", program, "60");
    await until("it is found", async () => (await found(pid)) !== undefined);
    expect(await found(pid)).toMatchObject({ isCovered: false });
  });
});
