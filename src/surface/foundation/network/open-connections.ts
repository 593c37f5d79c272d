// The connections of a server that are open now, to be ended with it.
import type { Server, Socket } from "node:net";

/** Watches a server's connections from here on; a connection with an error ends. */
export function openConnections(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  return sockets;
}
