// The data directory taken from under a running daemon, or full: calls are refused with the cause, and go on when it is repaired.
import { execFile } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, type TestContext } from "vitest";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { type DaemonRun, runDaemon } from "#surface/daemon/run-daemon.ts";
import { preToolUse, type Reply, sendTo, verdictOf } from "../surface/daemon/daemon-stand.ts";
import { type HookStand, openHookStand } from "../surface/hook/hook-stand.ts";

const run = promisify(execFile);
let stand: HookStand;
let daemon: (DaemonRun & { readonly kind: "running" }) | undefined;
let mounted: string | undefined;
beforeEach(async () => {
  stand = await openHookStand("http");
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  if (mounted !== undefined) await run("umount", ["-l", mounted]);
  mounted = undefined;
  stand.close();
});

async function start(): Promise<void> {
  const { install, home } = stand;
  const started = await runDaemon(
    install,
    composeDaemon(install, () => undefined, home),
  );
  if (started.kind !== "running") throw new Error("the daemon did not start");
  daemon = started;
  await started.ready();
}

const ask = (command: string): Promise<Reply> =>
  sendTo(stand.install, stand.token, preToolUse({ cwd: stand.project, tool_input: { command } }));
const verdict = async (command: string) => verdictOf((await ask(command)).json);

/** An allowed call is refused at the latest when the log knows that it fails. */
async function refusedSoon(...words: readonly string[]): Promise<void> {
  await expect.poll(() => verdict("cat readme.txt"), { timeout: 10_000 }).toBe("deny");
  const { text } = await ask("cat readme.txt");
  for (const word of ["guard/log", ...words]) expect(text).toContain(word);
}

test("moved away under the daemon: refused with the cause; moved back: judged again", async () => {
  await start();
  const { root } = stand.install.directories;
  expect(await verdict("cat readme.txt")).toBe("allow");
  renameSync(root, `${root}-away`);
  // Without the register nobody is known either: the first thing that is missed says so.
  const { json } = await ask("cat .env");
  expect(["deny", "block"]).toContain(verdictOf(json));
  // What was being written when it went makes its own folders.
  rmSync(root, { recursive: true, force: true });
  renameSync(`${root}-away`, root);
  await expect.poll(() => verdict("cat readme.txt"), { timeout: 10_000 }).toBe("allow");
}, 30_000);

test("its log removed: every call is refused and the file named; the daemon's next start has a log again", async () => {
  await start();
  const { log } = stand.install.directories;
  expect(await verdict("cat readme.txt")).toBe("allow");
  renameSync(log, `${log}-away`);
  await refusedSoon("removed or replaced", "restart the daemon");
  // WHY it may be there: what was being written when the log went makes its own folder.
  mkdirSync(log, { mode: 0o700, recursive: true });
  expect(await verdict("cat readme.txt")).toBe("deny");
  rmSync(log, { recursive: true });
  renameSync(`${log}-away`, log);
  await expect.poll(() => verdict("cat readme.txt"), { timeout: 10_000 }).toBe("allow");
  await daemon?.stop();
  await start();
  expect(await verdict("cat .env")).toBe("deny");
});

test("full: refused with the cause, and judged again when there is room", async (context: TestContext) => {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    context.skip("mounting a tiny disk needs root on linux");
  const { log } = stand.install.directories;
  const isMounted = await run("mount", [
    ...["-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", log],
  ]).then(
    () => true,
    () => false,
  );
  if (!isMounted) context.skip("a tmpfs cannot be mounted here");
  mounted = log;
  await start();
  expect(await verdict("cat readme.txt")).toBe("allow");
  for (let size = 512 * 1024; size >= 1; size = Math.floor(size / 2)) {
    try {
      writeFileSync(join(log, `ballast-${size}`), Buffer.alloc(size));
    } catch {
      // The disk took a part of it.
    }
  }
  await refusedSoon("ENOSPC");
  for (let size = 512 * 1024; size >= 1; size = Math.floor(size / 2))
    rmSync(join(log, `ballast-${size}`), { force: true });
  await expect.poll(() => verdict("cat readme.txt"), { timeout: 10_000 }).toBe("allow");
});
