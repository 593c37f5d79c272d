// Hosts that keys of one held call belong to: its tunnels to them end here, keys are put in, and answers come in without them.
import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { request as secureRequest } from "node:https";
import type { Socket } from "node:net";
import { type Duplex, pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { isObject } from "#base/json.ts";
import type { KnownOfRequest, RequestJudgement } from "#guard/hold/requests/covered-requests.ts";
import {
  hasBody,
  isOneBody,
  passedOn,
  valuesOf,
} from "../../../foundation/network/forwarded-headers.ts";
import { webServer } from "../../../foundation/network/listening.ts";
import { createGatewayAuthority } from "../../gateway/gateway-authority.ts";
import { createTunnelEnds } from "../../gateway/tunnel-ends.ts";
import { type Connect, createAgents, isCertificateError } from "../../gateway/upstream.ts";
import {
  type OwnerQuestion,
  ownerQuestion,
  ownersIn,
} from "#guard/hold/requests/owner-questions.ts";
import { type ApprovedKey, exchangedRequest } from "./exchanged-request.ts";
import {
  hiddenText,
  hidingFrames,
  hidingStream,
  type Replaced,
  replacedValues,
} from "./hidden-values.ts";

/** Puts keys in for one call. */
export type KeyExchange = {
  /** Hosts whose tunnels end here, at the usual port of https. */
  readonly hosts: readonly string[];
  /** The authority that the call's programs have to trust, PEM. It vouches for these hosts alone, and its key is in no file. */
  readonly certificate: string;
  /** Ends a tunnel to one of the hosts. */
  take(host: string, socket: Socket): void;
  close(): void;
};

export type KeyExchangeOptions = {
  /** Hosts whose tunnels end here. */
  readonly hosts: readonly string[];
  /** What a person approved for this call, and what its programs log in with; asked when the call first reaches for a host. */
  readonly keys: () => Promise<readonly ApprovedKey[]>;
  /** Whether a request is one that the call was judged to make; undefined for a host of which nobody knows what requests do. */
  readonly judge: (
    host: string,
    asked: AskedLine,
    known?: KnownOfRequest,
  ) => RequestJudgement | undefined;
  /** Hears of each request that was not. `what`: in words of our tables. */
  readonly refused: (host: string, what: string) => void;
  /** Connects to a host of the call, in the person's way. */
  readonly connect: Connect;
  /** Certificates by which hosts are verified, PEM. */
  readonly authorities: () => readonly string[];
  /** Hears of each request with a true value in it, before it is sent. */
  readonly exchanged: (key: ApprovedKey) => void;
  readonly nowMs: () => number;
};

/** The first line of a request. */
export type AskedLine = { readonly method: string; readonly target: string };

const HEADER_BYTES_MAX = 64 * 1024;
const HEAD_MS_MAX = 10_000;
const REST_MS_MAX = 30_000;
const IDLE_MS_MAX = 15 * 60_000;
/** Until a program has read what its server said before it ended. */
const ENDED_MS_MAX = 2_000;
/** Bytes of a request that says in its body alone what it does. */
const JUDGED_BYTES_MAX = 1024 * 1024;
/** Of a question of ours about what a request names. */
const OWNER_BYTES_MAX = 256 * 1024;
const OWNER_MS_MAX = 10_000;
/** Requests that are under way at once. */
const REQUESTS_MAX = 128;

/** Why a request is not passed on, with what its program is told. Nothing of the request is in it. */
const REFUSALS = {
  malformed: [400, "this is no request of HTTP/1.1 that can be read in one way"],
  "host-header": [400, "the Host header is not the host of the tunnel"],
  method: [403, "this method does not pass"],
  busy: [503, "too many requests at once"],
  certificate: [502, "the certificate of the host could not be verified outside of the sandbox"],
  unreachable: [502, "the host could not be reached outside of the sandbox"],
  answer: [502, "the answer of the host cannot be looked through, so it is not passed on"],
  body: [413, "what this request does cannot be read: it is longer than 1 MiB, packed, or no JSON"],
  switched: [403, "no WebSocket passes to this host: nobody knows what is asked in it"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;
type Refusal = keyof typeof REFUSALS;

type Asked = {
  readonly host: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Given where the program wants to go on with a WebSocket. */
  readonly upgrade?: { readonly socket: Socket; readonly head: Buffer };
};

/** Ends tunnels for one call until it is closed. */
export function openKeyExchange(options: KeyExchangeOptions): KeyExchange {
  const { hosts, nowMs } = options;
  const authority = createGatewayAuthority(nowMs(), hosts);
  // WHY of all hosts: what one of them was told, another one may know.
  let read: Promise<Known> | undefined;
  const known = (): Promise<Known> =>
    (read ??= options.keys().then((keys) => ({ keys, replaced: replacedValues(keys) })));
  let agents: ReturnType<typeof createAgents> | undefined;
  const agentOf = (host: string) =>
    (agents ??= createAgents(options.connect, options.authorities())).of(host);
  // WHY no bound of a whole request: what a call sends may take as long as it takes. It never listens: tunnels are handed to it.
  const server = webServer({
    headMs: HEAD_MS_MAX,
    requestMs: 0,
    restMs: REST_MS_MAX,
    headBytes: HEADER_BYTES_MAX,
  });
  // WHY without a bound of its own: what node leaves out past one would not be looked at. The head's size is bounded.
  server.maxHeadersCount = 0;
  server.setTimeout(IDLE_MS_MAX);
  const tunnels = new WeakMap<object, string>();
  const ends = createTunnelEnds({
    authority,
    nowMs,
    handshakeMs: HEAD_MS_MAX,
    misnamed: () => undefined,
    opened(host, socket) {
      tunnels.set(socket, host);
      server.emit("connection", socket);
    },
  });
  let underWay = 0;
  const answer = (asked: Asked): void => {
    const { response } = asked;
    response.on("error", () => undefined);
    const fault = faultOf(asked);
    if (fault !== undefined) return refuse(response, fault);
    if (underWay >= REQUESTS_MAX) return refuse(response, "busy");
    underWay += 1;
    const over = asked.upgrade?.socket ?? response;
    over.once("close", () => {
      underWay -= 1;
    });
    void send(asked).catch(() => refuse(response, "unreachable"));
  };
  const send = async (asked: Asked): Promise<void> => {
    const { request, response, host } = asked;
    const { keys, replaced } = await known();
    const ownersOf = createOwners((question) =>
      ask(asked, question, { keys, agent: agentOf(host), exchanged: options.exchanged }),
    );
    const body = await judged(asked, options, ownersOf);
    if (body === "refused") return;
    const put = exchangedRequest(
      { target: request.url ?? "", headers: sentHeaders(asked, body) },
      keys.filter((key) => key.host === host && key.isOpen?.() !== false),
    );
    if (response.destroyed) return;
    for (const key of put.used) options.exchanged(key);
    passOn(asked, { ...put, replaced, agent: agentOf(host), body });
  };
  const asRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const host = tunnels.get(request.socket);
    if (host === undefined) return void request.socket.destroy();
    answer({ host, request, response });
  };
  server.on("request", asRequest);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    asRequest(request, response);
  });
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) =>
    refuse(response, "malformed"),
  );
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const host = tunnels.get(request.socket);
    if (host === undefined) return void socket.destroy();
    socket.on("error", () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once("finish", () => socket.end());
    if (!isWebSocket(request)) return refuse(response, "malformed");
    answer({ host, request, response, upgrade: { socket, head } });
  });
  server.on("connect", (_request: IncomingMessage, socket: Socket) => socket.destroy());
  server.on("clientError", (_cause, socket: Duplex) => {
    if (!socket.writable) return void socket.destroy();
    const [status, text] = REFUSALS.malformed;
    socket.end(`HTTP/1.1 ${status} held by sallyport: ${text}\r\nConnection: close\r\n\r\n`);
  });
  return {
    hosts,
    certificate: authority.certificate,
    take: ends.take,
    close() {
      agents?.close();
    },
  };
}

