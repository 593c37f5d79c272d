// The gateway as a server: an HTTP proxy on 127.0.0.1 that refuses everything but reading package registries during an install (decision 0044).
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Agent } from "node:https";
import { rootCertificates } from "node:tls";
import { Failure } from "#base/failure.ts";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import type { GatewayAuthority } from "./gateway-authority.ts";
import { createCounter, type Counter, type Refusal } from "./refusals.ts";
import { refuseConnection, sendRefusal } from "./refusal-answers.ts";
import { within } from "../../foundation/process/time-limit.ts";
import { type Door, ownUserOnly } from "../../foundation/network/door.ts";
import { listenAt, webServer } from "../../foundation/network/listening.ts";
import { openConnections } from "../../foundation/network/open-connections.ts";
import { createTunnelEnds } from "./tunnel-ends.ts";
import { ANSWER_LIMITS, type AnswerLimits, answerFromRegistry } from "./registry-answer.ts";
import { headersFor } from "./headers.ts";
import { connectFault, registryAskedFor, requestFault } from "./request-check.ts";
import { type Connect, connectDirectly, createAgents } from "./upstream.ts";

const HEADER_BYTES_MAX = 16 * 1024;
/** A package manager opens some dozens. WHY nobody else: installs of others are not asked about here. */
const SHARES = ownUserOnly(512);
/** Requests that registries are answering at once. */
const REQUESTS_MAX = 256;
const CLOSE_MS_MAX = 1_000;

/** Bounds of time of a connection, so that tests need not wait for them. */
export type ConnectionLimits = {
  /** For the TLS handshake, and for the head of a request. */
  readonly headMs: number;
  /** Between two requests of one connection. */
  readonly restMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
};
const CONNECTION_LIMITS: ConnectionLimits = { headMs: 10_000, restMs: 30_000, idleMs: 90_000 };

export type GatewayOptions = {
  /** 0 for any free one. */
  readonly port: number;
  readonly authority: GatewayAuthority;
  /** Whether an install is running now; asked for every request. */
  readonly isOpen: () => boolean;
  readonly connect?: Connect;
  /** Certificates by which registries are verified, PEM; those that node brings unless given. */
  readonly authorities?: readonly string[];
  readonly counter?: Counter;
  readonly nowMs?: () => number;
  readonly limits?: Partial<AnswerLimits>;
  readonly connectionLimits?: Partial<ConnectionLimits>;
};

export type Gateway = {
  readonly port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
};

