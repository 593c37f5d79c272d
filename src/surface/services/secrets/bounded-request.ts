// One HTTPS request to a provider: bounded in time and size, never redirected, tried again only where that is safe.
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { secretFailure } from "#govern/secrets/provider.ts";

/** A provider's answer is a few kilobytes; Vault takes at most 1 MiB for one secret. */
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;
/** How long one try may take. */
const TRY_MS_MAX = 10_000;
const TRIES_MAX = 4;
/** Longest wait that a provider may ask for by `Retry-After`; a longer one ends in a Failure. */
const WAIT_MS_MAX = 5_000;
const FIRST_WAIT_MS = 200;

/** A request. `headers` may hold a token: neither they nor the body ever stand in an error. */
export type ProviderRequest = {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates that are trusted in place of the system's, as PEM. */
  readonly ca?: string;
};

export type ProviderAnswer = { readonly status: number; readonly text: string };

/**
 * The answer, whatever its status, except 429, 502 and 504, which are tried again with growing waits while tries are
 * left. A POST is tried again after 429 only: it may have been carried out. Rejects with `secret-unreachable`,
 * `secret-busy` or `secret-answer`. `who` names the provider in messages.
 */
export async function requestProvider(
  who: string,
  request: ProviderRequest,
): Promise<ProviderAnswer> {
  refuseUnsafeAddress(who, request.url);
  for (let tries = 1, waitMs = FIRST_WAIT_MS; ; tries += 1, waitMs *= 2) {
    const { status, text, retryAfter, location } = await tryOnce(who, request);
    if (status >= 300 && status < 400) {
      throw secretFailure(
        "secret-answer",
        `${who} at ${request.url.host} sends us elsewhere (${status}${location}): name the address that answers itself`,
      );
    }
    const isPassing =
      status === 429 || (request.method !== "POST" && (status === 502 || status === 504));
    if (!isPassing) return { status, text };
    const askedMs = retryAfter === undefined ? waitMs : Math.max(waitMs, retryAfter);
    if (tries === TRIES_MAX || askedMs > WAIT_MS_MAX) {
      throw status === 429
        ? secretFailure(
            "secret-busy",
            `${who} at ${request.url.host} has too many requests (429): try again later`,
          )
        : unreachable(who, request.url, `answers ${status}`);
    }
    await sleep(askedMs);
  }
}

/** Whether secrets and tokens may go to an address: over TLS, or in clear to a server on this machine. */
export function isSafeAddress({ protocol, hostname }: URL): boolean {
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && isLocal);
}

function refuseUnsafeAddress(who: string, url: URL): void {
  if (isSafeAddress(url)) return;
  throw secretFailure(
    "secret-setup",
    `the address of ${who} is not \`https://\`: a token would cross the network in clear; \`http://\` is for this machine alone, as \`127.0.0.1\`, \`[::1]\` or \`localhost\``,
  );
}

type Try = ProviderAnswer & {
  readonly retryAfter: number | undefined;
  readonly location: string;
};

function tryOnce(who: string, { method, url, headers, body, ca }: ProviderRequest): Promise<Try> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "http:" ? plainRequest : tlsRequest;
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const sized = bytes === undefined ? {} : { "content-length": String(bytes.length) };
    const options = {
      method,
      headers: { ...headers, ...sized },
      ...(ca === undefined ? {} : { ca }),
    };
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > ANSWER_BYTES_MAX) {
          incoming.destroy();
          finish(() =>
            reject(secretFailure("secret-answer", `the answer of ${who} is larger than 2 MiB`)),
          );
        } else {
          chunks.push(chunk);
        }
      });
      incoming.on("error", () =>
        finish(() => reject(unreachable(who, url, "broke off its answer"))),
      );
      incoming.on("end", () =>
        finish(() =>
          resolve({
            status: incoming.statusCode ?? 0,
            text: Buffer.concat(chunks).toString("utf8"),
            retryAfter: secondsOf(incoming.headers["retry-after"]),
            location: hostOf(incoming.headers.location),
          }),
        ),
      );
      incoming.on("close", () =>
        finish(() => reject(unreachable(who, url, "broke off its answer"))),
      );
    });
    // WHY a timer of our own: the socket's time-out starts anew with each byte, and a slow answer never ends.
    const timer = setTimeout(() => {
      finish(() =>
        reject(unreachable(who, url, `gave no whole answer within ${TRY_MS_MAX / 1000} s`)),
      );
      outgoing.destroy();
    }, TRY_MS_MAX);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    outgoing.on("error", (cause: NodeJS.ErrnoException) =>
      finish(() => reject(unreachable(who, url, reasonOf(cause)))),
    );
    outgoing.end(bytes);
  });
}

/** A code such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`; an error's message could quote what was sent. */
function reasonOf({ code }: NodeJS.ErrnoException): string {
  return `cannot be reached (${code ?? "no reason given"})`;
}

function unreachable(who: string, url: URL, what: string) {
  return secretFailure("secret-unreachable", `${who} at ${url.host} ${what}`);
}

/** `Retry-After` in milliseconds; its form with a date is taken for none. */
function secondsOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined;
}

function hostOf(location: string | undefined): string {
  if (location === undefined) return "";
  const url = URL.canParse(location) ? new URL(location) : null;
  return url === null ? "" : ` to ${url.host}`;
}
