// HTTP or HTTPS for phones: one page that is whole in itself, and the three calls. Nothing else of the dashboard is reached here.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Failure } from "#base/failure.ts";
import { isStranger } from "../../foundation/network/strangers.ts";
import { cannotListen, listenAt } from "../../foundation/network/listening.ts";
import { APP_HEADERS, bearerOf, sendFault, sendJson } from "../api/answering.ts";
import { ApiFault } from "../api/endpoint.ts";
import { asFault, readInput } from "../api/read-input.ts";
import { PHONE_CALLS, type PhoneParts } from "./phone-calls.ts";
import { type PublicPlace, serverOf } from "../access/public-place.ts";

/** Below the public address, whatever path that has. */
export const PHONE_CALL_PATH = "/phone/v1";
/** WHY as many for one peer: phones come through one proxy or tunnel. */
const SHARES = { connections: 128, perPeer: 64, reserved: 0 };
const HEADER_MS_MAX = 10_000;
const REQUEST_MS_MAX = 15_000;
const REST_MS_MAX = 5_000;
/** Requests of one minute from everywhere that show no link or an old one, and are told so. */
const STRANGERS_PER_MINUTE = 240;
const MINUTE_MS = 60_000;

export type PhonePage = {
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
  /** What the page may do: its own script and style, by their digests. */
  readonly policy: string;
};

/** Reads the built page. Throws a Failure where there is none. */
export function readPhonePage(file: string): PhonePage {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Failure("dashboard", `the page is not in \`${file}\`: install sallyport again`, {
      cause,
    });
  }
  const digest = (element: string): string => {
    const inside = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(text)?.[1] ?? "";
    return `'sha256-${createHash("sha256").update(inside).digest("base64")}'`;
  };
  const bytes = Buffer.from(text, "utf8");
  return {
    bytes,
    gzip: gzipSync(bytes),
    brotli: brotliCompressSync(bytes),
    policy: `default-src 'none'; script-src ${digest("script")}; style-src ${digest("style")}; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

/** Listens. Rejects with a Failure where the port is taken or the certificate cannot be used. */
export async function servePhones(
  parts: PhoneParts,
  options: {
    readonly place: PublicPlace;
    readonly page: PhonePage;
    readonly onFault: (line: string) => void;
  },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { place } = options;
  const desk = new Desk(parts, options);
  const bounds = {
    headMs: HEADER_MS_MAX,
    requestMs: REQUEST_MS_MAX,
    restMs: REST_MS_MAX,
    headBytes: 8_192,
  };
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    void desk.answer(request, response).catch(() => response.destroy());
  const server = serverOf(place, bounds, answer);
  server.on("clientError", (_cause, socket) => socket.destroy());
  const { port } = await listenAt(server, {
    host: place.host,
    port: place.port,
    shares: SHARES,
    refused: () => desk.countRefused(),
    failure: cannotListen("port", place, "choose another address with `--phone-listen`"),
  });
  const timer = setInterval(() => void desk.noteRefused(), MINUTE_MS);
  timer.unref();
  return {
    port,
    async close() {
      clearInterval(timer);
      await desk.noteRefused();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

class Desk {
  readonly #parts: PhoneParts;
  readonly #place: PublicPlace;
  readonly #page: PhonePage;
  readonly #onFault: (line: string) => void;
  #refused = 0;
  #minute = { startMs: 0, count: 0 };

  constructor(
    parts: PhoneParts,
    options: {
      readonly place: PublicPlace;
      readonly page: PhonePage;
      readonly onFault: (line: string) => void;
    },
  ) {
    this.#parts = parts;
    this.#place = options.place;
    this.#page = options.page;
    this.#onFault = options.onFault;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    for (const [name, value] of Object.entries(APP_HEADERS)) response.setHeader(name, value);
    response.setHeader("content-security-policy", this.#page.policy);
    try {
      this.#refuseStrangers(request);
      const [path = "/"] = (request.url ?? "/").split("?");
      const at = path.lastIndexOf(PHONE_CALL_PATH);
      if (at < 0) sendPage(request, response, this.#page);
      else await this.#answerCall(request, response, path.slice(at + PHONE_CALL_PATH.length));
    } catch (cause) {
      const fault = asFault(cause);
      if (fault.code === "no-session") this.#refused += 1;
      if (fault.code === "fault") this.#onFault("a phone's call failed");
      sendFault(response, this.#floodOr(fault));
    }
  }

  /** One event for all that were turned away since the last one. */
  async noteRefused(): Promise<void> {
    const count = this.#refused;
    this.#refused = 0;
    if (count > 0)
      await this.#parts
        .note({ what: "refused", role: "none", page: "/phone", count })
        .catch(() => undefined);
  }

  /** A connection was turned away at the door. */
  countRefused(): void {
    this.#refused += 1;
  }

  async #answerCall(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const call = PHONE_CALLS.find((one) => one.path === path);
    if (call === undefined) throw new ApiFault("no-session", "there is no such call");
    if (request.method !== "POST")
      throw new ApiFault("method", "this address is not asked that way");
    const bearer = bearerOf(request) ?? "";
    // WHY before what came in is read: whoever opened no link learns nothing of what there is.
    if (call.isOpened && this.#parts.links.find(bearer) === undefined)
      throw new ApiFault("no-session", "Its time is over. The client asks at its terminal.");
    const input = await readInput(request, {
      endpoint: { method: "POST", input: call.input },
      names: {},
      searchParams: new URLSearchParams(),
    });
    sendJson(response, 200, await call.work(this.#parts, { input, bearer }));
  }

  /** WHY strangers alone: whoever shows no link of ours must not keep a phone out that does. */
  #floodOr(fault: ApiFault): ApiFault {
    if (fault.code !== "no-session" && fault.code !== "role") return fault;
    const now = this.#parts.clock.monotonicMs();
    if (now - this.#minute.startMs >= MINUTE_MS) this.#minute = { startMs: now, count: 0 };
    this.#minute.count += 1;
    if (this.#minute.count <= STRANGERS_PER_MINUTE) return fault;
    return new ApiFault("too-many", "Too many requests: wait a minute.");
  }

  #refuseStrangers(request: IncomingMessage): void {
    const { origin, host } = this.#place.url;
    if (!isStranger(request, { hosts: [host], origins: [origin], mayNavigate: true })) return;
    this.#refused += 1;
    throw new ApiFault(
      "role",
      "Requests of other pages and for other names are refused. A proxy in front has to pass on the name that was asked for.",
    );
  }
}

function sendPage(request: IncomingMessage, response: ServerResponse, page: PhonePage): void {
  if (request.method !== "GET" && request.method !== "HEAD")
    throw new ApiFault("method", "pages are only read");
  const taken = String(request.headers["accept-encoding"] ?? "");
  const [encoding, bytes] = /\bbr\b/.test(taken)
    ? (["br", page.brotli] as const)
    : /\bgzip\b/.test(taken)
      ? (["gzip", page.gzip] as const)
      : ([undefined, page.bytes] as const);
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
    vary: "accept-encoding",
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
