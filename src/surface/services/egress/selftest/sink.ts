// What the self-test's forms try to reach: a small world of its own on this machine, which knows a form by its token wherever it turns up.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTls } from "node:tls";
import { createGatewayAuthority } from "../../gateway/gateway-authority.ts";
import type { Network } from "../../hold/hosts/way-out.ts";
import { readClientHello } from "../client-hello.ts";
import { ALLOWED, BOTH, EVIL, EVIL_ADDRESS, FRONT_ADDRESS, INSIDE, REBINDING } from "./forms.ts";

/** Where things are, for a form that goes past the proxy. */
export type SinkPlaces = Readonly<Record<"tcp" | "tcp6" | "udp" | "dns" | "dnsTcp", number>> & {
  readonly socket: string;
  readonly abstract: string;
};

export type Sink = {
  readonly places: SinkPlaces;
  /** A network for a proxy: names are looked up here, and every address leads to the front of the allowed host or to the sink. */
  network(): Network;
  /** Tokens that came, since the last time. */
  take(): ReadonlySet<string>;
  close(): void;
};

const BYTES_MAX = 64 * 1024;

/** Opens it. `pattern` finds tokens. */
export async function openSink(folder: string, pattern: RegExp): Promise<Sink> {
  let seen = new Set<string>();
  const closers: (() => void)[] = [];
  const note = (bytes: Buffer | string): void => {
    for (const [token] of bytes.toString("latin1").matchAll(pattern)) seen.add(token.toLowerCase());
  };
  const sink = (socket: Socket): void => {
    let bytes = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      if (bytes.length < BYTES_MAX) bytes = Buffer.concat([bytes, chunk]);
      note(bytes);
      if (/^(?:GET|POST)/.test(bytes.toString("latin1", 0, 4)))
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil\n");
    });
  };
  const listening = async (server: Server, where: object): Promise<number> => {
    server.listen(where);
    await once(server, "listening");
    closers.push(() => server.close());
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const tcp = await listening(createServer(sink), { port: 0, host: "127.0.0.1" });
  const tcp6 = await listening(createServer(sink), { port: 0, host: "::1" }).catch(() => 0);
  const socket = join(folder, "sink.sock");
  await listening(createServer(sink), { path: socket });
  const abstract = `sallyport-selftest-${process.pid}`;
  await listening(createServer(sink), { path: `\0${abstract}` }).catch(() => 0);
  const datagrams = async (): Promise<number> => {
    const server = createSocket("udp4", (bytes) => note(bytes));
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => void server.close());
    return server.address().port;
  };
  const [udp, dns] = [await datagrams(), await datagrams()];
  const front = await listening(createFront(note, closers), { port: 0, host: "127.0.0.1" });
  const places = { tcp, tcp6, udp, dns, dnsTcp: tcp, socket, abstract };
  return {
    places,
    network() {
      let asked = 0;
      return {
        resolve: async (host) => {
          // A name that is looked up tells its labels to whoever keeps it.
          if (host.endsWith(EVIL)) note(host);
          if (host === ALLOWED) return [FRONT_ADDRESS];
          if (host === INSIDE) return ["10.0.0.5"];
          if (host === BOTH) return [FRONT_ADDRESS, "127.0.0.1"];
          if (host === REBINDING) return [(asked += 1) === 1 ? FRONT_ADDRESS : "127.0.0.1"];
          return [EVIL_ADDRESS];
        },
        connect(addresses, port) {
          const isFront = addresses.at(-1) === FRONT_ADDRESS && (port === 80 || port === 443);
          return connect({ port: isFront ? front : tcp, host: "127.0.0.1", allowHalfOpen: true });
        },
      };
    },
    take() {
      const taken = seen;
      seen = new Set();
      return taken;
    },
    close() {
      for (const close of closers) close();
    },
  };
}

/** The allowed host: it answers for itself, and hands on what names another one, as shared fronts do. */
function createFront(note: (bytes: Buffer | string) => void, closers: (() => void)[]): Server {
  const authority = createGatewayAuthority(Date.now(), [ALLOWED]);
  const { certificate: cert, key } = authority.leafFor(ALLOWED, Date.now());
  const speak = (socket: Socket): void => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      const names = [...text.matchAll(/^Host: *(\S+)/gim)].map(([, name = ""]) => name);
      if (names.some((name) => name.includes(EVIL)) || !/^[A-Z]+ /.test(text)) note(chunk);
      const to = /^GET \/redirect\/(\w+)/.exec(text)?.[1];
      socket.write(
        to === undefined
          ? "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nallowed\n"
          : `HTTP/1.1 302 Found\r\nLocation: http://${to}.${EVIL}/\r\nContent-Length: 0\r\n\r\n`,
      );
    });
  };
  const secure = createTls({ cert, key }, speak);
  secure.on("tlsClientError", () => undefined);
  closers.push(() => secure.close());
  return createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (chunk) => {
      const hello = readClientHello(chunk);
      const isOwn = hello.kind === "hello" && hello.name === ALLOWED;
      if (hello.kind === "hello" && !isOwn) note(chunk);
      socket.pause();
      socket.unshift(chunk);
      if (isOwn) return void secure.emit("connection", socket);
      speak(socket);
      return void socket.resume();
    });
  });
}

/** The port of a server that listens. */
export function portOfServer(server: Server): number {
  return (server.address() as AddressInfo).port;
}