type OwnersOf = (
  asked: Extract<RequestJudgement, { readonly kind: "whose" }>,
) => Promise<ReadonlyMap<string, string>>;

/** Who is asked what things belong to; none are known where that cannot be told. */
function createOwners(ask: (question: OwnerQuestion) => Promise<string>): OwnersOf {
  return async ({ api, ids }) => {
    const question = ownerQuestion(api, ids);
    const answer = question === undefined ? "" : await ask(question).catch(() => "");
    return ownersIn(api, ids, answer);
  };
}

type Known = {
  readonly keys: readonly ApprovedKey[];
  readonly replaced: readonly Replaced[];
};

/** Looks whether the call was judged to ask so, and refuses it otherwise; gives the body where that had to be read. */
async function judged(
  { host, request, response, upgrade }: Asked,
  { judge, refused }: KeyExchangeOptions,
  ownersOf: OwnersOf,
): Promise<Buffer | "refused" | undefined> {
  const line = { method: request.method ?? "GET", target: request.url ?? "" };
  let found = judge(host, line);
  if (found === undefined) return undefined;
  if (upgrade !== undefined) {
    refused(host, "a WebSocket");
    refuse(response, "switched");
    return "refused";
  }
  let read: Awaited<ReturnType<typeof bodyIn>>;
  if (found.kind === "body") {
    read = await bodyIn(request);
    if (read === undefined) {
      refused(host, "a request that cannot be read");
      refuse(response, "body");
      return "refused";
    }
    found = judge(host, line, read.known);
  }
  if (found?.kind === "whose") {
    const owners = await ownersOf(found);
    found = judge(host, line, { ...read?.known, owners });
  }
  if (found?.kind === "passes") return read?.sent;
  const what = found?.kind === "refused" ? found.what : "a request that cannot be read";
  refused(host, what);
  answerNo(response, 403, `${host} was asked for ${what}: this call was not judged to do that`);
  return "refused";
}

