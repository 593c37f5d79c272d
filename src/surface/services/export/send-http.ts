// HTTP for targets: one request at a time within bounds of time and size, over connections that are kept, never redirected.
import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { HttpAnswer, HttpRequest } from "#record/delivery/target.ts";

/** Bytes of an answer that are read: Elastic answers some 200 bytes for each entry of a batch. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const RETRY_AFTER_SECONDS_MAX = 86_400;

export type HttpSender = {
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly close: () => void;
};

/**
 * Builds one; `ca` is trusted in place of the system's authorities, `timeoutMs` is for one whole exchange, 4 MiB of an answer are
 * read by default. `lookup` finds the addresses of a name in place of the system, and may refuse them.
 */
export function createHttpSender(options: {
  readonly ca?: string | undefined;
  readonly cert?: { readonly cert: string; readonly key: string } | undefined;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
  readonly answerBytesMax?: number;
  readonly lookup?: LookupFunction;
}): HttpSender {
  const { ca, cert, timeoutMs, nowMs, answerBytesMax = ANSWER_BYTES_MAX, lookup } = options;
  const kept = { keepAlive: true, maxSockets: 2, ...(lookup === undefined ? {} : { lookup }) };
  const plain = new PlainAgent(kept);
  const tls = new TlsAgent({ ...kept, ...(ca === undefined ? {} : { ca }), ...cert });
  return {
    send: (request) => exchange(request, { plain, tls, timeoutMs, nowMs, answerBytesMax }),
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}

function exchange(
  { method, url, headers, body }: HttpRequest,
  setting: {
    readonly plain: PlainAgent;
    readonly tls: TlsAgent;
    readonly timeoutMs: number;
    readonly nowMs: () => number;
    readonly answerBytesMax: number;
  },
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const address = new URL(url);
    const isPlain = address.protocol === "http:";
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const options = {
      method,
      agent: isPlain ? setting.plain : setting.tls,
      headers: { ...headers, "content-length": String(bytes.length) },
    };
    const outgoing = (isPlain ? plainRequest : tlsRequest)(address, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= setting.answerBytesMax) chunks.push(chunk);
        else outgoing.destroy();
      });
      const broken = () => finish({ kind: "none", reason: "broke off its answer" });
      incoming.on("error", broken);
      incoming.on("close", broken);
      incoming.on("end", () => {
        const answered = Buffer.concat(chunks);
        finish({
          kind: "answer",
          status: incoming.statusCode ?? 0,
          text: answered.toString("utf8"),
          bytes: answered,
          retryAfterMs: retryAfterMs(incoming.headers["retry-after"], setting.nowMs()),
        });
      });
    });
    // WHY a timer of our own: the socket's time-out starts anew with each byte, and a slow answer never ends.
    const timer = setTimeout(() => {
      const seconds = setting.timeoutMs / 1_000;
      finish({ kind: "none", reason: `gave no whole answer within ${seconds} s` });
      outgoing.destroy();
    }, setting.timeoutMs);
    const finish = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    outgoing.on("error", ({ code }: NodeJS.ErrnoException) =>
      finish({ kind: "none", reason: `cannot be reached (${code ?? "no reason given"})` }),
    );
    outgoing.end(bytes);
  });
}

/** Both forms of `Retry-After` (RFC 9110), seconds and a date. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const mostMs = RETRY_AFTER_SECONDS_MAX * 1_000;
  if (/^\d{1,9}$/.test(value)) return Math.min(mostMs, Number(value) * 1_000);
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.min(mostMs, Math.max(0, atMs - nowMs));
}
