// The near end of each tunnel: one TLS server a registry, which never listens, so that none can answer for another.
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { GatewayAuthority } from "./gateway-authority.ts";

const LEAF_AGE_MS_MAX = 86_400_000;

/** Takes connections that asked for a tunnel. */
export type TunnelEnds = { take(host: string, socket: Socket): void };

/** Ends TLS with certificates of the authority; `opened` gets what is inside, `misnamed` hears of another name in a handshake. */
export function createTunnelEnds(options: {
  readonly authority: GatewayAuthority;
  readonly nowMs: () => number;
  readonly handshakeMs: number;
  readonly opened: (host: string, socket: TLSSocket) => void;
  readonly misnamed: (host: string) => void;
}): TunnelEnds {
  const { authority, nowMs, handshakeMs, opened, misnamed } = options;
  const ends = new Map<string, { readonly server: Server; readonly issuedMs: number }>();
  /** Ends the limit of a handshake under way, by the port that it comes from: connections of this machine differ by it. */
  const waiting = new Map<number | undefined, () => void>();
  const make = (host: string): Server => {
    const { certificate: cert, key } = authority.leafFor(host, nowMs());
    const server = createServer({
      cert,
      key,
      minVersion: "TLSv1.2",
      handshakeTimeout: handshakeMs,
      // A program that speaks nothing older than HTTP/2 is turned away by the handshake.
      ALPNProtocols: ["http/1.1"],
      SNICallback(name, done) {
        if (name.toLowerCase() === host) return done(null);
        misnamed(host);
        return done(new Error("another host than the tunnel's"));
      },
    });
    server.on("secureConnection", (socket) => {
      waiting.get(socket.remotePort)?.();
      opened(host, socket);
    });
    // Programs that do not trust the authority end here; there is nothing to tell them.
    server.on("tlsClientError", (_cause, socket) => socket.destroy());
    return server;
  };
  return {
    take(host, socket) {
      const known = ends.get(host);
      const isFresh = known !== undefined && nowMs() - known.issuedMs < LEAF_AGE_MS_MAX;
      const server = isFresh ? known.server : make(host);
      if (!isFresh) ends.set(host, { server, issuedMs: nowMs() });
      // WHY besides node's own limit: that one counts from the last byte, and a byte at a time would keep it waiting.
      const late = setTimeout(() => socket.destroy(), handshakeMs);
      const { remotePort: port } = socket;
      const isOver = (): void => clearTimeout(late);
      waiting.set(port, isOver);
      socket.once("close", () => {
        isOver();
        if (waiting.get(port) === isOver) waiting.delete(port);
      });
      server.emit("connection", socket);
    },
  };
}
