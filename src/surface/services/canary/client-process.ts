// A client started by us: in a group of its own, from an environment of its own, bounded in time and output.
import { spawn } from "node:child_process";
import { monotonicMs } from "#platform/monotonic.ts";
import { endGroup } from "#platform/processes.ts";

const SETTLE_MS = 20;

/** How it ended. */
export type EndedClient = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** It was ended because it printed more than is read. */
  readonly isCut: boolean;
  readonly durationMs: number;
};

/** Runs a command to its end, or until its time or its room for output is over; then it and all that it started are ended. */
export function runToEnd(
  command: readonly string[],
  how: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly outputBytesMax: number;
  },
): Promise<EndedClient> {
  return new Promise((resolve, reject) => {
    const start = monotonicMs();
    const [program = "", ...args] = command;
    const child = spawn(program, args, {
      cwd: how.cwd,
      env: how.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let timedOut = false;
    const end = () => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, how.timeoutMs);
    let isCut = false;
    const overflow = () => {
      isCut = true;
      end();
    };
    const stdout = collect(child.stdout, how.outputBytesMax, overflow);
    const stderr = collect(child.stderr, how.outputBytesMax, overflow);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    // WHY `exit` and not `close`: what a session left running may hold the pipes open for ever.
    child.on("exit", (code) => {
      clearTimeout(timer);
      setTimeout(() => {
        end();
        const durationMs = monotonicMs() - start;
        const ended = { exitCode: code ?? undefined, timedOut, isCut, durationMs };
        resolve({ ...ended, stdout: stdout(), stderr: stderr() });
      }, SETTLE_MS);
    });
  });
}

function collect(
  stream: NodeJS.ReadableStream,
  bytesMax: number,
  overflow: () => void,
): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) overflow();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
