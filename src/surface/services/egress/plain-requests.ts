// Plain HTTP through the egress proxy: a request with a whole address, or one inside of a tunnel; written anew, one for each connection.
import {
  createServer,
  request as plainRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { decideEgress } from "#govern/network/egress-rules.ts";
import { isOneBody, passedOn, valuesOf } from "../../foundation/network/forwarded-headers.ts";
import { agrees, HEAD_BYTES_MAX, hostAndPort, type TunnelAsked } from "./asked.ts";
import { placeText, type Shared, takePlace } from "./shared.ts";
import { type EgressRefusal, refusalLine, statusOf } from "./refusals.ts";
import { type Asker, basicLogin } from "./session-credentials.ts";
import { plainWayTo } from "./way.ts";

/** A tunnel in which requests are read: where it leads, and the connection to there. */
export type PlainTunnel = {
  readonly asked: TunnelAsked;
  /** Never rejects. */
  readonly way: Promise<Socket | EgressRefusal>;
  readonly asker: Asker;
  /** Whether its TLS was ended here, so that what is plain here is not on the way. */
  readonly isInspected?: boolean;
};

/** Takes connections over, with what they said so far. */
export type PlainServer = { take(socket: Socket, bytes: Buffer, tunnel?: PlainTunnel): void };

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** WHY node's parser here and not ours: bodies have many forms, and it refuses what can be read in two ways. */
export function createPlainServer(shared: Shared): PlainServer {
  const { headMs, idleMs } = shared.limits;
  const tunnels = new WeakMap<object, PlainTunnel>();
  /** Connections that had their request: what follows one is never read as another. */
  const used = new WeakSet<object>();
  const server = createServer({
    maxHeaderSize: HEAD_BYTES_MAX,
    insecureHTTPParser: false,
    requireHostHeader: false,
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 0,
  });
  server.maxHeadersCount = 0;
  server.on("clientError", (cause: Error & { readonly code?: string }, socket) => {
    // A fault of TLS is told by whoever ended it.
    if (cause.code?.startsWith("ERR_SSL") === true) return void socket.destroy();
    const isFirst = !used.has(socket);
    used.add(socket);
    if (!isFirst) return void socket.destroy();
    shared.outcome(outcomeOf("malformed", undefined, undefined));
    const line = refusalLine("malformed", undefined);
    if (socket.writable)
      socket.end(
        `HTTP/1.1 400 ${line}\r\nContent-Length: ${line.length + 1}\r\nConnection: close\r\n\r\n${line}\n`,
      );
    setTimeout(() => socket.destroy(), 1_000).unref();
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    response.on("error", () => undefined);
    if (used.has(socket)) return void socket.destroy();
    used.add(socket);
    socket.emit("headRead");
    socket.setTimeout(idleMs, () => socket.destroy());
    void passOn({ request, response, tunnel: tunnels.get(socket) }, shared).catch(() =>
      socket.destroy(),
    );
  };
  server.on("request", answer);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    answer(request, response);
  });
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) =>
    answerNo(response, "malformed", undefined),
  );
  server.on("connect", (_request: IncomingMessage, socket: Socket) => void socket.destroy());
  return {
    take(socket, bytes, tunnel) {
      if (tunnel !== undefined) tunnels.set(socket, tunnel);
      // WHY besides the bounds of a server: those are looked after only where one listens.
      const late = setTimeout(() => socket.destroy(), headMs);
      socket.once("headRead", () => clearTimeout(late));
      socket.once("close", () => clearTimeout(late));
      socket.unshift(bytes);
      server.emit("connection", socket);
      socket.resume();
    },
  };
}

type Passing = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly tunnel: PlainTunnel | undefined;
};

