// The egress proxy: programs reach hosts by CONNECT or by plain HTTP, as far as a gate lets each caller (decision 0045).
import {
  createServer,
  request as plainRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import type { Server as Listener, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { openConnections } from "../../foundation/network/open-connections.ts";
import {
  type Asked,
  askedByConnect,
  askedByHost,
  askedPlainly,
  authorityOf,
  type Credentials,
  hasBody,
  isOneBody,
  shownCredentials,
  valuesOf,
} from "./asked.ts";
import { answerNo, endSoon, lineOf, refuse, type Speaker, type Why } from "./refused.ts";
import { type Look, openTunnel, type TunnelLimits } from "./tunnel.ts";

/** Bounds of a proxy, so that tests need not wait for them. Times in milliseconds. */
export type ProxyLimits = TunnelLimits & {
  /** Between two requests of one connection. */
  readonly restMs: number;
  readonly connectionsPerCall: number;
  readonly connections: number;
};

const LIMITS: ProxyLimits = {
  ...{ headMs: 10_000, restMs: 30_000, idleMs: 15 * 60_000, halfClosedMs: 60_000 },
  ...{ connectionsPerCall: 128, connections: 512 },
};
const HEADER_BYTES_MAX = 32 * 1024;

/** Who asks: its connections end with it. */
export type Caller = { readonly connections: Set<Duplex> };

/** How something is asked. `method` is undefined where no request is seen: in a tunnel. */
export type Asking = Asked & {
  readonly by: "connect" | "plain" | "socks";
  readonly method: string | undefined;
};

/** Who may reach what: the part of a proxy that differs between those that it serves. */
export type Gate<Who extends Caller = Caller> = {
  readonly speaker: Speaker;
  readonly look: Look;
  /** Who showed these credentials. */
  admit(shown: Credentials | undefined): Who | "nobody" | "over";
  /** A connection to a host that the caller may reach, or why there is none. */
  way(caller: Who, asking: Asking): Promise<Socket | Why>;
  /** What was refused after a way was opened, or before somebody was known. */
  refused?(caller: Who | undefined, asking: Asking | undefined, why: Why): void;
};

/** A proxy that answers on a listener. */
export type EgressProxy = { close(): void };

export type EgressProxyOptions<Who extends Caller> = {
  readonly listener: Listener;
  readonly gate: Gate<Who>;
  readonly limits?: Partial<ProxyLimits> | undefined;
};

/** Answers on a listener until it is closed. */
export function openEgressProxy<Who extends Caller>(options: EgressProxyOptions<Who>): EgressProxy {
  const { listener, gate } = options;
  const limits = { ...LIMITS, ...options.limits };
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    insecureHTTPParser: false,
    headersTimeout: limits.headMs,
    // What a call sends may take as long as it takes; a connection without a byte ends.
    requestTimeout: 0,
    keepAliveTimeout: limits.restMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headMs),
  });
  server.maxConnections = limits.connections;
  // WHY without a bound of its own: what node leaves out past one would not be looked at. The head's size is bounded.
  server.maxHeadersCount = 0;
  server.setTimeout(limits.idleMs);
  const sockets = openConnections(server);
  /** Connections on which something was refused: what else comes on one is not answered. */
  const refused = new WeakSet<object>();
  /** Tunnels in which plain HTTP is spoken: who opened each, and for which host. */
  const inside = new WeakMap<object, { readonly caller: Who; readonly asked: Asked }>();
  const told = (why: Why, asked?: Asked): string => lineOf(why, asked, gate.speaker);
  server.on("clientError", (_cause, socket) => {
    if (refused.has(socket)) return endSoon(socket);
    refused.add(socket);
    gate.refused?.(inside.get(socket)?.caller, undefined, "malformed");
    return refuse(socket, "malformed", told("malformed"));
  });
  const callerOf = (request: IncomingMessage): Who | Why => {
    const values = valuesOf(request, "proxy-authorization");
    if (values.length > 1 || valuesOf(request, "host").length > 1) return "malformed";
    const tunnelled = inside.get(request.socket)?.caller;
    if (tunnelled !== undefined) return tunnelled;
    const found = gate.admit(shownCredentials(values[0]));
    if (typeof found === "string") return found;
    return found.connections.size < limits.connectionsPerCall ? found : "busy";
  };
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (refused.has(socket)) return endSoon(socket);
    const asked = hasBody(request) ? undefined : askedByConnect(request.url);
    const asking = asked && { ...asked, by: "connect" as const, method: undefined };
    const no = (why: Why, caller?: Who): void => {
      gate.refused?.(caller, asking, why);
      refuse(socket, why, told(why, asked));
    };
    // A tunnel in a tunnel would be looked at by nobody.
    const caller = inside.has(socket) ? "method" : callerOf(request);
    if (typeof caller === "string") return no(caller);
    if (asking === undefined) return no("malformed", caller);
    keep(caller, socket);
    return void gate
      .way(caller, asking)
      .catch((): Why => "unreachable")
      .then(async (way) => {
        if (typeof way === "string") return refuse(socket, way, told(way, asked));
        // The call may have ended while the name was looked up.
        if (socket.destroyed || !caller.connections.has(socket)) return void way.destroy();
        keep(caller, way);
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        const opened = await openTunnel(
          { socket, way, head, asked: asking, look: gate.look },
          limits,
        );
        if (opened === "name" || opened === "protocol") {
          gate.refused?.(caller, asking, opened);
          socket.destroy();
        } else if (opened === "requests") {
          // Each request finds its own way, once it was read.
          way.removeAllListeners("close").on("error", () => undefined);
          way.destroy();
          inside.set(socket, { caller, asked: asking });
          server.emit("connection", socket);
          socket.resume();
        }
      });
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    if (refused.has(request.socket)) return;
    const tunnel = inside.get(request.socket);
    const asked = isOneBody(request) ? askedOf(request, tunnel?.asked) : undefined;
    const asking = asked && { ...asked, by: "plain" as const, method: request.method };
    const no = (why: Why, caller?: Who): void => {
      refused.add(request.socket);
      gate.refused?.(caller, asking, why);
      answerNo(response, why, told(why, asked));
    };
    if (asked === undefined || asking === undefined) return no("malformed", tunnel?.caller);
    const caller = callerOf(request);
    if (typeof caller === "string") return no(caller);
    if (request.method === "TRACE") return no("method", caller);
    if (tunnel !== undefined && !isSame(asked, tunnel.asked)) return no("name", caller);
    const way = (): Promise<Socket | Why> => gate.way(caller, asking);
    const fail = (why: Why): void => answerNo(response, why, told(why, asked));
    return void passOn({ caller, asked, request, response, limits, way, fail });
  };
  server.on("request", answer);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    answer(request, response);
  });
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) =>
    answerNo(response, "malformed", told("malformed")),
  );
  server.on("error", () => undefined);
  // WHY: a process that is done with everything else does not wait for the next call.
  server.listen(listener).unref();
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What a request asks for: by its whole address, or inside of a tunnel by its `Host`. */
function askedOf(request: IncomingMessage, tunnel: Asked | undefined): Asked | undefined {
  if (tunnel === undefined) return askedPlainly(request.url);
  if (!request.url?.startsWith("/")) return askedPlainly(request.url);
  return askedByHost(request.headers.host, tunnel.port);
}

