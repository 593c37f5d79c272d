// The proxy of a room: its calls reach their own hosts through it, by CONNECT or by plain HTTP, and nobody reaches another (decision 0045).
import { request as plainRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP, type Server as Listener, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  hasBody,
  isOneBody,
  passedOn,
  valuesOf,
} from "../../../foundation/network/forwarded-headers.ts";
import { listenOver, webServer } from "../../../foundation/network/listening.ts";
import { openConnections } from "../../../foundation/network/open-connections.ts";
import type { RegistryReader } from "../registries/registry-reader.ts";
import { type Grant, type Grants, noteRefused } from "./grants.ts";
import { machineNetwork, type Network, type NoWay, wayTo } from "./way-out.ts";

/** Bounds of a proxy, so that tests need not wait for them. Times in milliseconds. */
export type ProxyLimits = {
  /** For the head of a request. */
  readonly headMs: number;
  /** Between two requests of one connection. */
  readonly restMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** The same once one side has said all that it says. */
  readonly halfClosedMs: number;
  readonly connectionsPerCall: number;
  readonly connections: number;
};

const LIMITS: ProxyLimits = {
  headMs: 10_000,
  restMs: 30_000,
  idleMs: 15 * 60_000,
  halfClosedMs: 60_000,
  connectionsPerCall: 128,
  connections: 512,
};
const HEADER_BYTES_MAX = 32 * 1024;
const HTTPS = 443;
const ANSWERED_MS_MAX = 2_000;

export type HostProxyOptions = {
  readonly listener: Listener;
  readonly room: string;
  readonly grants: Grants;
  readonly network?: Network;
  readonly limits?: Partial<ProxyLimits>;
};

/** A proxy that answers on a listener. */
export type HostProxy = { close(): void };

type Asked = { readonly host: string; readonly port: number };
type Why = NoWay | "nobody" | "over" | "malformed" | "method" | "busy";

const STATUS: Readonly<Record<Why, number>> = {
  host: 403,
  address: 403,
  over: 403,
  method: 403,
  nobody: 407,
  malformed: 400,
  busy: 503,
  "unknown-name": 502,
  unreachable: 502,
  "proxy-kind": 502,
};

/** Answers on a listener until it is closed. */
export function openHostProxy(options: HostProxyOptions): HostProxy {
  const { listener, room, grants, network = machineNetwork } = options;
  const limits = { ...LIMITS, ...options.limits };
  const server = webServer({
    headMs: limits.headMs,
    restMs: limits.restMs,
    headBytes: HEADER_BYTES_MAX,
    // What a call sends may take as long as it takes; a connection without a byte ends.
    requestMs: 0,
  });
  // WHY without a bound of its own: what node leaves out past one would not be looked at. The head's size is bounded.
  server.maxHeadersCount = 0;
  server.setTimeout(limits.idleMs);
  const sockets = openConnections(server);
  /** Connections on which something was refused: what else comes on one is not answered. */
  const refused = new WeakSet<object>();
  server.on("clientError", (_cause, socket) => {
    if (refused.has(socket)) return endSoon(socket);
    refused.add(socket);
    return refuse(socket, "malformed");
  });
  const asker = (request: IncomingMessage): Grant | Why => {
    const values = valuesOf(request, "proxy-authorization");
    if (values.length > 1 || valuesOf(request, "host").length > 1) return "malformed";
    const found = grants.find(values[0], room);
    if (found.kind !== "call") return found.kind;
    return found.grant.connections.size < limits.connectionsPerCall ? found.grant : "busy";
  };
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (refused.has(socket)) return endSoon(socket);
    const grant = asker(request);
    if (typeof grant === "string") return refuse(socket, grant);
    const asked = hasBody(request) ? undefined : askedByConnect(request.url);
    if (asked === undefined) return refuse(socket, "malformed");
    keep(grant, socket);
    if (grant.reader !== undefined) return readFor(grant, grant.reader, { asked, socket, head });
    if (asked.port === HTTPS && grant.exchange?.hosts.includes(asked.host) === true)
      return endHere(grant.exchange, { asked, socket, head });
    return void openTunnel({ grant, asked, socket, head, network, limits });
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    if (refused.has(request.socket)) return;
    const no = (why: Why, asked?: Asked): void => {
      refused.add(request.socket);
      answerNo(response, why, asked);
    };
    const asked = isOneBody(request) ? askedPlainly(request.url) : undefined;
    if (asked === undefined) return no("malformed");
    const grant = asker(request);
    if (typeof grant === "string") return no(grant, asked);
    if (request.method === "TRACE") return no("method", asked);
    if (grant.reader !== undefined) {
      noteRefused(grant, { host: asked.host, why: "host" });
      return no("host", asked);
    }
    return void passOn({ grant, asked, request, response, network, limits });
  };
  server.on("request", answer);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    answer(request, response);
  });
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) =>
    answerNo(response, "malformed"),
  );
  server.on("error", () => undefined);
  // WHY: a process that is done with everything else does not wait for the next call.
  listenOver(server, { listener }, limits).unref();
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A call whose registries are read for it: the tunnel ends here. */
function readFor(
  grant: Grant,
  reader: RegistryReader,
  { asked, socket, head }: Pick<Tunnel, "asked" | "socket" | "head">,
): void {
  if (asked.port !== HTTPS || !reader.hosts.includes(asked.host)) {
    noteRefused(grant, { host: asked.host, why: "host" });
    return refuse(socket, "host", asked);
  }
  endHere(reader, { asked, socket, head });
}

