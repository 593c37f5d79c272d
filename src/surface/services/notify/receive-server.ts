// A server for signed answers on this machine, behind a proxy that speaks TLS: verified, taken once, left for who carries them out.
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  cannotListen,
  listenAt,
  minutely,
  readBody,
  refusedText,
  webServer,
} from "../../foundation/network/listening.ts";
import { INBOUND_BYTES_MAX, type InboundSecret, verifyInbound } from "./inbound.ts";
import type { Action } from "./action.ts";
import type { ReplayStore } from "./replay-store.ts";

const BODY_MS_MAX = 10_000;
const BOUNDS = { headMs: BODY_MS_MAX, requestMs: BODY_MS_MAX, restMs: 5_000, headBytes: 8_192 };
/** WHY half for one peer: all that is honest comes through one proxy. */
const SHARES = { connections: 128, perPeer: 64, reserved: 0 };
/** Requests of one minute that are refused with the reason: people answer a few times an hour. */
const REQUESTS_PER_MINUTE = 300;
const MINUTE_MS = 60_000;

export type ReceiveOptions = {
  readonly host: string;
  readonly port: number;
  /** The secrets in force; asked for each request, so that one can be replaced. */
  readonly secrets: () => Promise<readonly InboundSecret[]>;
  readonly replay: ReplayStore;
  /** Hands an action on; where it throws, the sender may send it again. */
  readonly take: (action: Action) => Promise<void>;
  readonly nowMs: () => number;
  readonly report: (line: string) => void;
};

/** Listens. Rejects where the port is taken. */
export async function serveReceive(
  options: ReceiveOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port } = options;
  const isFlood = createCounter(options.nowMs);
  const unsigned = minutely((count) =>
    options.report(
      `refused ${count === 1 ? "a request" : `${count} requests`}: not signed by a sender that is known here, late, or no action`,
    ),
  );
  const server = webServer(BOUNDS, (request, response) => {
    response.on("error", () => undefined);
    void answer(request, response, { ...options, isFlood, refused: unsigned.note }).catch(() =>
      send(response, 500, "could not be taken; send it again"),
    );
  });
  server.on("clientError", (_cause, socket) => socket.destroy());
  const turnedAway = minutely((count) => options.report(refusedText(count)));
  const listening = await listenAt(server, {
    host,
    port,
    shares: SHARES,
    refused: turnedAway.note,
    failure: cannotListen("notify", options, "choose another with `--port`"),
  });
  return {
    port: listening.port,
    close: () =>
      new Promise((resolve) => {
        for (const one of [turnedAway, unsigned]) one.end();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ReceiveOptions & { readonly isFlood: () => boolean; readonly refused: () => void },
): Promise<void> {
  const { secrets, replay, take, nowMs, report, isFlood, refused } = options;
  const refuse = (status: number, text: string): void =>
    isFlood() ? send(response, 429, "too many requests") : send(response, status, text);
  if ((request.url ?? "").split("?")[0] !== "/answer") return refuse(404, "no such call");
  if (request.method !== "POST") return refuse(405, "post it");
  const body = await readBody(request, INBOUND_BYTES_MAX);
  if (body === undefined) return send(response, 413, "the body is too large");
  const inbound = verifyInbound(request.headers, body, await secrets(), nowMs());
  // WHY only these are counted: whoever signs nothing must not keep out who does.
  if (inbound.kind === "refused") {
    refused();
    return refuse(inbound.status, inbound.reason);
  }
  const { action } = inbound;
  const taken = await replay.take(action.id, nowMs(), () => take(action));
  switch (taken) {
    case "new":
      report(`took \`${action.action}\` of ${action.sender}`);
      return send(response, 202, "taken, and waits to be carried out");
    case "seen":
      // WHY no fault: who did not get our first answer sends the same again.
      return send(response, 200, "taken before");
    case "full":
      return send(response, 429, "too many answers within minutes");
    case "damaged":
      report("takes no answers: the file of ids that were taken is damaged");
      return send(response, 500, "could not be taken");
    default:
      return taken satisfies never;
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  const close = status === 413 || status === 429 ? { Connection: "close" } : {};
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", ...close });
  response.end(`${text}\n`);
}

function createCounter(nowMs: () => number): () => boolean {
  let [startMs, count] = [nowMs(), 0];
  return () => {
    const now = nowMs();
    if (now - startMs >= MINUTE_MS || now < startMs) [startMs, count] = [now, 0];
    count += 1;
    return count > REQUESTS_PER_MINUTE;
  };
}