function isSame(one: Asked, other: Asked): boolean {
  return one.host === other.host && one.port === other.port;
}

type Passing = {
  readonly caller: Caller;
  readonly asked: Asked;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: ProxyLimits;
  readonly way: () => Promise<Socket | Why>;
  readonly fail: (why: Why) => void;
};

/** Asks a host of plain HTTP in the call's place. What is sent on is written anew, so that both ends read it alike. */
async function passOn(passing: Passing): Promise<void> {
  const { caller, asked, request, response, limits, fail } = passing;
  const { socket } = request;
  keep(caller, socket);
  const way = await passing.way().catch((): Why => "unreachable");
  if (typeof way === "string") return fail(way);
  if (socket.destroyed || !caller.connections.has(socket)) return void way.destroy();
  keep(caller, way);
  way.setTimeout(limits.idleMs, () => way.destroy());
  const path = (request.url ?? "").replace(/^http:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
  const onward = plainRequest({
    ...{ createConnection: () => way, method: request.method ?? "GET", path, setHost: false },
    headers: { ...passedOn(request), host: authorityOf(asked), connection: "close" },
  });
  onward.on("response", (answered) => {
    response.writeHead(answered.statusCode ?? 502, passedOn(answered));
    answered.pipe(response);
    answered.on("error", () => response.destroy());
  });
  // Nobody changes to another protocol in here.
  onward.on("upgrade", (_answered, upgraded) => {
    upgraded.destroy();
    fail("method");
  });
  onward.on("error", () => fail("unreachable"));
  response.once("close", () => way.destroy());
  request.on("error", () => onward.destroy());
  request.pipe(onward);
}

/** Headers that speak of one connection alone (RFC 9110, section 7.6.1), and those that a proxy is told. */
const OF_A_CONNECTION = new Set([
  ...["connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "http2-settings", "host", "expect"],
]);

function passedOn({ headersDistinct }: IncomingMessage): OutgoingHttpHeaders {
  const named = new Set(
    (headersDistinct["connection"] ?? []).flatMap((value) =>
      value.split(",").map((word) => word.trim().toLowerCase()),
    ),
  );
  return Object.fromEntries(
    Object.entries(headersDistinct).filter(
      ([name]) => !OF_A_CONNECTION.has(name) && !named.has(name) && !name.startsWith("proxy-"),
    ),
  );
}

/** A connection of a caller ends with it. */
export function keep({ connections }: Caller, connection: Duplex): void {
  if (connections.has(connection)) return;
  connections.add(connection);
  connection.on("error", () => connection.destroy());
  connection.once("close", () => connections.delete(connection));
}
