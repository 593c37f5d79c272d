// Sockets of held calls, one a call: who connects needs to prove nothing else, because no other call sees it.
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import { listenOver, streamServer } from "../../../foundation/network/listening.ts";

/** A call with a socket. Paths are absolute and real. */
export type SocketCall = {
  /** The name of the room in which it runs. */
  readonly room: string;
  readonly ticket: { readonly id: string; readonly folder: string };
};

/**
 * What the call is given: the socket by the place where it sees it, what else it needs, and lines for the shell that starts it, those first
 * that note what its variables say.
 */
export type SocketReach = {
  readonly own: readonly {
    readonly from: string;
    readonly to: string;
    readonly isWritable: false;
  }[];
  readonly notes: readonly string[];
  readonly before: readonly string[];
};

export type CallSockets<Call extends SocketCall> = {
  /** Listens for a call and gives the path; undefined where that does not work. The folder of its ticket is there. Never rejects. */
  open(call: Call): Promise<string | undefined>;
  /** The call is over: what is under way for it ends. */
  close(ticket: string): void;
  /** The room is given up. */
  end(room: string): void;
  stop(): void;
};

/** Calls that listen. */
export const OPEN_MAX = 256;
const CONNECTIONS_MAX = 8;
/** Paths of sockets that the system takes (unix(7)). */
const PATH_BYTES_MAX = 107;

/** Sockets of this name. `serve` gets each connection, with what ends together with the call or with who asked. */
export function createCallSockets<Call extends SocketCall>(
  name: string,
  serve: (call: Call, socket: Socket, over: AbortSignal) => void,
): CallSockets<Call> {
  type Open = {
    readonly call: Call;
    readonly server: Server;
    readonly over: AbortController;
    readonly sockets: Set<Socket>;
  };
  const open = new Map<string, Open>();
  const close = (ticket: string): void => {
    const one = open.get(ticket);
    open.delete(ticket);
    one?.over.abort();
    one?.server.close();
    for (const socket of one?.sockets ?? []) socket.destroy();
  };
  const accept = (one: Open, socket: Socket): void => {
    one.sockets.add(socket);
    const gone = new AbortController();
    socket.on("close", () => {
      one.sockets.delete(socket);
      gone.abort();
    });
    socket.on("error", () => undefined);
    serve(one.call, socket, AbortSignal.any([one.over.signal, gone.signal]));
  };
  return {
    async open(call) {
      const path = join(call.ticket.folder, name);
      if (Buffer.byteLength(path) > PATH_BYTES_MAX) return undefined;
      const server = streamServer({});
      const one: Open = { call, server, over: new AbortController(), sockets: new Set() };
      server.on("connection", (socket) => accept(one, socket));
      const listens = await new Promise<boolean>((resolve) => {
        server.once("error", () => resolve(false));
        server.once("listening", () => resolve(true));
        listenOver(server, { path }, { connections: CONNECTIONS_MAX });
      });
      if (!listens) return undefined;
      server.unref();
      server.on("error", () => undefined);
      open.set(call.ticket.id, one);
      for (const oldest of open.keys()) if (open.size > OPEN_MAX) close(oldest);
      return path;
    },
    close,
    end(room) {
      for (const [ticket, { call }] of open) if (call.room === room) close(ticket);
    },
    stop() {
      for (const ticket of open.keys()) close(ticket);
    },
  };
}