/** The tunnel ends here. */
function endHere(
  end: Pick<RegistryReader, "take">,
  { asked, socket, head }: Pick<Tunnel, "asked" | "socket" | "head">,
): void {
  // Whoever sends on before the tunnel stands has not waited for the answer.
  if (head.length > 0) return refuse(socket, "malformed");
  socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  end.take(asked.host, socket);
}

type Tunnel = {
  readonly grant: Grant;
  readonly asked: Asked;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly network: Network;
  readonly limits: ProxyLimits;
};

async function openTunnel({ grant, asked, socket, head, network, limits }: Tunnel): Promise<void> {
  const way = await wayTo(grant, asked, network).catch((): NoWay => "unreachable");
  if (typeof way === "string") return refuse(socket, way, asked);
  // The call may have ended while the name was looked up.
  if (socket.destroyed || !grant.connections.has(socket)) return void way.destroy();
  keep(grant, way);
  socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  if (head.length > 0) way.write(head);
  join(socket, way, limits);
}

/** Lets both say what they have to say, until both have, or one is gone. */
function join(one: Socket, other: Socket, { idleMs, halfClosedMs }: ProxyLimits): void {
  const end = (): void => {
    one.destroy();
    other.destroy();
  };
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.once("close", () => to.destroy());
    from.once("end", () => {
      for (const socket of [one, other]) socket.setTimeout(halfClosedMs);
    });
    // A byte that passes counts for both.
    from.setTimeout(idleMs, end);
  }
}

type Passing = Pick<Tunnel, "grant" | "asked" | "network" | "limits"> & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** Asks a host of plain HTTP in the call's place. What is sent on is written anew, so that both ends read it alike. */
async function passOn(passing: Passing): Promise<void> {
  const { grant, asked, request, response, network, limits } = passing;
  const { socket } = request;
  keep(grant, socket);
  const way = await wayTo(grant, asked, network).catch((): NoWay => "unreachable");
  if (typeof way === "string") return answerNo(response, way, asked);
  if (socket.destroyed || !grant.connections.has(socket)) return void way.destroy();
  keep(grant, way);
  way.setTimeout(limits.idleMs, () => way.destroy());
  const path = (request.url ?? "").replace(/^http:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
  const onward = plainRequest({
    createConnection: () => way,
    method: request.method ?? "GET",
    path,
    setHost: false,
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
    answerNo(response, "method", asked);
  });
  onward.on("error", () => answerNo(response, "unreachable", asked));
  response.once("close", () => way.destroy());
  request.on("error", () => onward.destroy());
  request.pipe(onward);
}

/** The host of a CONNECT, by its whole text; undefined for anything but `host:port`. */
function askedByConnect(target: string | undefined): Asked | undefined {
  const [, name, port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253}):(\d{1,5})$/.exec(target ?? "") ?? [];
  return askedFor(name, port);
}

