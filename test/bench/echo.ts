// Starts `echo-server.ts` as a process of its own, as the daemon is one.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Echo = { readonly port: number; readonly authority: string; close(): void };

/** Resolves when the echo listens; it ends with `close`, or with this process. */
export async function startEcho(): Promise<Echo> {
  const script = fileURLToPath(new URL("./echo-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { port, authority } = JSON.parse(line) as { port: number; authority: string };
    return { port, authority, close: () => child.stdin.end() };
  }
  throw new Error("the echo server did not start");
}
