// Measures what a lock guard beside a plain http hook holds against, and what it costs: why the command hook is the fallback.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bash, runClient } from "./client-run.ts";
import { until } from "../until.ts";

const FLOCK = "/usr/bin/flock";
const folder = mkdtempSync(join(tmpdir(), "sallyport-lock-"));
const lock = join(folder, "lock");
writeFileSync(lock, "");
const guardWords = ["-s", "-n", "-E", "0", lock, "sh", "-c", "exit 2"];
const guard = { type: "command", command: FLOCK, args: guardWords, onFailure: "block" };

/** Holds the lock as a daemon would, until it is killed. */
async function hold() {
  const holder = spawn(FLOCK, ["-n", "-F", lock, "sleep", "60"], { stdio: "ignore" });
  await until("the lock is held", () => spawnSync(FLOCK, ["-n", lock, "true"]).status !== 0);
  return holder;
}

async function measure(name: string, who: { answers: boolean; holdsLock: boolean }): Promise<void> {
  const neutral = JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse" } });
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json").end(neutral);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  if (!who.answers) server.close();
  const holder = who.holdsLock ? await hold() : undefined;
  const http = { type: "http", url: `http://127.0.0.1:${port}/v1/hook`, onFailure: "block" };
  const hooks = { PreToolUse: [{ matcher: "*", hooks: [http, guard] }] };
  const settings = { local: { permissions: { allow: ["Bash"] }, hooks } };
  const run = await runClient({ turns: [bash("touch ran"), "bye"], settings });
  const outcome = run.permissionDenials.length > 0 ? "blocked" : "the call runs";
  process.stdout.write(`${name.padEnd(46)} ${outcome}\n`);
  holder?.kill("SIGKILL");
  server.closeAllConnections();
  server.close();
}

await measure("the daemon, without opinion", { answers: true, holdsLock: true });
await measure("nobody", { answers: false, holdsLock: false });
await measure("a stranger on the port", { answers: true, holdsLock: false });
await measure("a stranger on the port who holds the lock too", { answers: true, holdsLock: true });
const holder = await hold();
const times = Array.from({ length: 40 }, () => {
  const startedMs = performance.now();
  spawnSync(FLOCK, guardWords);
  return performance.now() - startedMs;
}).sort((left, right) => left - right);
process.stdout.write(`the guard alone, p50 ${times[20]?.toFixed(1)} ms\n`);
holder.kill("SIGKILL");
rmSync(folder, { recursive: true });
