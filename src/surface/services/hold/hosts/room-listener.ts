// A listener inside of a room's network, made there by a short process and handed to this one, which alone answers on it.
import { spawn } from "node:child_process";
import type { Server } from "node:net";

const START_MS_MAX = 5_000;

/**
 * What the process does in the room: it listens on a free port of the room's own address, hands that over and ends. WHY a
 * process at all: a network is joined by a process with one thread, and this one has many.
 */
const LISTEN =
  'const s=require("node:net").createServer();s.on("error",()=>process.exit(1));s.listen({port:0,host:"127.0.0.1",backlog:511},()=>process.send(s.address().port,s,()=>process.exit(0)))';

/** What listens in a room: give `server` to a server of HTTP. */
export type RoomListener = { readonly port: number; readonly server: Server };

/** Opens one in the network of a process; undefined where that does not work. Never rejects. */
export function listenInRoom(keeper: number, nsenter: string): Promise<RoomListener | undefined> {
  return new Promise((resolve) => {
    const child = spawn(
      nsenter,
      [
        ...["-t", String(keeper), "-U", "--preserve-credentials", "-n", "--"],
        ...[process.execPath, "-e", LISTEN],
      ],
      { cwd: "/", env: {}, stdio: ["ignore", "ignore", "ignore", "ipc"] },
    );
    const late = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
    child.once("message", (port, handle) => {
      const server = handle as Server | undefined;
      if (typeof port === "number" && server !== undefined) resolve({ port, server });
    });
    const over = (): void => {
      clearTimeout(late);
      resolve(undefined);
    };
    child.once("error", over);
    // WHY `close`: what was sent before the end is read by then.
    child.once("close", over);
  });
}
