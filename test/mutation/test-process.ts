// One process that runs tests, watched: what it says, and an end to it when it says nothing more.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { RUNS_VARIABLE } from "../oracle/kept-runs.ts";
import { cachePlace } from "./instrument.ts";
import type { Order, Said } from "./run-tests.ts";

/** How it ended: by itself, because it was silent for too long, or by falling over. */
export type Ending = "ended" | "silent" | "crashed";

/**
 * Runs a bundled program with an order and hands on what it says. A silent process is killed, and what its tests made
 * is removed.
 */
export async function runTestProcess(
  program: string,
  order: Order,
  { silentMsMax, hear }: { silentMsMax: number; hear: (said: Said) => void },
): Promise<Ending> {
  const child = spawn(process.execPath, ["--max-old-space-size=1500", program], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      ...{ ...process.env, NODE_ENV: "test", VITEST: "true" },
      [RUNS_VARIABLE]: join(cachePlace, "shell-runs"),
    },
  });
  const made: string[] = [];
  let isSilent = false;
  const stop = (): void => {
    isSilent = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(stop, silentMsMax);
  createInterface({ input: child.stdout }).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(stop, silentMsMax);
    // The line comes from our own program.
    const said = JSON.parse(line) as Said;
    if (said.kind === "made") made.push(said.path);
    else hear(said);
  });
  // A process that fell over before it read: its end says so.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(order));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  for (const path of made) rmSync(path, { recursive: true, force: true });
  if (isSilent) return "silent";
  return code === 0 ? "ended" : "crashed";
}