/** The host of a request with a whole address. WHY no user in it: nobody here would know what to make of one. */
function askedPlainly(url: string | undefined): Asked | undefined {
  const [, name, port = "80"] =
    /^http:\/\/(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253})(?::(\d{1,5}))?(?=[/?]|$)/i.exec(url ?? "") ?? [];
  return askedFor(name, port);
}

function askedFor(name: string | undefined, port: string | undefined): Asked | undefined {
  const host = name
    ?.replace(/^\[|\]$/g, "")
    .toLowerCase()
    .replace(/\.$/, "");
  const number = Number(port);
  if (host === undefined || host === "" || number < 1 || number > 65_535) return undefined;
  if (name?.startsWith("[") === true && isIP(host) !== 6) return undefined;
  return { host, port: number };
}

function authorityOf({ host, port }: Asked): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === 80 ? name : `${name}:${port}`;
}

/** A connection of a call ends with it. */
function keep({ connections }: Grant, connection: Duplex): void {
  if (connections.has(connection)) return;
  connections.add(connection);
  connection.on("error", () => connection.destroy());
  connection.once("close", () => connections.delete(connection));
}

/** Why something is refused, in the line that a program may show. The host is of the form that was read: it can be told. */
function lineOf(why: Why, asked: Asked | undefined): string {
  const host = asked?.host ?? "this host";
  switch (why) {
    case "host":
      return `${host}, port ${asked?.port ?? 0}, is not among the hosts of this call`;
    case "address":
      return `${host} leads to an address of this machine or of the network around it`;
    case "unknown-name":
      return `${host} has no address`;
    case "unreachable":
      return `${host} could not be reached`;
    case "proxy-kind":
      return "only proxies of plain HTTP are passed through, and your shell names another one";
    case "nobody":
      return "a call reaches its hosts with the credentials of its proxy variables";
    case "over":
      return "these credentials are of no call that runs";
    case "malformed":
      return "this is no request to a proxy that can be read in one way";
    case "method":
      return "this method does not pass";
    case "busy":
      return "too many connections at once";
    default:
      return why satisfies never;
  }
}

function headersOf(why: Why, text: string): Record<string, string> {
  return {
    ...(why === "nobody" ? { "proxy-authenticate": 'Basic realm="sallyport"' } : {}),
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
  };
}

function answerNo(response: ServerResponse, why: Why, asked?: Asked): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = `held by sallyport: ${lineOf(why, asked)}\n`;
  response.writeHead(STATUS[why], headersOf(why, text));
  response.end(text);
}

/** Answers where no request was made of what came, or one for a tunnel. The reason is in the first line: programs show that. */
function refuse(connection: Duplex, why: Why, asked?: Asked): void {
  if (!connection.writable) return void connection.destroy();
  const line = `held by sallyport: ${lineOf(why, asked)}`;
  const head = Object.entries(headersOf(why, `${line}\n`)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  connection.on("error", () => connection.destroy());
  connection.end(`HTTP/1.1 ${STATUS[why]} ${line}\r\n${head.join("\r\n")}\r\n\r\n${line}\n`);
  endSoon(connection);
}

/** An answer that is under way is heard first. */
function endSoon(connection: Duplex): void {
  setTimeout(() => connection.destroy(), ANSWERED_MS_MAX).unref();
}
