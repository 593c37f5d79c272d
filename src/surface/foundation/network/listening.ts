// Every listener of ours: servers that have bounds of time, a door before them that shares the places, and bodies that end at a bound.
import {
  createServer as createWebServer,
  type IncomingMessage,
  type RequestListener,
  type Server as WebServer,
} from "node:http";
import {
  createServer as createSecureServer,
  type Server as SecureServer,
  type ServerOptions as SecureOptions,
} from "node:https";
import { createServer, type Server, type ServerOpts, type Socket } from "node:net";
import { Failure } from "#base/failure.ts";
import { errorCode } from "../files/private-file.ts";
import { type Door, type DoorOptions, keepDoor, onePeer } from "./door.ts";

/** Bounds of a server of HTTP. Times in milliseconds, 0 for none. */
export type WebBounds = {
  /** For the head of a request, for the first from when the connection is there; for a handshake too. */
  readonly headMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Between two requests of one connection. */
  readonly restMs: number;
  readonly headBytes: number;
};

/** A server of HTTP, which listens by `listenAt` or `listenOver`. */
export function webServer(bounds: WebBounds, answer?: RequestListener): WebServer {
  return createWebServer(optionsOf(bounds), answer);
}

/** The same with TLS. Throws where the certificate or its key cannot be used. */
export function secureWebServer(
  bounds: WebBounds,
  tls: SecureOptions,
  answer?: RequestListener,
): SecureServer {
  const options = { minVersion: "TLSv1.2", ...optionsOf(bounds), ...tls } as const;
  const server = createSecureServer({ ...options, handshakeTimeout: bounds.headMs }, answer);
  // WHY: node only tells of a handshake that fails or never begins. What is answered to it waits for the handshake, and so for ever.
  server.on("tlsClientError", (_cause, socket) => socket.destroy());
  return server;
}

/** A server of another protocol. Whoever takes a connection bounds how long it may be silent. */
export function streamServer(options: ServerOpts, take?: (socket: Socket) => void): Server {
  return createServer(options, take);
}

function optionsOf({ headMs, requestMs, restMs, headBytes }: WebBounds) {
  return {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    keepAliveTimeout: restMs,
    maxHeaderSize: headBytes,
    insecureHTTPParser: false,
    connectionsCheckingInterval: Math.min(1_000, headMs),
  };
}

/**
 * Connections that the system keeps until this process takes them; it may keep fewer. WHY more than any share: on a busy machine some
 * hundreds of another user filled node's usual 511, and then the system drops everybody's for seconds.
 */
const BACKLOG = 4_096;

/** Where a server listens, how its places are shared, and the Failure of a port that cannot be had. */
export type ListeningPlace = DoorOptions & {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** `::` means addresses of IPv6 alone. */
  readonly ipv6Only?: boolean;
  readonly failure: (cause: unknown, isTaken: boolean) => Failure;
};

/** A server that listens. */
export type Listening = Door & { readonly port: number };

/** Listens at an address. Rejects with the place's Failure. Call it when everything else listens to the server's connections. */
export async function listenAt(server: Server, place: ListeningPlace): Promise<Listening> {
  const { host, port, ipv6Only = false, failure } = place;
  const door = keepDoor(server, place);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(failure(cause, errorCode(cause) === "EADDRINUSE")));
    server.listen({ host, port, ipv6Only, exclusive: true, backlog: BACKLOG }, resolve);
  });
  const address = server.address();
  return { ...door, port: typeof address === "object" && address !== null ? address.port : port };
}

/**
 * Listens with what another process opened in a session's network, or at a path in a private folder, where one peer comes in.
 * `connections` at once; `refused` hears of each that was too much.
 */
export function listenOver(
  server: Server,
  on: { readonly listener: Server } | { readonly path: string },
  { connections, refused }: { readonly connections: number; readonly refused?: () => void },
): Server {
  keepDoor(server, { shares: onePeer(connections), refused });
  return "path" in on ? server.listen(on.path) : server.listen(on.listener);
}

/** Listens at a path whose rights say who may connect. Rejects with the Failure. */
export async function listenAtPath(
  server: Server,
  on: {
    readonly path: string;
    readonly connections: number;
    readonly failure: (cause: unknown) => Failure;
  },
): Promise<void> {
  const { path, connections, failure } = on;
  keepDoor(server, { shares: onePeer(connections) });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(failure(cause)));
    server.listen({ path }, resolve);
  });
}

/** The Failure of a server for other machines, with what a person can do. */
export function cannotListen(
  code: string,
  { host, port }: { readonly host: string; readonly port: number },
  advice: string,
): (cause: unknown) => Failure {
  return (cause) => new Failure(code, `cannot listen on ${host}:${port}: ${advice}`, { cause });
}

const MINUTE_MS = 60_000;

/** Tells of the first of many things at once, and then of how many there were, once a minute. `end` tells of the rest. */
export function minutely(tell: (count: number) => void): { note(): void; end(): void } {
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held > 0) tell(held);
    held = 0;
  };
  const again = (): void => {
    const isOver = held === 0;
    end();
    if (!isOver) timer = setTimeout(again, MINUTE_MS).unref();
  };
  return {
    note() {
      held += 1;
      if (timer === undefined) {
        tell(held);
        held = 0;
        timer = setTimeout(again, MINUTE_MS).unref();
      }
    },
    end,
  };
}

/** What `minutely` tells where a person reads along. */
export function refusedText(count: number): string {
  const what = count === 1 ? "a connection was" : `${count} connections were`;
  return `${what} refused: another user may not come in here, somebody has more open than one may, or all places are taken`;
}

/** The body, or undefined past `bytesMax`. */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length > bytesMax) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