/** Listens on 127.0.0.1 only. Rejects with a Failure of code `port-taken` when somebody else listens there. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = { ...CONNECTION_LIMITS, ...options.connectionLimits };
  const { nowMs = Date.now, counter = createCounter(), authority, isOpen } = options;
  const agents = createAgents(
    options.connect ?? connectDirectly,
    options.authorities ?? rootCertificates,
  );
  const server = webServer({
    headMs: limits.headMs,
    requestMs: limits.headMs,
    restMs: limits.restMs,
    headBytes: HEADER_BYTES_MAX,
  });
  // WHY without a bound of its own: what node leaves out past one would not be looked at. The head's size is bounded.
  server.maxHeadersCount = 0;
  server.setTimeout(limits.idleMs);
  const sockets = openConnections(server);
  const tunnels = new WeakMap<object, string>();
  const refused = new WeakSet<object>();
  const late: { door?: Door } = {};
  const ends = createTunnelEnds({
    authority,
    nowMs,
    handshakeMs: limits.headMs,
    misnamed: (host) => counter.refused("server-name", host),
    opened(host, socket) {
      tunnels.set(socket, host);
      // From here on it is a connection like any other: node's own parser reads it, within node's own bounds.
      late.door?.pass(socket);
    },
  });
  server.on("clientError", (cause: Error & { readonly code?: string }, socket) => {
    // A connection that just ends said nothing wrong.
    if (cause.code !== "ECONNRESET") counter.refused("malformed", tunnels.get(socket));
    refuseConnection(socket, "malformed");
  });
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const host = tunnels.get(socket) ?? registryAskedFor(request.url);
    const isInside = tunnels.has(socket);
    const why = isInside ? "method" : whyNoTunnel(request, { host, head, isOpen });
    if (refused.has(socket)) return void socket.destroy();
    if (host === undefined || why !== undefined) {
      counter.refused(why ?? "host", host);
      return refuseConnection(socket, why ?? "host");
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    return ends.take(host, socket);
  });
  const answer = createAnswering(options, {
    counter,
    agentOf: agents.of,
    refused,
    hostOf: (request) => tunnels.get(request.socket),
  });
  server.on("request", answer);
  // Node would answer `100 Continue` by itself, and so ask for the body.
  server.on("checkContinue", answer);
  server.on("checkExpectation", answer);
  const listening = await listenAt(server, {
    host: "127.0.0.1",
    port: options.port,
    shares: SHARES,
    refused: () => counter.refused("busy", undefined),
    failure: (cause) =>
      new Failure("port-taken", `port ${options.port} of 127.0.0.1 is taken by another program`, {
        cause,
      }),
  });
  late.door = listening;
  return {
    port: listening.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      agents.close();
      await within(closed, CLOSE_MS_MAX, () => undefined);
    },
  };
}

function whyNoTunnel(
  request: IncomingMessage,
  asked: {
    readonly host: string | undefined;
    readonly head: Buffer;
    readonly isOpen: () => boolean;
  },
): Refusal | undefined {
  if (asked.host === undefined) return "host";
  // Whoever sends on before the tunnel stands has not waited for the answer.
  if (asked.head.length > 0) return "malformed";
  return connectFault(request, asked.host) ?? (asked.isOpen() ? undefined : "closed");
}

/** What answers a request, in a tunnel to a registry or outside of any. */
function createAnswering(
  options: GatewayOptions,
  parts: {
    readonly counter: Counter;
    readonly agentOf: (host: string) => Agent;
    readonly hostOf: (request: IncomingMessage) => string | undefined;
    /** Connections on which something was refused: what else comes on one is not answered. */
    readonly refused: WeakSet<object>;
  },
): (request: IncomingMessage, response: ServerResponse) => void {
  const { counter, agentOf, hostOf, refused } = parts;
  const limits = { ...ANSWER_LIMITS, ...options.limits };
  let underWay = 0;
  return (request, response) => {
    response.on("error", () => undefined);
    if (refused.has(request.socket)) return;
    const host = hostOf(request);
    // Whether we are here at all is asked so, by `status` for one: it is nothing that somebody wanted to reach.
    const isProbe = host === undefined && request.url === "/";
    const refuse = (why: Refusal): void => {
      if (!isProbe) counter.refused(why, host);
      refused.add(request.socket);
      sendRefusal(request, response, why);
    };
    // WHY no reading by plain http although it could be asked for by https instead: one way in, and one thing to look at.
    if (host === undefined) return refuse(isListedPlain(request.url) ? "plain" : "host");
    const why = requestFault(request, host) ?? (options.isOpen() ? undefined : "closed");
    if (why !== undefined) return refuse(why);
    if (underWay >= REQUESTS_MAX) return refuse("busy");
    underWay += 1;
    response.once("close", () => {
      underWay -= 1;
    });
    const first = { host, path: request.url ?? "", headers: headersFor(host, request.headers) };
    const answered = (): void => counter.answered(host);
    try {
      return answerFromRegistry(request, response, { first, agentOf, limits, refuse, answered });
    } catch {
      // WHY without a word of the cause: it may quote the request. The next one is answered.
      return refuse("answer");
    }
  };
}

function isListedPlain(url: string | undefined): boolean {
  return READING_REGISTRIES.some((host) => url?.startsWith(`http://${host}/`) === true);
}