async function passOn({ request, response, tunnel }: Passing, shared: Shared): Promise<void> {
  const { socket } = request;
  const isInspected = tunnel?.isInspected === true;
  const usualPort = isInspected ? HTTPS_PORT : HTTP_PORT;
  const asked =
    tunnel === undefined ? askedPlainly(request) : askedInside(request, tunnel.asked, usualPort);
  const logins = valuesOf(request, "proxy-authorization");
  const asker = tunnel?.asker ?? shared.credentials.check(basicLogin(logins[0]));
  const session = asker.kind === "session" ? asker.session : undefined;
  const { method = "GET" } = request;
  const path = (request.url ?? "").replace(/^http:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
  const bare = path.replace(/[?#].*$/s, "");
  const seen = isInspected ? { via: "connect" as const, method, path: bare } : {};
  function no(why: EgressRefusal, place: TunnelAsked | undefined, of = "other", by?: string): void {
    shared.outcome({ ...outcomeOf(why, place, session), ...seen, of });
    answerNo(response, why, place, by);
  }
  if (typeof asked === "string") return no(asked, undefined);
  if (!isOneBody(request) || logins.length > 1) return no("malformed", asked);
  if (asker.kind === "nobody") return no("nobody", asked);
  const rules = shared.rules();
  if (rules === undefined) return no("closed", asked);
  const decision = decideEgress({ ...asked, method, path: bare }, rules);
  const { of } = decision;
  if (!decision.isAllowed) return no(decision.why, asked, of, decision.by);
  if (method === "TRACE") return no("method", asked, of);
  if (isInspected && valuesOf(request, "upgrade").length > 0) return no("upgrade", asked, of);
  if (tunnel === undefined && !takePlace(socket, session, shared)) return no("busy", asked, of);
  const found =
    tunnel === undefined
      ? await plainWayTo(asked, rules, shared).catch(() => "unreachable" as const)
      : { way: await tunnel.way, through: undefined };
  if (typeof found === "string") return no(found, asked, of);
  const { way, through } = found;
  if (typeof way === "string") return no(way, asked, of);
  way.on("error", () => way.destroy());
  if (socket.destroyed) return void way.destroy();
  way.setTimeout(shared.limits.idleMs, () => way.destroy());
  const host = placeText(asked).replace(/:\d+$/, asked.port === usualPort ? "" : "$&");
  const login = through?.authorization;
  const onward = plainRequest({
    createConnection: () => way,
    method,
    setHost: false,
    path: through === undefined ? path : `http://${host}${path}`,
    headers: {
      ...passedOn(request),
      host,
      connection: "close",
      ...(login === undefined ? {} : { "proxy-authorization": login }),
    },
  });
  let fault: EgressRefusal | undefined;
  onward.on("response", (answered) => {
    if (through !== undefined && answered.statusCode === 407) {
      answered.resume();
      fault = "proxy-login";
      return answerNo(response, fault, asked);
    }
    response.writeHead(answered.statusCode ?? 502, { ...passedOn(answered), connection: "close" });
    answered.pipe(response);
    answered.on("error", () => response.destroy());
  });
  // Nobody changes to another protocol in here.
  onward.on("upgrade", (_answered, upgraded) => {
    upgraded.destroy();
    answerNo(response, "protocol", asked);
  });
  onward.on("error", () => answerNo(response, "unreachable", asked));
  response.once("close", () => {
    way.destroy();
    shared.outcome({
      ...outcomeOf(fault, asked, session),
      ...seen,
      of,
      sent: way.bytesWritten,
      received: way.bytesRead,
    });
  });
  request.on("error", () => onward.destroy());
  request.pipe(onward);
}

function outcomeOf(
  why: EgressRefusal | undefined,
  place: TunnelAsked | undefined,
  session: string | undefined,
) {
  return { why, via: "plain" as const, place, of: "other", session, sent: 0, received: 0 };
}

/** The place of a request with a whole address. WHY no user in it: `allowed@other` reads as either. */
function askedPlainly(request: IncomingMessage): TunnelAsked | EgressRefusal {
  const authority = /^http:\/\/([^/?#]*)(?=[/?]|$)/i.exec(request.url ?? "")?.[1];
  const asked = authority === undefined ? undefined : hostAndPort(authority, HTTP_PORT);
  return asked === undefined ? "malformed" : hostAgrees(request, asked);
}

/** The place of a request inside of a tunnel: that of the tunnel, as long as the request names no other. */
function askedInside(
  request: IncomingMessage,
  asked: TunnelAsked,
  usualPort: number,
): TunnelAsked | EgressRefusal {
  if (!/^\/[^\s\\]*$/.test(request.url ?? "")) return "malformed";
  return hostAgrees(request, asked, usualPort);
}

function hostAgrees(
  request: IncomingMessage,
  asked: TunnelAsked,
  usualPort = HTTP_PORT,
): TunnelAsked | EgressRefusal {
  const [host, ...more] = valuesOf(request, "host");
  if (host === undefined || more.length > 0) return "malformed";
  return agrees(hostAndPort(host, usualPort), asked) ? asked : "host-header";
}

function answerNo(
  response: ServerResponse,
  why: EgressRefusal,
  asked: TunnelAsked | undefined,
  by?: string,
): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = `${refusalLine(why, asked === undefined ? undefined : placeText(asked), by)}\n`;
  response.writeHead(statusOf(why), {
    ...(why === "nobody" ? { "proxy-authenticate": 'Basic realm="sallyport"' } : {}),
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
  });
  response.end(text);
}
