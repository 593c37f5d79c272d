// Registries read for one held call: it gets the files that its lock file names, asked anew outside, and nothing of its own words goes out.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { RegistryFiles } from "#guard/hold/registry-files.ts";
import { createGatewayAuthority } from "../../gateway/gateway-authority.ts";
import { fixedHeaders } from "../../gateway/headers.ts";
import { refuseConnection, sendRefusal } from "../../gateway/refusal-answers.ts";
import type { Refusal } from "../../gateway/refusals.ts";
import {
  ANSWER_LIMITS,
  answerFromRegistry,
  type RegistryRequest,
} from "../../gateway/registry-answer.ts";
import { formFault } from "../../gateway/request-check.ts";
import { createTunnelEnds } from "../../gateway/tunnel-ends.ts";
import { type Connect, createAgents } from "../../gateway/upstream.ts";

/** What reads for a call. */
export type RegistryReader = {
  /** Hosts to which the call may open a tunnel, at the usual port of https. */
  readonly hosts: readonly string[];
  /** The authority that the call's programs have to trust, PEM. It vouches for these hosts alone, and its key is in no file. */
  readonly certificate: string;
  /** Ends a tunnel to one of the hosts. */
  take(host: string, socket: Socket): void;
  close(): void;
};

export type ReaderOptions = {
  readonly files: RegistryFiles;
  /** What the person logs in with at an address; undefined for nothing. Asked for each request, and told to nobody inside. */
  readonly loginFor: (host: string, path: string) => Promise<string | undefined>;
  /** Connects to a host that was let through, in the person's way. */
  readonly connect: Connect;
  /** Certificates by which registries are verified, PEM. */
  readonly authorities: () => readonly string[];
  /** Hears of what was not passed on. */
  readonly refused: (host: string, why: Refusal) => void;
  readonly nowMs: () => number;
};

const HEADER_BYTES_MAX = 16 * 1024;
const HEAD_MS_MAX = 10_000;
const REST_MS_MAX = 30_000;
const IDLE_MS_MAX = 90_000;
/** Requests that are under way at once. */
const REQUESTS_MAX = 128;
/** How often one file is read for a call. WHY bounded: how often something is fetched is counted in public, and could tell something. */
const READS_MAX = 8;

/** Reads registries for one call until it is closed. */
export function openRegistryReader(options: ReaderOptions): RegistryReader {
  const { files, nowMs, refused } = options;
  const hosts = [...files.keys()];
  const authority = createGatewayAuthority(nowMs(), hosts);
  let agents: ReturnType<typeof createAgents> | undefined;
  // WHY so late: a call that finds all in its cache costs no reading of the machine's authorities.
  const agentOf = (host: string) =>
    (agents ??= createAgents(options.connect, options.authorities())).of(host);
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    insecureHTTPParser: false,
    headersTimeout: HEAD_MS_MAX,
    requestTimeout: HEAD_MS_MAX,
    keepAliveTimeout: REST_MS_MAX,
  });
  // WHY without a bound of its own: what node leaves out past one would not be looked at. The head's size is bounded.
  server.maxHeadersCount = 0;
  server.setTimeout(IDLE_MS_MAX);
  const tunnels = new WeakMap<object, string>();
  /** Connections on which something was refused: what else comes on one is not answered. */
  const closed = new WeakSet<object>();
  const ends = createTunnelEnds({
    authority,
    nowMs,
    handshakeMs: HEAD_MS_MAX,
    misnamed: (host) => refused(host, "server-name"),
    opened(host, socket) {
      tunnels.set(socket, host);
      server.emit("connection", socket);
    },
  });
  server.on("clientError", (cause: Error & { readonly code?: string }, socket) => {
    const host = tunnels.get(socket);
    if (cause.code !== "ECONNRESET" && host !== undefined) refused(host, "malformed");
    refuseConnection(socket, "malformed");
  });
  server.on("connect", (_request, socket: Socket) => {
    refused(tunnels.get(socket) ?? hosts[0] ?? "", "method");
    refuseConnection(socket, "method");
  });
  const reads = new Map<string, number>();
  let underWay = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    const host = tunnels.get(request.socket);
    if (closed.has(request.socket) || host === undefined) return void request.socket.destroy();
    const refuse = (why: Refusal): void => {
      refused(host, why);
      closed.add(request.socket);
      sendRefusal(request, response, why);
    };
    const fault = formFault(request, host);
    if (fault !== undefined) return refuse(fault);
    const path = sentPath(files, host, request.url ?? "");
    if (path === undefined) return refuse("unlocked");
    if (underWay >= REQUESTS_MAX) return refuse("busy");
    const key = `${host}${path}`;
    const count = (reads.get(key) ?? 0) + 1;
    if (count > READS_MAX) return refuse("often");
    reads.set(key, count);
    underWay += 1;
    response.once("close", () => {
      underWay -= 1;
    });
    const headers = fixedHeaders(host, request.headers);
    const begin = async (): Promise<void> => {
      const login = await options.loginFor(host, path);
      if (response.destroyed) return;
      const first = {
        host,
        path,
        headers: login === undefined ? headers : { ...headers, authorization: login },
      };
      answerFromRegistry(request, response, {
        first,
        agentOf,
        limits: ANSWER_LIMITS,
        refuse,
        moved: movedTo(files),
        answered: () => undefined,
      });
    };
    // WHY without a word of the cause: it may quote the request.
    begin().catch(() => refuse("answer"));
  };
  server.on("request", answer);
  // Node would answer `100 Continue` by itself, and so ask for the body.
  server.on("checkContinue", answer);
  server.on("checkExpectation", answer);
  return {
    hosts,
    certificate: authority.certificate,
    take: ends.take,
    close() {
      agents?.close();
    },
  };
}

/** The one spelling of what is asked, where the call may have it. Between scope and name npm writes the slash in two ways. */
function sentPath(files: RegistryFiles, host: string, asked: string): string | undefined {
  return files.get(host)?.get(asked.replace(/^([\w.~/-]*\/@[\w.~-]+)%2f(?=[\w.~-]+$)/i, "$1/"));
}

/** Follows what leads to another address that the call may have. WHY without a login: it was meant for the first one. */
function movedTo(files: RegistryFiles) {
  return (location: string | undefined, from: RegistryRequest): RegistryRequest | undefined => {
    const base = `https://${from.host}${from.path}`;
    const url =
      location !== undefined && URL.canParse(location, base) ? new URL(location, base) : undefined;
    if (url?.protocol !== "https:" || url.port !== "" || url.username !== "" || url.search !== "")
      return undefined;
    const path = sentPath(files, url.hostname, url.pathname);
    if (path === undefined) return undefined;
    const { authorization: _left, ...headers } = from.headers;
    return { host: url.hostname, path, headers: { ...headers, host: url.hostname } };
  };
}
