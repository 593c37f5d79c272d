// Stands in for the dashboard's server: the built app under the real policy of content, and canned answers of `/api/v1`.
import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** What every answer of the real server says. */
export const APP_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;

export const LOGIN_TOKEN = "one-time-token";
export const BEARER = "bearer-of-the-test";
const API = "/api/v1";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** What came in, for an answer that depends on it. */
export type Asked = {
  readonly params: URLSearchParams;
  /** The end of the path where the answer's key ends in `*`. */
  readonly rest: string;
  readonly body: unknown;
};
/**
 * Answers by method and path below `/api/v1`, such as `GET /overview`; `GET /events/*` takes any end. One is a value, what
 * `fault` gives, or a function of `Asked` that gives either.
 */
export type Answers = Readonly<Record<string, unknown>>;

const PROOF_KEY = Buffer.alloc(32, 7);
const proofTo = (nonce: string) =>
  createHmac("sha256", PROOF_KEY).update(`sallyport/session/v1\0${nonce}`).digest("hex");

/** Gives an answer another status, with the fault's message. */
export function fault(status: number, code: string, message: string): StatusAnswer {
  return { status, body: { error: { code, message } } };
}
type StatusAnswer = { readonly status: number; readonly body: unknown };
const isStatus = (value: unknown): value is StatusAnswer =>
  typeof value === "object" && value !== null && "status" in value && "body" in value;

export type StandIn = {
  readonly url: string;
  /** The address that a person would get: with the token. */
  readonly link: string;
  /** Every request of the API, as `GET /overview?x=1`. */
  readonly requests: readonly string[];
  /** Bytes of the app's files that were sent, compressed, by path. */
  readonly sent: ReadonlyMap<string, number>;
  /** Sends an event to every open stream. */
  publish(event: string, data: unknown): void;
  /** From now on no bearer is known. */
  endSessions(): void;
  /** Changes who is logged in, or until when the person is confirmed. */
  setMe(me: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
};

/** Every page asks how much needs a person. */
const NOTHING_NEEDED = {
  command: "sallyport inbox",
  atMs: 0,
  items: [],
  total: 0,
  counts: {},
  unread: [],
};

/** Serves the app that lies in `folder`. Throws where it was not built. */
export async function startStandIn(folder: string, given: Answers): Promise<StandIn> {
  const answers = { "GET /inbox": NOTHING_NEEDED, ...given };
  if (!existsSync(join(folder, "index.html")))
    throw new Error(`the app is not in \`${folder}\`: build it`);
  const requests: string[] = [];
  const sent = new Map<string, number>();
  const streams = new Set<ServerResponse>();
  const known = new Set<string>([BEARER]);
  let tokens = [LOGIN_TOKEN];
  let me: Readonly<Record<string, unknown>> = {
    name: "Ada Example",
    role: "administrator",
    hasPassphrase: true,
    version: "0.1.0",
    expiresMs: Date.now() + 3_600_000,
    confirmedUntilMs: null,
  };
  const own = (path: string, method: string, body: unknown, nonce: string | null): unknown => {
    const given = body as Readonly<Record<string, unknown>>;
    if (path === "/login") {
      if (!tokens.includes(String(given["token"])))
        return fault(401, "no-session", "this link was used or is too old");
      tokens = [];
      return { bearer: BEARER, proofKey: PROOF_KEY.toString("hex"), ...me };
    }
    if (path === "/proof" && !("GET /proof" in answers)) return { proof: proofTo(String(nonce)) };
    if (path === "/me") return me;
    if (path === "/oidc" && !("GET /oidc" in answers)) return { host: null };
    if (path === "/logout" && method === "POST") {
      known.clear();
      return { isEnded: true };
    }
    if (path !== "/confirm") return undefined;
    if (given["code"] !== "12345678") return fault(403, "role", "that is not it");
    me = { ...me, confirmedUntilMs: Date.now() + 300_000 };
    return { confirmedUntilMs: me["confirmedUntilMs"] };
  };
  const answerApi = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    const path = url.pathname.slice(API.length);
    const method = request.method ?? "";
    requests.push(`${method} ${path}${url.search}`);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (path !== "/login" && path !== "/oidc" && !known.has(bearer))
      return sendJson(response, fault(401, "no-session", "you are not logged in"));
    if (path === "/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('event: daemon\ndata: {"isThere":true}\n\n');
      streams.add(response);
      response.once("close", () => streams.delete(response));
      return;
    }
    const body = method === "POST" ? await bodyOf(request) : {};
    const ours = own(path, method, body, url.searchParams.get("nonce"));
    if (ours !== undefined) return sendJson(response, ours);
    const found = findAnswer(answers, `${method} ${path}`);
    if (found === undefined)
      return sendJson(response, fault(404, "not-found", `no canned answer for ${method} ${path}`));
    const { canned, rest } = found;
    const asked: Asked = { params: url.searchParams, rest, body };
    sendJson(response, typeof canned === "function" ? canned(asked) : canned);
  };
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(APP_HEADERS)) response.setHeader(name, value);
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname.startsWith(`${API}/`)) {
      answerApi(request, response, url).catch(() => response.destroy());
      return;
    }
    const wanted = extname(url.pathname) === "" ? "/index.html" : url.pathname;
    const file = join(folder, wanted);
    if (wanted.includes("..") || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const bytes = gzipSync(readFileSync(file));
    sent.set(wanted, bytes.length);
    response.writeHead(200, {
      "content-type": TYPES[extname(wanted)] ?? "application/octet-stream",
      "content-encoding": "gzip",
    });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    link: `${url}/#login=${LOGIN_TOKEN}`,
    requests,
    sent,
    publish(event, data) {
      for (const stream of streams)
        stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    endSessions: () => known.clear(),
    setMe(next) {
      me = { ...me, ...next };
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function findAnswer(answers: Answers, asked: string) {
  if (asked in answers) return { canned: answers[asked], rest: "" };
  for (const [key, canned] of Object.entries(answers)) {
    const start = key.slice(0, -1);
    if (key.endsWith("*") && asked.startsWith(start))
      return { canned, rest: decodeURIComponent(asked.slice(start.length)) };
  }
  return undefined;
}

function sendJson(response: ServerResponse, value: unknown): void {
  const { status, body } = isStatus(value) ? value : { status: 200, body: value };
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return {};
  }
}
