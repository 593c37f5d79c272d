// Runs a program that makes or looks at signatures: words as they are and no shell, bounds on what it says, ended with its call.
import { spawn } from "node:child_process";

/** How it ended; `absent` where it could not be started. */
export type SignerRun =
  | {
      readonly kind: "ended";
      readonly status: number;
      readonly output: Buffer;
      readonly errors: Buffer;
    }
  | { readonly kind: "absent" };

const OUTPUT_BYTES_MAX = 256 * 1024;

/** Runs it until it ends, or until `over`; without a clock, because a key may wait for a person. Never rejects. */
export function runSigner(
  program: string,
  words: readonly string[],
  {
    environment,
    input,
    over,
  }: {
    readonly environment: Readonly<Record<string, string>>;
    readonly input?: Uint8Array;
    readonly over: AbortSignal;
  },
): Promise<SignerRun> {
  return new Promise((resolve) => {
    if (over.aborted) return resolve({ kind: "absent" });
    const child = spawn(program, [...words], {
      cwd: "/",
      env: environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const texts: readonly [Buffer[], Buffer[]] = [[], []];
    let size = 0;
    const stop = (): void => {
      child.kill("SIGKILL");
      // What it started may live on and hold the pipes: nobody waits for them.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    over.addEventListener("abort", stop, { once: true });
    [child.stdout, child.stderr].forEach((stream, at) =>
      stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > OUTPUT_BYTES_MAX) stop();
        else texts[at]?.push(chunk);
      }),
    );
    // A program that ends without reading its input breaks the pipe; its status says what happened.
    child.stdin.on("error", () => undefined);
    child.on("error", () => {
      over.removeEventListener("abort", stop);
      resolve({ kind: "absent" });
    });
    child.on("close", (status) => {
      over.removeEventListener("abort", stop);
      const [output, errors] = [Buffer.concat(texts[0]), Buffer.concat(texts[1])];
      resolve({ kind: "ended", status: status ?? 1, output, errors });
    });
    child.stdin.end(input ?? "");
  });
}
