// The server of a witness: add-checkpoint for logs that it trusts, and their last checkpoints for whoever asks.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createTurns } from "#base/turns.ts";
import { parseCheckpoint } from "#record/log/checkpoint.ts";
import { NOTE_BYTES_MAX, parseNote } from "#record/log/note.ts";
import {
  judgeAddCheckpoint,
  parseAddCheckpoint,
  SIZE_MEDIA_TYPE,
  type WitnessAnswer,
} from "#record/log/proofs/witness-protocol.ts";
import {
  cannotListen,
  listenAt,
  minutely,
  readBody,
  refusedText,
  secureWebServer,
  webServer,
} from "../../foundation/network/listening.ts";
import { originName, type WitnessPlace } from "./witness-place.ts";

/** A checkpoint with all its signatures, and 63 hashes in base64. */
const BODY_BYTES_MAX = NOTE_BYTES_MAX + 4 * 1024;
const BODY_MS_MAX = 10_000;
const REST_MS_MAX = 5_000;
/** WHY half for one address: a proxy may stand in front. */
const SHARES = { connections: 256, perPeer: 128, reserved: 0 };
/** Calls in a minute from one address; past them only what a log has signed and nobody brought before. A log asks about once a minute. */
const CALLS_PER_MINUTE = 120;
const ADDRESSES_MAX = 10_000;
const MINUTE_MS = 60_000;

export type WitnessServerOptions = {
  readonly place: WitnessPlace;
  readonly host: string;
  readonly port: number;
  /** Certificate and key in PEM; without them plain HTTP, for this machine or a proxy in front. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly nowMs: () => number;
  /** Told of every refusal that a log earned, a fork or a rollback, with its origin and why; and of connections, under no origin. */
  readonly report: (origin: string, why: string) => void;
};

/** A witness that listens. */
export type WitnessServer = { readonly port: number; close(): Promise<void> };

/** Listens. Rejects when the port is taken. */
export async function serveWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  const { host, port, tls } = options;
  const bounds = {
    headMs: BODY_MS_MAX,
    requestMs: BODY_MS_MAX,
    restMs: REST_MS_MAX,
    headBytes: 8_192,
  };
  const answer = createListener(options);
  const server: Server =
    tls === undefined ? webServer(bounds, answer) : secureWebServer(bounds, tls, answer);
  server.on("clientError", (_cause, socket) => socket.destroy());
  const turnedAway = minutely((count) => options.report("connections", refusedText(count)));
  const listening = await listenAt(server, {
    host,
    port,
    shares: SHARES,
    refused: turnedAway.note,
    failure: cannotListen("witness", options, "choose another with `--port`"),
  });
  return {
    port: listening.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createListener(options: WitnessServerOptions) {
  const { place, nowMs } = options;
  const isFlood = createCounter(nowMs);
  const inTurn = createTurns();
  return (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    const path = (request.url ?? "").split("?")[0] ?? "";
    const work = async (): Promise<void> => {
      // WHY not answered yet: a log that proves itself shares no count with who comes from the same address.
      const isTooMuch = isFlood(request.socket.remoteAddress ?? "");
      const tooMuch = (): void => send(response, 429, "too many calls\n");
      if (isTooMuch && path !== "/add-checkpoint") return tooMuch();
      const known = /^\/checkpoint\/([0-9a-f]{64})$/.exec(path)?.[1];
      if (request.method === "GET" && known !== undefined) return sendLast(place, known, response);
      if (path !== "/add-checkpoint") return send(response, 404, "no such call\n");
      if (request.method !== "POST") return send(response, 405, "post it\n");
      const body = await readBody(request, BODY_BYTES_MAX);
      if (body === undefined) return send(response, 413, "too large, or too slow\n");
      const asked = parseAddCheckpoint(body);
      if (asked === undefined)
        return isTooMuch ? tooMuch() : send(response, 400, "not an add-checkpoint call\n");
      const note = parseNote(Buffer.from(asked.checkpoint, "utf8"));
      const origin = parseCheckpoint(note?.text ?? "")?.origin ?? "";
      // INVARIANT: looking at the last size and storing the next is one step for each log (tlog-witness).
      const answer = await inTurn(origin, async () => {
        const judged = judgeAddCheckpoint(asked, {
          logKeys: place.logKeys(),
          lastOf: (name) => place.read(name)?.state,
          cosigner: place.cosigner,
          timeS: Math.floor(nowMs() / 1_000),
        });
        const isNew = judged.status === 200 && judged.state.size > asked.old;
        if (isTooMuch && !isNew && judged.status !== 409) return undefined;
        if (judged.status === 200) await place.write(origin, judged.note);
        return judged;
      });
      if (answer === undefined) return tooMuch();
      sendAnswer(response, answer);
      if (answer.status !== 200 && /^(?:fork|rolled back)/.test(answer.why))
        options.report(origin, answer.why);
    };
    void work().catch(() =>
      send(response, 500, "the witness cannot answer; its operator knows more\n"),
    );
  };
}

function sendAnswer(response: ServerResponse, answer: WitnessAnswer): void {
  if (answer.status === 200) send(response, 200, answer.lines);
  else if (answer.status === 409) send(response, 409, `${answer.size}\n`, SIZE_MEDIA_TYPE);
  else send(response, answer.status, `${answer.why}\n`);
}

function sendLast(place: WitnessPlace, name: string, response: ServerResponse): void {
  const origin = place.logKeys().find((key) => originName(key.name) === name)?.name;
  const last = origin === undefined ? undefined : place.read(origin);
  if (last === undefined) send(response, 404, "no checkpoint of this log\n");
  else send(response, 200, last.note);
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = "text/plain; charset=utf-8",
): void {
  if (response.headersSent) return;
  const close = status === 413 || status === 429 ? { Connection: "close" } : {};
  response.writeHead(status, { "Content-Type": type, ...close });
  response.end(text);
}

/** Whether somebody called more often than is answered in this minute. */
function createCounter(nowMs: () => number): (who: string) => boolean {
  let counts = new Map<string, number>();
  let startMs = nowMs();
  return (who) => {
    const now = nowMs();
    if (now - startMs >= MINUTE_MS || now < startMs || counts.size > ADDRESSES_MAX) {
      counts = new Map();
      startMs = now;
    }
    const count = (counts.get(who) ?? 0) + 1;
    counts.set(who, count);
    return count > CALLS_PER_MINUTE;
  };
}
