// One request that may pass: asked anew of the registry, its answer streamed back within bounds of time and size.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Agent, request } from "node:https";
import type { ClientRequest, OutgoingHttpHeaders } from "node:http";
import { pipeline, Transform } from "node:stream";
import { answerHeaders, readingLocation } from "./headers.ts";
import type { Refusal } from "./refusals.ts";
import { isCertificateError, proxyFault } from "./upstream.ts";

/** Bounds of one answer, so that tests need not wait for them. */
export type AnswerLimits = {
  /** Until the head of the registry's answer is there. */
  readonly headMs: number;
  /** Without a byte of it. */
  readonly idleMs: number;
  /** From the request to the last byte. */
  readonly totalMs: number;
  readonly bodyBytes: number;
  readonly headBytes: number;
};

/** Packages of 500 MB come over slow lines; the largest that registries hold have some 3 GB. */
export const ANSWER_LIMITS: AnswerLimits = {
  headMs: 60_000,
  idleMs: 60_000,
  totalMs: 30 * 60_000,
  bodyBytes: 4 * 1024 ** 3,
  headBytes: 32 * 1024,
};

/** Statuses that lead elsewhere. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** What a registry is asked. */
export type RegistryRequest = {
  readonly host: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
};

/** Redirects that are followed for one request. */
const MOVES_MAX = 3;

/**
 * Asks the registry and answers the caller. The request was checked before. `refuse` is called where there is nothing to
 * answer with; once an answer has begun, what goes wrong cuts the connection, so that no part is taken for the whole.
 */
export function answerFromRegistry(
  asked: IncomingMessage,
  answer: ServerResponse,
  options: {
    readonly first: RegistryRequest;
    readonly agentOf: (host: string) => Agent;
    readonly limits: AnswerLimits;
    /** Where a redirect is followed here; undefined for nowhere. Without it the caller is told of those that lead to a registry. */
    readonly moved?: (
      location: string | undefined,
      from: RegistryRequest,
    ) => RegistryRequest | undefined;
    readonly refuse: (why: Refusal) => void;
    readonly answered: () => void;
  },
): void {
  const { first, agentOf, limits, refuse, answered, moved } = options;
  const method = asked.method === "HEAD" ? "HEAD" : "GET";
  let stage: "waiting" | "answering" | "over" = "waiting";
  let upstream: ClientRequest | undefined;
  let moves = 0;
  const end = (): void => {
    stage = "over";
    clearTimeout(headTimer);
    clearTimeout(totalTimer);
    upstream?.destroy();
  };
  const giveUp = (why: Refusal): void => {
    if (stage === "over") return;
    const hasBegun = stage === "answering";
    end();
    if (hasBegun) answer.destroy();
    else refuse(why);
  };
  const headTimer = setTimeout(() => giveUp("slow"), limits.headMs);
  const totalTimer = setTimeout(() => giveUp("slow"), limits.totalMs);
  answer.once("close", end);
  const take = (found: IncomingMessage, from: RegistryRequest): void => {
    clearTimeout(headTimer);
    found.on("error", () => giveUp("answer"));
    const head = headOf(found, { from: `https://${from.host}${from.path}`, method, limits });
    if (typeof head === "string") return giveUp(head);
    stage = "answering";
    answered();
    answer.writeHead(head.status, head.headers);
    if (!head.hasBody) {
      found.resume();
      return void answer.end();
    }
    found.setTimeout(limits.idleMs, () => giveUp("slow"));
    pipeline(found, bounded(limits.bodyBytes), answer, (error) => {
      if (error !== undefined && error !== null) giveUp("answer");
    });
  };
  const ask = (from: RegistryRequest): void => {
    const { host, path, headers } = from;
    const one = request({
      host,
      servername: host,
      port: 443,
      method,
      path,
      agent: agentOf(host),
      headers,
      maxHeaderSize: limits.headBytes,
      insecureHTTPParser: false,
    });
    upstream = one;
    one.on("error", (cause) => {
      if (one === upstream) giveUp(whyNot(cause));
    });
    // A registry has no reason to change the protocol.
    one.on("upgrade", (_found, socket) => {
      socket.destroy();
      giveUp("answer");
    });
    one.on("response", (found) => {
      if (moved === undefined || !REDIRECTS.includes(found.statusCode ?? 0))
        return take(found, from);
      moves += 1;
      const next = moves > MOVES_MAX ? undefined : moved(found.headers.location, from);
      if (next === undefined) return giveUp("redirect");
      upstream = undefined;
      found.on("error", () => undefined);
      one.destroy();
      return ask(next);
    });
    one.end();
  };
  ask(first);
}

type Head = {
  readonly status: number;
  readonly headers: ReturnType<typeof answerHeaders>;
  readonly hasBody: boolean;
};

function headOf(
  { statusCode = 0, headers }: IncomingMessage,
  asked: { readonly from: string; readonly method: string; readonly limits: AnswerLimits },
): Head | Refusal {
  if (statusCode < 200 || statusCode > 599) return "answer";
  if (REDIRECTS.includes(statusCode)) {
    const location = readingLocation(headers.location, asked.from, asked.method);
    if (location === undefined) return "redirect";
    return { status: statusCode, headers: { location, "content-length": 0 }, hasBody: false };
  }
  const passed = answerHeaders(headers);
  if (Number(passed["content-length"] ?? 0) > asked.limits.bodyBytes) return "answer";
  const hasBody = asked.method === "GET" && statusCode !== 204 && statusCode !== 304;
  return { status: statusCode, headers: passed, hasBody };
}

/** Passes bytes on up to a number of them, and fails past it. */
function bounded(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new Error("the answer is too large"));
      else done(null, chunk);
    },
  });
}

function whyNot(cause: Error & { readonly code?: string }): Refusal {
  if (isCertificateError(cause)) return "certificate";
  const fault = proxyFault(cause);
  if (fault !== undefined) return fault;
  return cause.code?.startsWith("HPE_") === true ? "answer" : "unreachable";
}
