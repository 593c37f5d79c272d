// HTTP of the dashboard on 127.0.0.1: the app's files, the endpoints of the table, the live stream. Nobody else's page gets in.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "#base/failure.ts";
import { cannotListen, listenAt, webServer } from "../foundation/network/listening.ts";
import { isStranger, loopbackPlace, type OwnPlace } from "../foundation/network/strangers.ts";
import { errorCode } from "../foundation/files/private-file.ts";
import { CONTROL_HEADER, type ControlDesk, createControlDesk } from "./access/control-proof.ts";
import type { LoginSession } from "./access/logins.ts";
import { mayAs } from "./access/roles.ts";
import type { AppFiles } from "./app-files.ts";
import { APP_HEADERS, bearerOf, sendFault, sendJson } from "./api/answering.ts";
import { CHALLENGE_PATH, type ChallengeInput } from "./api/access.ts";
import { ENDPOINTS } from "./api/endpoints.ts";
import { ApiFault, type Endpoint } from "./api/endpoint.ts";
import { asFault, readInput } from "./api/read-input.ts";
import { findEndpoint } from "./api/routes.ts";
import { streamTo } from "./api/stream.ts";
import type { DashboardParts } from "./context/parts.ts";
import { createOidcPages, OIDC_PATH, type OidcPages } from "./oidc-pages.ts";
import { type PublicPlace, serverOf } from "./access/public-place.ts";

export const API_PATH = "/api/v1";
/** Two hundred viewers with a stream and what a page asks at once, also when they all come through one proxy. */
const SHARES = { connections: 1_024, perPeer: 512, reserved: 128 };
const HEADER_MS_MAX = 5_000;
const REQUEST_MS_MAX = 15_000;
const REST_MS_MAX = 5_000;
/** Requests of strangers that were turned away are one event a minute. */
const REFUSED_MS = 60_000;

export type DashboardServer = {
  readonly port: number;
  /** Where other machines come in; undefined where none do. */
  readonly publicPort: number | undefined;
  close(): Promise<void>;
};

/**
 * Listens on 127.0.0.1; port 0 takes any. With a `place` it listens there too, under the name that is asked for there. Rejects with a
 * Failure of code `port-taken` where somebody else listens.
 */
export async function startDashboard(
  parts: DashboardParts,
  options: {
    readonly port: number;
    readonly files: AppFiles;
    readonly operatorSecret: string;
    /** Hears of a fault of ours, in one line without a value of a request. */
    readonly onFault: (line: string) => void;
    /** Where browsers of other machines come in. */
    readonly place?: PublicPlace | undefined;
  },
): Promise<DashboardServer> {
  const bounds = {
    headMs: HEADER_MS_MAX,
    requestMs: REQUEST_MS_MAX,
    restMs: REST_MS_MAX,
    headBytes: 16 * 1024,
  };
  const { place } = options;
  const server = webServer(bounds);
  const own = () => ({
    ...loopbackPlace(addressOf(server).port),
    origin: `http://127.0.0.1:${addressOf(server).port}`,
  });
  const control = createControlDesk(options.operatorSecret, () => addressOf(server).port);
  const desks = [answering(server, new Desk(parts, { ...options, control }, own))];
  const [desk] = desks;
  await listenAt(server, {
    host: "127.0.0.1",
    port: options.port,
    shares: SHARES,
    refused: () => desk?.countRefused(),
    failure: portFailure(options.port),
  });
  const servers = [server];
  if (place !== undefined) {
    const { origin, host } = place.url;
    const open = serverOf(place, bounds);
    const at = () => ({ hosts: [host], origins: [origin], origin });
    const other = answering(open, new Desk(parts, { ...options, control: undefined }, at));
    desks.push(other);
    servers.push(open);
    await listenAt(open, {
      host: place.host,
      port: place.port,
      shares: SHARES,
      refused: () => other.countRefused(),
      failure: cannotListen("port", place, "choose another address with `--listen`"),
    }).catch((cause: unknown) => {
      server.close();
      throw cause;
    });
  }
  const noteRefused = () => Promise.all(desks.map((desk) => desk.noteRefused()));
  const timer = setInterval(() => void noteRefused(), REFUSED_MS);
  timer.unref();
  return {
    port: addressOf(server).port,
    publicPort: servers[1] === undefined ? undefined : addressOf(servers[1]).port,
    async close() {
      clearInterval(timer);
      await noteRefused();
      parts.providerLogins?.close();
      parts.live.close();
      await Promise.all(
        servers.map(
          (one) =>
            new Promise<void>((resolve) => {
              one.close(() => resolve());
              one.closeAllConnections();
            }),
        ),
      );
    },
  };
}