/**
 * A body of JSON, with the query of GraphQL in it, and the text as it goes on: written anew, so that nobody reads another of two values in it.
 * Undefined for what cannot be read.
 */
async function bodyIn(
  request: IncomingMessage,
): Promise<{ readonly known: KnownOfRequest; readonly sent: Buffer } | undefined> {
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(
    valuesOf(request, "content-type").join(),
  );
  if (valuesOf(request, "content-encoding").length > 0 || !isJson) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > JUDGED_BYTES_MAX) return undefined;
    parts.push(part);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
    const body = JSON.parse(text) as unknown;
    if (!isObject(body)) return undefined;
    const { query, variables } = body;
    const known = typeof query === "string" ? { query: { text: query, variables } } : {};
    return { known: { ...known, body }, sent: Buffer.from(JSON.stringify(body)) };
  } catch {
    return undefined;
  }
}

/** Asks a host of the call itself, with the login of a request of it, and gives the whole answer. */
async function ask(
  { host, request }: Asked,
  { method, target, body }: OwnerQuestion,
  {
    keys,
    agent,
    exchanged,
  }: {
    readonly keys: readonly ApprovedKey[];
    readonly agent: Sent["agent"];
    readonly exchanged: KeyExchangeOptions["exchanged"];
  },
): Promise<string> {
  const { authorization, "private-token": token, "user-agent": program } = request.headers;
  const given: OutgoingHttpHeaders = {
    host,
    accept: "application/json",
    "accept-encoding": "identity",
    authorization,
    "private-token": token,
    "user-agent": program,
    ...(body !== undefined && {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    }),
  };
  const headers = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  const put = exchangedRequest(
    { target, headers },
    keys.filter((key) => key.host === host),
  );
  for (const key of put.used) exchanged(key);
  return await new Promise((resolve, reject) => {
    const onward = secureRequest({
      host,
      servername: host,
      port: 443,
      method,
      path: target,
      agent,
      headers: put.headers,
      setHost: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      insecureHTTPParser: false,
      signal: AbortSignal.timeout(OWNER_MS_MAX),
    });
    onward.on("error", reject);
    onward.on("response", (answered) => {
      const parts: Buffer[] = [];
      let length = 0;
      answered.on("error", reject);
      answered.on("data", (part: Buffer) => {
        length += part.length;
        if (length > OWNER_BYTES_MAX) answered.destroy(new Error("too long"));
        else parts.push(part);
      });
      answered.on("end", () =>
        answered.statusCode === 200
          ? resolve(Buffer.concat(parts).toString("utf8"))
          : reject(new Error("not told")),
      );
    });
    onward.end(body);
  });
}

