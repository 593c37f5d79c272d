// The client's process: started in a group of its own, bounded in time and output, ended with all it started.
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import type { SessionPlaces } from "./session-files.ts";

const outputBytesMax = 256 * 1024 * 1024;

/** How the client ended. */
export type Ended = {
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
};

/** Runs a command in a process group of its own and ends the group when it is over or its time is. */
export function runProcess(
  command: readonly string[],
  how: { cwd: string; env: Record<string, string>; timeoutMs: number },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const [program = "", ...args] = command;
    const child = spawn(program, args, {
      cwd: how.cwd,
      env: how.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let timedOut = false;
    const killGroup = (): void => {
      if (child.pid !== undefined) {
        endGroup(child.pid);
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, how.timeoutMs);
    const stdout = collect(child.stdout, killGroup);
    const stderr = collect(child.stderr, killGroup);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    // WHY: `exit`, not `close`. A background process of the session may hold the pipes open for ever.
    child.on("exit", (code) => {
      clearTimeout(timer);
      setTimeout(() => {
        killGroup();
        const durationMs = performance.now() - start;
        resolve({
          exitCode: code ?? undefined,
          timedOut,
          stdout: stdout(),
          stderr: stderr(),
          durationMs,
        });
      }, 20);
    });
  });
}

function collect(stream: NodeJS.ReadableStream, overflow: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > outputBytesMax) {
      overflow();
      return;
    }
    chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
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
