// A stand for tests of the gateway: a registry of our own behind it with a test authority, and clients that send raw bytes.
import { createPrivateKey } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type TLSSocket } from "node:tls";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import {
  createGatewayAuthority,
  type GatewayAuthority,
} from "#surface/services/gateway/gateway-authority.ts";
import {
  type Gateway,
  type GatewayOptions,
  startGateway,
} from "#surface/services/gateway/gateway-server.ts";
import { createCounter, type GatewayCounts } from "#surface/services/gateway/refusals.ts";

export const [NPM = "", YARN = "", PYPI = ""] = READING_REGISTRIES;
const NOW_MS = Date.now();

/** What reached the registry. */
export type Seen = {
  readonly host: string | undefined;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type GatewayStand = {
  readonly gateway: Gateway;
  readonly authority: GatewayAuthority;
  readonly seen: Seen[];
  /** How the registry answers; `{"name":"left-pad"}` unless changed. */
  answer: Answer;
  isOpen: boolean;
  counts(): GatewayCounts;
  /** Bytes to the proxy's port as they are; what came back until it closed, or was silent for a while. */
  raw(bytes: string | Buffer): Promise<string>;
  /** The first line of what is answered to a CONNECT. */
  connectLine(target: string, more?: string): Promise<string>;
  /** A tunnel with TLS inside. Rejects where there is none. */
  tunnel(
    host: string,
    options?: { readonly servername?: string; readonly alpn?: string[] },
  ): Promise<TLSSocket>;
  /** Bytes in a tunnel as they are; what came back. */
  inside(host: string, bytes: string): Promise<string>;
  /** A plain request in a tunnel. */
  get(path: string, options?: GetOptions): Promise<string>;
  close(): Promise<void>;
};
export type GetOptions = {
  readonly host?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
};

/** A certificate authority that stands for the public ones, and a certificate of it for any host. */
export function testAuthority(hosts: readonly string[] = READING_REGISTRIES) {
  const name = "test authority";
  const made = createAuthority({ name, nowMs: NOW_MS, days: 2, hosts });
  const key = createPrivateKey(made.key);
  return {
    certificate: made.certificate,
    leafFor: (host: string) =>
      issueServerCertificate({ name, key }, { nowMs: NOW_MS, days: 1, host }),
  };
}

/** A registry on a port of its own that is each of the hosts in turn. */
export async function startRegistry(
  authority: ReturnType<typeof testAuthority>,
  answer: Answer,
  options: { readonly certificateFor?: string } = {},
): Promise<{ readonly server: Server; readonly port: number }> {
  const leaf = authority.leafFor(options.certificateFor ?? NPM);
  const server = createServer({
    cert: leaf.certificate,
    key: leaf.key,
    SNICallback(name, done) {
      const own = authority.leafFor(options.certificateFor ?? name);
      done(null, createSecureContext({ cert: own.certificate, key: own.key }));
    },
  });
  server.on("request", answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** A gateway with a registry behind it; an install is running unless `isOpen` is changed. */
export async function openGatewayStand(
  options: Partial<GatewayOptions> & {
    readonly certificateFor?: string;
    readonly trusts?: readonly string[];
  } = {},
): Promise<GatewayStand> {
  const { certificateFor, trusts, ...given } = options;
  const publicAuthority = testAuthority([...READING_REGISTRIES, "evil.example"]);
  const seen: Seen[] = [];
  const registry = await startRegistry(
    publicAuthority,
    (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { headers, method, url } = request;
        const body = Buffer.concat(parts).toString();
        seen.push({ host: headers.host, method, url, headers, body });
        stand.answer(request, response);
      });
    },
    certificateFor === undefined ? {} : { certificateFor },
  );
  const counter = createCounter();
  const authority = createGatewayAuthority(NOW_MS);
  const gateway = await startGateway({
    port: 0,
    authority,
    counter,
    isOpen: () => stand.isOpen,
    connect: async () => connected(registry.port),
    authorities: trusts ?? [publicAuthority.certificate],
    ...given,
  });
  const open = async (target: string, more = ""): Promise<{ socket: Socket; head: string }> => {
    const socket = await connected(gateway.port);
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${more}\r\n`);
    const head = await new Promise<string>((resolve) => {
      socket.once("data", (bytes) => resolve(bytes.toString()));
      socket.once("close", () => resolve(""));
    });
    return { socket, head };
  };
  const stand: GatewayStand = {
    gateway,
    authority,
    seen,
    isOpen: true,
    counts: counter.counts,
    answer: (_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end('{"name":"left-pad"}');
    },
    async raw(bytes) {
      const socket = await connected(gateway.port);
      return exchange(socket, bytes);
    },
    async connectLine(target, more) {
      const { socket, head } = await open(target, more);
      socket.destroy();
      return head.split("\r\n")[0] ?? "";
    },
    async tunnel(host, { servername = host, alpn } = {}) {
      const { socket, head } = await open(`${host}:443`);
      if (!head.startsWith("HTTP/1.1 200 ")) throw new Error(head.split("\r\n")[0]);
      return new Promise((resolve, reject) => {
        const inner = connectTls({
          socket,
          servername,
          ca: authority.certificate,
          ...(alpn === undefined ? {} : { ALPNProtocols: alpn }),
        });
        inner.once("secureConnect", () => resolve(inner));
        inner.once("error", reject);
        inner.once("close", () => reject(new Error("closed")));
      });
    },
    async inside(host, bytes) {
      return exchange(await stand.tunnel(host), bytes);
    },
    get(path, { host = NPM, method = "GET", headers = [] } = {}) {
      const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, ...headers];
      return stand.inside(host, `${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`);
    },
    async close() {
      await gateway.close();
      registry.server.closeAllConnections();
      await new Promise((resolve) => registry.server.close(resolve));
    },
  };
  return stand;
}

/** A connection to a port of this machine. */
export function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", reject);
  });
}

const SILENT_MS = 1_500;

/** Sends and gives what came back: all of it when the other side closes, or what there is when nothing more comes. */
export function exchange(socket: Socket, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const end = (): void => {
      socket.destroy();
      resolve(Buffer.concat(parts).toString("latin1"));
    };
    socket.setTimeout(SILENT_MS, end);
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("error", end);
    socket.on("close", end);
    socket.write(bytes);
  });
}
