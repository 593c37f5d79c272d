// Runs the program of a provider: words as they are and no shell, a bound on time and output, input by a pipe.
import { spawn } from "node:child_process";

const OUTPUT_BYTES_MAX = 2 * 1024 * 1024;
/** A program may wait for a person who unlocks a keychain. */
const RUN_MS_MAX = 120_000;

/** How a program ended. `status` is undefined when it could not be started. What it said may hold the secret. */
export type ProgramRun =
  | {
      readonly kind: "ended";
      readonly status: number;
      readonly output: string;
      readonly errors: string;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "stopped" };

/** Runs `program`; never rejects. */
export function runProgram(
  program: string,
  words: readonly string[],
  {
    environment,
    input,
  }: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly input?: string | undefined;
  },
): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const child = spawn(program, [...words], { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      // What it started may live on and hold the pipes: nobody waits for them, and whoever writes to them is ended.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ kind: "stopped" });
    };
    const timer = setTimeout(stop, RUN_MS_MAX);
    const take = (into: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_BYTES_MAX) stop();
      else into.push(chunk);
    };
    child.stdout.on("data", take(output));
    child.stderr.on("data", take(errors));
    // A program that ends without reading its input breaks the pipe; its status says what happened.
    child.stdin.on("error", () => undefined);
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ kind: "absent" });
    });
    child.on("close", (status) => {
      clearTimeout(timer);
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ kind: "ended", status: status ?? 1, output: text(output), errors: text(errors) });
    });
    child.stdin.end(input ?? "");
  });
}