function isWebSocket(request: IncomingMessage): boolean {
  const [protocol, ...others] = valuesOf(request, "upgrade");
  return (
    request.method === "GET" &&
    protocol?.toLowerCase() === "websocket" &&
    others.length === 0 &&
    !hasBody(request)
  );
}

function faultOf({ request, host }: Asked): Refusal | undefined {
  const { httpVersion, method = "", url = "" } = request;
  if (httpVersion !== "1.1" || !isOneBody(request)) return "malformed";
  const named = valuesOf(request, "host").map((one) => one.toLowerCase());
  if (named.length !== 1 || (named[0] !== host && named[0] !== `${host}:443`)) return "host-header";
  // A server says everything again that a TRACE has.
  if (method === "TRACE") return "method";
  return url.startsWith("/") || (url === "*" && method === "OPTIONS") ? undefined : "malformed";
}

/** WHY no part of an answer and no packed one: a value that comes in two of them, or packed, would not be seen. */
function sentHeaders(
  { request, host, upgrade }: Asked,
  body: Buffer | undefined,
): OutgoingHttpHeaders {
  const {
    range: _range,
    "if-range": _ifRange,
    "sec-websocket-extensions": _extensions,
    // A server that heeds one of these does something else than the first line says.
    "x-http-method-override": _method,
    "x-method-override": _other,
    "x-http-method": _another,
    ...headers
  } = passedOn(request);
  const isChunked = body === undefined && valuesOf(request, "transfer-encoding").length > 0;
  return {
    ...headers,
    host,
    "accept-encoding": "identity",
    ...(isChunked ? { "transfer-encoding": "chunked" } : {}),
    ...(body === undefined ? {} : { "content-length": String(body.length) }),
    ...(upgrade === undefined ? {} : { connection: "Upgrade", upgrade: "websocket" }),
  };
}

type Sent = {
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly replaced: readonly Replaced[];
  readonly agent: ReturnType<ReturnType<typeof createAgents>["of"]>;
  /** Given where it was read already. */
  readonly body: Buffer | undefined;
};

function passOn(asked: Asked, { target, headers, replaced, agent, body }: Sent): void {
  const { host, request, response, upgrade } = asked;
  const onward = secureRequest({
    host,
    servername: host,
    port: 443,
    method: request.method ?? "GET",
    path: target,
    agent,
    headers,
    setHost: false,
    maxHeaderSize: HEADER_BYTES_MAX,
    insecureHTTPParser: false,
  });
  let isOver = false;
  onward.on("error", (cause: Error & { readonly code?: string }) => {
    if (!isOver) refuse(response, isCertificateError(cause) ? "certificate" : "unreachable");
  });
  onward.on("response", (answered) => takeAnswer(asked, answered, replaced));
  onward.on("upgrade", (answered, far: Socket, head: Buffer) => {
    isOver = true;
    if (upgrade === undefined || !isSwitched(answered)) {
      far.destroy();
      return refuse(response, "answer");
    }
    response.detachSocket(upgrade.socket);
    joinSockets(upgrade, { far, head, answered, replaced });
  });
  // WHY of a call that is over as well: nobody waits for the answer any more.
  (upgrade?.socket ?? response).once("close", () => onward.destroy());
  request.on("error", () => onward.destroy());
  if (body === undefined) request.pipe(onward);
  else onward.end(body);
}

function isSwitched(answered: IncomingMessage): boolean {
  return (
    valuesOf(answered, "upgrade").join().toLowerCase() === "websocket" &&
    valuesOf(answered, "sec-websocket-extensions").length === 0
  );
}

