// The client's process: started in a group of its own, bounded in time and output, ended with all it started.
import { readdir, readFile } from "node:fs/promises";
import { type EndedClient, runToEnd } from "#surface/services/canary/client-process.ts";
import type { SessionPlaces } from "./session-files.ts";

const outputBytesMax = 256 * 1024 * 1024;

/** How the client ended. */
export type Ended = EndedClient;

/** Runs a command in a process group of its own and ends the group when it is over or its time is. */
export function runProcess(
  command: readonly string[],
  how: { cwd: string; env: Record<string, string>; timeoutMs: number },
): Promise<Ended> {
  return runToEnd(command, { ...how, outputBytesMax });
}

/** Ends processes of the session that left its group. They are known by its HOME, which no other process has. */
export async function endStragglers(places: SessionPlaces): Promise<void> {
  if (!places.home.startsWith(places.root)) {
    return;
  }
  for (const pid of await sessionProcesses(places.home)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** Ids of the processes whose environment has this HOME. */
export async function sessionProcesses(home: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    const environ = /^\d+$/.test(name)
      ? await readFile(`/proc/${name}/environ`, "utf8").catch(() => "")
      : "";
    if (environ.split("\0").includes(`HOME=${home}`)) {
      found.push(Number(name));
    }
  }
  return found;
}
