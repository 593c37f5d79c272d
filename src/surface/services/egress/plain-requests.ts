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

/** A tunnel in which plain HTTP is spoken: where it leads, and the connection that is there already. */
export type PlainTunnel = {
  readonly asked: TunnelAsked;
  readonly way: Socket;
  readonly asker: Asker;
};

/** Takes connections over, with what they said so far. */
export type PlainServer = { take(socket: Socket, bytes: Buffer, tunnel?: PlainTunnel): void };

const HTTP_PORT = 80;

/** WHY node's parser here and not ours: bodies have many forms, and it refuses what can be read in two ways. */
export function createPlainServer(shared: Shared): PlainServer {
  const { headMs, idleMs } = shared.limits;
  const tunnels = new WeakMap<object, PlainTunnel>();
  /** Connections that had their request: what follows one is never read as another. */
  const used = new WeakSet<object>();
  const server = createServer({
    ...{ maxHeaderSize: HEAD_BYTES_MAX, insecureHTTPParser: false, requireHostHeader: false },
    ...{ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 },
  });
  server.maxHeadersCount = 0;
  server.on("clientError", (_cause, socket) => {
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
  const asked = tunnel === undefined ? askedPlainly(request) : askedInside(request, tunnel.asked);
  const logins = valuesOf(request, "proxy-authorization");
  const asker = tunnel?.asker ?? shared.credentials.check(basicLogin(logins[0]));
  const session = asker.kind === "session" ? asker.session : undefined;
  function no(why: EgressRefusal, place: TunnelAsked | undefined, of = "other", by?: string): void {
    shared.outcome({ ...outcomeOf(why, place, session), of });
    answerNo(response, why, place, by);
  }
  if (typeof asked === "string") return no(asked, undefined);
  if (!isOneBody(request) || logins.length > 1) return no("malformed", asked);
  if (asker.kind === "nobody") return no("nobody", asked);
  const rules = shared.rules();
  if (rules === undefined) return no("closed", asked);
  const { method = "GET" } = request;
  const decision = decideEgress({ ...asked, method }, rules);
  const { of } = decision;
  if (!decision.isAllowed) return no(decision.why, asked, of, decision.by);
  if (method === "TRACE") return no("method", asked, of);
  if (tunnel === undefined && !takePlace(socket, session, shared)) return no("busy", asked, of);
  const found =
    tunnel === undefined
      ? await plainWayTo(asked, rules, shared).catch(() => "unreachable" as const)
      : { way: tunnel.way, through: undefined };
  if (typeof found === "string") return no(found, asked, of);
  const { way, through } = found;
  way.on("error", () => way.destroy());
  if (socket.destroyed) return void way.destroy();
  way.setTimeout(shared.limits.idleMs, () => way.destroy());
  const path = (request.url ?? "").replace(/^http:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
  const host = placeText(asked).replace(/:\d+$/, asked.port === HTTP_PORT ? "" : "$&");
  const login = through?.authorization;
  const onward = plainRequest({
    ...{ createConnection: () => way, method, setHost: false },
    path: through === undefined ? path : `http://${host}${path}`,
    headers: {
      ...passedOn(request),
      ...{ host, connection: "close" },
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
      ...{ ...outcomeOf(fault, asked, session), of },
      ...{ sent: way.bytesWritten, received: way.bytesRead },
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
function askedInside(request: IncomingMessage, asked: TunnelAsked): TunnelAsked | EgressRefusal {
  if (!/^\/[^\s\\]*$/.test(request.url ?? "")) return "malformed";
  return hostAgrees(request, asked);
}

function hostAgrees(request: IncomingMessage, asked: TunnelAsked): TunnelAsked | EgressRefusal {
  const [host, ...more] = valuesOf(request, "host");
  if (host === undefined || more.length > 0) return "malformed";
  return agrees(hostAndPort(host, HTTP_PORT), asked) ? asked : "host-header";
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