/** An answer as it comes in. */
function takeAnswer(
  { request, response }: Asked,
  answered: IncomingMessage,
  replaced: readonly Replaced[],
): void {
  answered.on("error", () => response.destroy());
  const { statusCode = 0 } = answered;
  const unpacking = unpackingOf(answered);
  const isReadable = valuesOf(answered, "transfer-encoding").every((one) => one === "chunked");
  if (unpacking === "other" || !isReadable || statusCode < 200 || statusCode > 599) {
    answered.destroy();
    return refuse(response, "answer");
  }
  const isEmpty = request.method === "HEAD" || statusCode === 204 || statusCode === 304;
  response.writeHead(statusCode, seenHeaders(answered, replaced, unpacking !== undefined));
  response.flushHeaders();
  if (isEmpty) {
    answered.resume();
    return void response.end();
  }
  const streams = [answered, ...(unpacking === undefined ? [] : [unpacking()])];
  pipeline([...streams, hidingStream(replaced), response], (error) => {
    // WHY cut: no part is taken for the whole.
    if (error !== undefined && error !== null) response.destroy();
  });
}

const UNPACKING: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** What unpacks an answer that comes packed although it was asked for as it is; `other` where nobody here can. */
function unpackingOf(answered: IncomingMessage): (() => Transform) | "other" | undefined {
  const codings = valuesOf(answered, "content-encoding")
    .flatMap((value) => value.split(","))
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "" && word !== "identity");
  const [coding, ...others] = codings;
  if (coding === undefined) return undefined;
  const known = Object.hasOwn(UNPACKING, coding) ? UNPACKING[coding] : undefined;
  return others.length > 0 || known === undefined ? "other" : known;
}

function seenHeaders(
  answered: IncomingMessage,
  replaced: readonly Replaced[],
  isUnpacked: boolean,
): OutgoingHttpHeaders {
  const {
    // It would have the program ask in a way that is not seen here.
    "alt-svc": _elsewhere,
    "content-encoding": _coding,
    "content-length": length,
    ...headers
  } = passedOn(answered);
  const seen: OutgoingHttpHeaders = {};
  const names = replaced.map(({ from }) => from.toString("latin1").toLowerCase());
  for (const [name, values] of Object.entries(headers)) {
    if (names.some((one) => name.includes(one))) continue;
    const all = Array.isArray(values) ? values : [String(values)];
    seen[name] = all.map((value) => hiddenText(value, replaced));
  }
  return isUnpacked || length === undefined ? seen : { ...seen, "content-length": length };
}

/** Two sockets that go on with a WebSocket. */
function joinSockets(
  { socket, head }: NonNullable<Asked["upgrade"]>,
  {
    far,
    head: farHead,
    answered,
    replaced,
  }: {
    readonly far: Socket;
    readonly head: Buffer;
    readonly answered: IncomingMessage;
    readonly replaced: readonly Replaced[];
  },
): void {
  const headers = { ...seenHeaders(answered, replaced, true), connection: "Upgrade" };
  const lines = Object.entries({ ...headers, upgrade: "websocket" }).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [String(values)]).map((value) => `${name}: ${value}\r\n`),
  );
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`, "latin1");
  far.on("error", () => far.destroy());
  far.setTimeout(IDLE_MS_MAX, () => far.destroy());
  if (head.length > 0) far.write(head);
  if (farHead.length > 0) far.unshift(farHead);
  socket.once("close", () => far.destroy());
  // WHY not at once: what the server said last is on its way.
  far.once("close", () => socket.setTimeout(ENDED_MS_MAX, () => socket.destroy()));
  socket.pipe(far);
  pipeline(far, hidingFrames(replaced), socket, () => undefined);
}

function refuse(response: ServerResponse, why: Refusal): void {
  const [status, line] = REFUSALS[why];
  answerNo(response, status, line);
}

function answerNo(response: ServerResponse, status: number, line: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = `held by sallyport: ${line}\n`;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
  });
  response.end(text);
}
