// The registry gateway at a session's start: a process of its own, started where managed settings name one and none runs.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { daemonEnvironment } from "../../foundation/process/detached-environment.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { readRunningGateway } from "../gateway/gateway-state.ts";

/** A session must not wait long for what may come up later as well. */
const START_MS_MAX = 2_000;
const POLL_MS = 25;

/**
 * Sees to it that a gateway runs, as far as that can be done in two seconds; whether it does then is for its state to say. WHY
 * by the shim: it starts the program in force, also from within the hook's own bundle. Never rejects.
 */
export async function ensureGateway(data: string, port: number): Promise<void> {
  if (readRunningGateway(data) !== undefined) return;
  const program = join(directoriesIn(data).bin, "sallyport");
  if (!existsSync(program)) return;
  const child = spawn(program, ["gateway", "run", "--port", String(port)], {
    cwd: data,
    detached: true,
    env: daemonEnvironment(process.env, data),
    stdio: "ignore",
  });
  child.on("error", () => undefined);
  child.unref();
  // WHY on where it ended at once: another session's start may have been first, and its gateway is about to listen.
  const untilMs = monotonicMs() + START_MS_MAX;
  while (readRunningGateway(data) === undefined && monotonicMs() < untilMs) await sleep(POLL_MS);
}
