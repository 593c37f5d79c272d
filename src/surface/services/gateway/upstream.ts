// The way to a registry: a connection, direct or through a company's proxy, and TLS with a certificate that is verified.
import { request as plainRequest } from "node:http";
import { Agent, type RequestOptions } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Failure } from "#base/failure.ts";

const CONNECT_MS_MAX = 15_000;
const HTTPS_PORT = 443;
/** Connections to one registry at once, and how long one that nobody uses is kept. */
const SOCKETS_MAX = 64;
const FREE_SOCKETS_MAX = 16;
const FREE_MS_MAX = 15_000;

/** Opens a connection to a host, at its port for https unless another is named; what is spoken on it is the caller's business. */
export type Connect = (host: string, port?: number) => Promise<Socket>;

/** A proxy of plain HTTP that is asked by CONNECT; `authorization` is the header's value. */
export type CompanyProxy = {
  readonly host: string;
  readonly port: number;
  readonly authorization?: string | undefined;
};

/** Connects without a proxy. */
export const connectDirectly: Connect = (host, port = HTTPS_PORT) =>
  connected(connectPlain({ host, port }));

/** A proxy by its address; undefined for an address that is none of a plain proxy. */
export function companyProxy(address: string): CompanyProxy | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url?.pathname === "/" && url.search === "" && url.hash === "";
  if (url?.protocol !== "http:" || !isPlain) return undefined;
  const user = userOf(url);
  if (user === undefined) return undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port === "" ? 80 : url.port),
    authorization: user === ":" ? undefined : `Basic ${Buffer.from(user).toString("base64")}`,
  };
}

function userOf({ username, password }: URL): string | undefined {
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    return undefined;
  }
}

/** Why a proxy opened no way: it wants other credentials, it says no, or it says nothing that can be read. */
export type ProxyFault = "proxy-login" | "proxy-refused" | "proxy-silent";
const FAULTS: Readonly<Record<ProxyFault, string>> = {
  "proxy-login": "the company's proxy wants other credentials",
  "proxy-refused": "the company's proxy opened no way to the host",
  "proxy-silent": "the company's proxy cannot be reached, or does not answer",
};

/** What a way was not opened for; undefined where that was no proxy's doing. */
export function proxyFault(cause: unknown): ProxyFault | undefined {
  return cause instanceof Failure && cause.code in FAULTS ? (cause.code as ProxyFault) : undefined;
}

/** Connects through a proxy. Rejects with a Failure whose code is a `ProxyFault`. */
export function connectThrough(proxy: CompanyProxy, waitMs = CONNECT_MS_MAX): Connect {
  return (host, port = HTTPS_PORT) =>
    new Promise((resolve, reject) => {
      const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
      const asked = plainRequest({
        host: proxy.host,
        port: proxy.port,
        method: "CONNECT",
        path: target,
        agent: false,
        timeout: waitMs,
        headers: {
          host: target,
          ...(proxy.authorization === undefined
            ? {}
            : { "proxy-authorization": proxy.authorization }),
        },
      });
      // WHY besides its own limit: that one counts from the last byte, and a byte at a time would keep us waiting.
      const late = setTimeout(() => silent(), waitMs);
      const refuse = (fault: ProxyFault): void => {
        clearTimeout(late);
        asked.destroy();
        reject(new Failure(fault, FAULTS[fault]));
      };
      const silent = (): void => refuse("proxy-silent");
      const answeredNo = (statusCode: number | undefined): void =>
        refuse(statusCode === 407 ? "proxy-login" : "proxy-refused");
      asked.on("connect", ({ statusCode }, socket, head) => {
        // Bytes of a registry that was asked nothing are the proxy's own.
        if (statusCode === 200 && head.length === 0) {
          clearTimeout(late);
          asked.off("timeout", silent);
          (socket as Socket).setTimeout(0);
          return resolve(socket as Socket);
        }
        socket.destroy();
        return answeredNo(statusCode);
      });
      asked.on("response", ({ statusCode }) => answeredNo(statusCode));
      asked.on("timeout", silent);
      asked.on("error", silent);
      asked.end();
    });
}

/** Agents that connect so, by host. `authorities` are the certificates that are trusted, PEM. */
export function createAgents(
  connect: Connect,
  authorities: readonly string[],
): { of(host: string): Agent; close(): void } {
  const agents = new Map<string, Agent>();
  return {
    of(host) {
      const agent = agents.get(host) ?? createAgent(host, connect, authorities);
      agents.set(host, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function createAgent(host: string, connect: Connect, authorities: readonly string[]): Agent {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: SOCKETS_MAX,
    maxFreeSockets: FREE_SOCKETS_MAX,
    timeout: FREE_MS_MAX,
  });
  // Node asks for a connection by this name, and takes one that comes later by the second argument.
  const createConnection = (
    _options: RequestOptions,
    done: (error: Error | null, socket?: Socket) => void,
  ): undefined => {
    connect(host).then(
      (socket) => done(null, secured(socket, host, authorities)),
      (cause: unknown) => done(cause instanceof Error ? cause : new Error("not connected")),
    );
  };
  return Object.assign(agent, { createConnection });
}

/** WHY every option is said: what comes in runs on people's machines, and nothing around may switch verifying off. */
function secured(socket: Socket, host: string, authorities: readonly string[]): Socket {
  return connectTls({
    socket,
    servername: host,
    ca: [...authorities],
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
  });
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      socket.destroy();
      reject(new Failure("unreachable", "the registry could not be reached"));
    };
    socket.setTimeout(CONNECT_MS_MAX, fail);
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** Whether a registry was not reached because its certificate is not to be trusted. */
export function isCertificateError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|INVALID_|HOSTNAME_|CA_|PATH_LENGTH|ERR_SSL)/.test(
    code,
  );
}
