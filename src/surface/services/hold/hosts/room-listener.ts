// A listener on a free port of a room's network, which this process alone answers on.
import type { Server } from "node:net";
import { listenersInRoom } from "./port-listeners.ts";

/** What listens in a room: give `server` to a server of HTTP. */
export type RoomListener = { readonly port: number; readonly server: Server };

/** Opens one in the network of a process; undefined where that does not work. Never rejects. */
export async function listenInRoom(
  keeper: number,
  nsenter: string,
): Promise<RoomListener | undefined> {
  const [found] = await listenersInRoom(keeper, nsenter, [{ address: "127.0.0.1", port: 0 }]);
  return found && { port: found.port, server: found.listener };
}
