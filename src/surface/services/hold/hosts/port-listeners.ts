// Listeners at given ports of a room's network, made there by a short process and handed to this one.
import { spawn } from "node:child_process";
import type { Server } from "node:net";
import { WAITS } from "#base/waits.ts";

const START_MS_MAX = WAITS.payloadMs;

/**
 * What the process does in the room: it listens at each place that it is given, hands over those where that works, and ends.
 * WHY a process: a network is joined by a process with one thread, and this one has many.
 */
const LISTEN = [
  'const n=require("node:net"),a=JSON.parse(process.argv[1]);let left=a.length;',
  "const done=()=>{--left||process.exit(0)};",
  'a.forEach(([host,port],i)=>{const s=n.createServer();s.on("error",done);',
  "s.listen({port,host,backlog:511},()=>process.send([i,s.address().port],s,done))})",
].join("");

/** A place of the room's own loopback. Port 0 asks for a free one. */
export type RoomPlace = { readonly address: string; readonly port: number };

/** What listens there, with the port that it got: give `listener` to a server. */
export type PlaceListener = RoomPlace & { readonly listener: Server };

/** Opens them in the network of a process; those are left out where that does not work. Never rejects. */
export function listenersInRoom(
  keeper: number,
  nsenter: string,
  places: readonly RoomPlace[],
): Promise<readonly PlaceListener[]> {
  if (places.length === 0) return Promise.resolve([]);
  return new Promise((resolve) => {
    const found: PlaceListener[] = [];
    const words = JSON.stringify(places.map(({ address, port }) => [address, port]));
    const child = spawn(
      nsenter,
      [
        ...["-t", String(keeper), "-U", "--preserve-credentials", "-n", "--"],
        ...[process.execPath, "-e", LISTEN, words],
      ],
      { cwd: "/", env: {}, stdio: ["ignore", "ignore", "ignore", "ipc"] },
    );
    const late = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
    child.on("message", (message, handle) => {
      const [at, port] = message as readonly [number, number];
      const place = places[at];
      const listener = handle as Server | undefined;
      if (place !== undefined && listener !== undefined) found.push({ ...place, port, listener });
    });
    const over = (): void => {
      clearTimeout(late);
      resolve(found);
    };
    child.once("error", over);
    // WHY `close`: what was sent before the end is read by then.
    child.once("close", over);
  });
}