function answering(server: Server, desk: Desk): Desk {
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    // WHY: one answer that fails, also while it is sent, ends that request and never the server.
    desk.answer(request, response).catch((cause: unknown) => {
      desk.onFault(faultLine(request, cause));
      response.destroy();
    });
  });
  server.on("clientError", (cause, socket) => {
    // WHY without a word: browsers keep connections ready, and take an answer to nothing for that to their next request.
    if (errorCode(cause) === "ERR_HTTP_REQUEST_TIMEOUT") socket.destroy();
    else if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  return desk;
}

/** Under which name a desk is asked. */
type At = Pick<OwnPlace, "hosts" | "origins"> & {
  readonly origin: string;
};

/** Answers requests, one after the other by their own. */
class Desk {
  readonly #parts: DashboardParts;
  readonly #files: AppFiles;
  readonly #control: ControlDesk | undefined;
  readonly onFault: (line: string) => void;
  readonly #at: () => At;
  readonly #views: ReturnType<typeof createViewNotes>;
  readonly #oidc: OidcPages;
  #refused = 0;

  constructor(
    parts: DashboardParts,
    {
      files,
      control,
      onFault,
    }: {
      readonly files: AppFiles;
      /** Takes orders of our own commands; undefined where other machines come in. */
      readonly control: ControlDesk | undefined;
      readonly onFault: (line: string) => void;
    },
    at: () => At,
  ) {
    this.#parts = parts;
    this.#files = files;
    this.#control = control;
    this.onFault = onFault;
    this.#at = at;
    this.#views = createViewNotes(parts);
    const { clock, providerLogins } = parts;
    this.#oidc = createOidcPages({ clock, providerLogins, originOf: () => at().origin });
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    for (const [name, value] of Object.entries(APP_HEADERS)) response.setHeader(name, value);
    try {
      this.#refuseStrangers(request);
      const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
      const { pathname, searchParams } = url;
      // WHY awaited: what it throws is answered here.
      if (pathname.startsWith(`${OIDC_PATH}/`))
        return await this.#oidc.answer(request, response, url);
      if (pathname !== API_PATH && !pathname.startsWith(`${API_PATH}/`))
        return this.#files.send(request, response, pathname);
      await this.#answerApi(request, response, {
        path: pathname.slice(API_PATH.length),
        searchParams,
      });
    } catch (cause) {
      const fault = asFault(cause);
      if (fault.code === "fault") this.onFault(faultLine(request, cause));
      sendFault(response, fault);
    }
  }

  /** One event for all that were turned away since the last one. */
  async noteRefused(): Promise<void> {
    if (this.#refused === 0) return;
    const count = this.#refused;
    this.#refused = 0;
    await this.#parts
      .note({ what: "refused", role: "none", page: "api", count })
      .catch(() => undefined);
  }

  /** A connection was turned away at the door. */
  countRefused(): void {
    this.#refused++;
  }

  async #answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    { path, searchParams }: { readonly path: string; readonly searchParams: URLSearchParams },
  ): Promise<void> {
    const found = findEndpoint(ENDPOINTS, request.method ?? "", path);
    if (found.kind === "none") {
      // WHY first: whoever is not logged in learns nothing of what there is.
      this.#requireSession(request);
      const fault =
        found.why === "method"
          ? new ApiFault("method", "this address is not asked that way")
          : new ApiFault("not-found", "there is no such address");
      throw fault;
    }
    const { endpoint, names } = found;
    const session = this.#admit(request, endpoint);
    const wrong = this.#parts.team === undefined ? "team" : "machine";
    if (endpoint.of === wrong)
      throw new ApiFault("not-found", `this is a page of a ${wrong}, and this is none`);
    const input = await readInput(request, { endpoint, names, searchParams });
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    if (endpoint.path === CHALLENGE_PATH) {
      if (this.#control === undefined) throw new ApiFault("not-found", "there is no such address");
      return sendJson(response, 200, this.#control.challenge((input as ChallengeInput).nonce));
    }
    if (endpoint.path === "/stream") return streamTo(response, this.#parts, session);
    const answer = await endpoint.work(this.#parts, { input, session, signal: gone.signal });
    if (session !== undefined) await this.#views.note(endpoint, session);
    sendJson(response, 200, answer);
  }

  /** The session that may ask this; undefined where nobody need be logged in. */
  #admit(request: IncomingMessage, endpoint: Endpoint): LoginSession | undefined {
    if (endpoint.role === "nobody") return undefined;
    if (endpoint.role === "operator") {
      if (this.#control?.isOurs(request.headers[CONTROL_HEADER]) === true) return undefined;
      this.#refused++;
      throw new ApiFault("no-session", "this is asked by commands of ours alone");
    }
    const session = this.#requireSession(request);
    if (!mayAs(session.role, endpoint.role)) {
      this.#refused++;
      throw new ApiFault("role", `this needs the role ${endpoint.role}; you are ${session.role}`);
    }
    if (endpoint.confirms && session.confirmedUntilMs === null)
      throw new ApiFault("confirm", "confirm who you are, then this is done");
    return session;
  }

  #requireSession(request: IncomingMessage): LoginSession {
    const bearer = bearerOf(request);
    const session = bearer === undefined ? undefined : this.#parts.logins.find(bearer);
    if (session !== undefined) return session;
    this.#refused++;
    const why = bearer === undefined ? undefined : this.#parts.logins.whyEnded(bearer);
    throw new ApiFault(
      "no-session",
      why ?? "you are not logged in: `sallyport dashboard link` prints a link that logs you in",
    );
  }

  /** WHY a link may open the app: its files may be asked from elsewhere, never the API. */
  #refuseStrangers(request: IncomingMessage): void {
    const place = { ...this.#at(), mayNavigate: true };
    if (!isStranger(request, place)) return;
    this.#refused++;
    throw new ApiFault("role", "requests of other pages are refused");
  }
}

/** What failed and where in our code. WHY not its message: it may hold a word of a call or a path of somebody. */
function faultLine({ method, url }: IncomingMessage, cause: unknown): string {
  const [path = ""] = (url ?? "").split("?");
  const endpoint = findEndpoint(ENDPOINTS, method ?? "", path.slice(API_PATH.length));
  const asked = endpoint.kind === "none" ? "a page" : endpoint.endpoint.path;
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const places = [...stack.matchAll(/^ +at .*?([\w.-]+:\d+:\d+)\)?$/gm)].map(([, at]) => at);
  const name = cause instanceof Error ? cause.constructor.name : typeof cause;
  return `${asked} failed: ${name} at ${places.slice(0, 5).join(", ") || "an unknown place"}`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Failure("dashboard", "the dashboard does not listen");
  return address;
}

function portFailure(port: number) {
  return (cause: unknown, isTaken: boolean): Failure => {
    const text = isTaken
      ? `port ${port} on 127.0.0.1 is taken: name another one with \`--port\``
      : `cannot listen on 127.0.0.1:${port}`;
    return new Failure(isTaken ? "port-taken" : "port", text, { cause });
  };
}

/** WHY not each: an open page asks again and again, and its own events would be news to it. */
const SAME_LOOK_MS = 10 * 60_000;
const LOOKS_MAX = 1_024;

/** Notes what a session looks at or changes. */
function createViewNotes({ clock, note }: Pick<DashboardParts, "clock" | "note">) {
  const looked = new Map<string, number>();
  const isSameLook = (key: string) => {
    const now = clock.monotonicMs();
    const last = looked.get(key);
    if (last !== undefined && now - last < SAME_LOOK_MS) return true;
    if (looked.size >= LOOKS_MAX) looked.clear();
    looked.set(key, now);
    return false;
  };
  return {
    /** Resolves when it is on record, or need not be. */
    async note(
      { path, method, isSensitive, confirms }: Endpoint,
      { id, role }: LoginSession,
    ): Promise<void> {
      if (method === "POST" && confirms)
        return note({ what: "change", role, page: path, count: 1 });
      if (!isSensitive || isSameLook(`${id} ${path}`)) return undefined;
      return note({ what: "view", role, page: path, count: 1 });
    },
  };
}
