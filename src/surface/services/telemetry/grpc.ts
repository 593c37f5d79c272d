// OTLP over gRPC: unary Export for the three signals, over node's HTTP/2 with gRPC's framing of our own.
import {
  createServer,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { exportAnswer, retryStatus } from "#record/otlp/answer.ts";
import type { Signal } from "#record/otlp/export-request.ts";
import { type Receiver, RETRY_AFTER_S } from "./receiver.ts";
import { type ExportBody, readExportBody, unpackBody } from "./request-body.ts";

const STREAMS_MAX = 16;
const HEADER_BYTES_MAX = 16 * 1024;
const SESSION_MEMORY_MB = 16;
/** Milliseconds after which a connection without a request ends; the client opens another. */
const IDLE_MS_MAX = 300_000;
/** The same until a token of ours was shown, whatever else is said: pings would keep a connection for ever. */
const STRANGER_MS_MAX = 15_000;
/** One byte that says whether the message is packed, and four with its length. */
const FRAME_HEAD_BYTES = 5;

/** Paths of the three services: opentelemetry-proto 1. */
const SIGNAL_OF: ReadonlyMap<string, Signal> = new Map([
  ["/opentelemetry.proto.collector.logs.v1.LogsService/Export", "logs"],
  ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "metrics"],
  ["/opentelemetry.proto.collector.trace.v1.TraceService/Export", "traces"],
]);

/** Why a call is refused: `google.rpc.Code` and words. */
const REFUSALS = {
  unknown: { code: 16, message: "the token is missing or wrong" },
  host: { code: 7, message: "this was addressed to another host" },
  path: { code: 12, message: "there is no such service" },
  "too-large": { code: 11, message: "the message is larger than is taken" },
  encoding: { code: 12, message: "send messages as they are or packed by gzip" },
  packing: { code: 3, message: "the message is no gzip" },
  frame: { code: 13, message: "this is not one message of gRPC" },
  malformed: { code: 3, message: "the message is no export request" },
  slow: { code: 4, message: "the message did not arrive in time" },
  aborted: { code: 1, message: "the message was cut off" },
  busy: { code: 8, message: "too much at once" },
  failing: { code: 14, message: "nothing can be recorded now" },
} as const;
export type GrpcRefusal = keyof typeof REFUSALS;

/** Takes over connections that speak HTTP/2. */
export type GrpcServer = {
  /** `socket` has finished its handshake and agreed on `h2`. */
  take(socket: unknown): void;
  /** Ends every connection. */
  close(): void;
};

/** Builds the server; it listens nowhere itself. `host` is how it may be addressed. */
export function createGrpcServer(options: {
  readonly receiver: Receiver;
  readonly host: () => string;
  readonly note: (why: GrpcRefusal) => void;
  readonly fault: (cause: unknown) => void;
}): GrpcServer {
  const { note, fault } = options;
  const sessions = new Set<ServerHttp2Session>();
  const strangers = new Map<Http2Session, NodeJS.Timeout>();
  const isKnown = (session: Http2Session): void => {
    clearTimeout(strangers.get(session));
    strangers.delete(session);
  };
  const server: Http2Server = createServer({
    maxSessionMemory: SESSION_MEMORY_MB,
    maxHeaderListPairs: 64,
    settings: {
      maxConcurrentStreams: STREAMS_MAX,
      maxHeaderListSize: HEADER_BYTES_MAX,
      enablePush: false,
    },
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.setTimeout(IDLE_MS_MAX, () => session.close());
    strangers.set(
      session,
      setTimeout(() => session.destroy(), STRANGER_MS_MAX),
    );
    session.once("close", () => {
      sessions.delete(session);
      isKnown(session);
    });
    session.on("error", () => undefined);
  });
  server.on("sessionError", () => undefined);
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    const { session } = stream;
    if (session !== undefined && options.receiver.isKnown(headers)) isKnown(session);
    void answerCall(stream, headers, options)
      .then((refused) => {
        if (refused === undefined) return;
        note(refused);
        refuse(stream, refused);
      })
      .catch(fault);
  });
  return {
    take: (socket) => void server.emit("connection", socket),
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

/** Answers one call; gives the reason where it has to be refused. */
async function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: { readonly receiver: Receiver; readonly host: () => string },
): Promise<GrpcRefusal | undefined> {
  const { receiver } = options;
  if (headers[":authority"] !== options.host()) return "host";
  if (!receiver.isKnown(headers)) return "unknown";
  const signal = SIGNAL_OF.get(headers[":path"] ?? "");
  const isCall = headers[":method"] === "POST" && isGrpc(headers["content-type"]);
  if (signal === undefined || !isCall) return "path";
  const packing = headers["grpc-encoding"] ?? "identity";
  if (packing !== "identity" && packing !== "gzip") return "encoding";
  const end = receiver.begin();
  if (end === undefined) return "busy";
  try {
    const body = await readExportBody(stream, undefined);
    if (body.kind === "refused") return body.why;
    const message = await messageIn(body.bytes, packing === "gzip");
    if (message.kind === "refused") return message.why;
    const outcome = await receiver.take(signal, "protobuf", message.bytes);
    if (outcome.kind !== "taken") return outcome.kind;
    send(stream, exportAnswer({ signal, encoding: "protobuf" }, outcome.taken));
    return undefined;
  } finally {
    end();
  }
}

function isGrpc(type: string | undefined): boolean {
  return type === "application/grpc" || type === "application/grpc+proto";
}

/** The one message of a unary call. */
async function messageIn(
  bytes: Buffer,
  mayBePacked: boolean,
): Promise<ExportBody | { readonly kind: "refused"; readonly why: "frame" }> {
  if (bytes.length < FRAME_HEAD_BYTES) return { kind: "refused", why: "frame" };
  const packed = bytes.readUInt8(0);
  const isWhole = bytes.readUInt32BE(1) === bytes.length - FRAME_HEAD_BYTES;
  if (!isWhole || packed > 1 || (packed === 1 && !mayBePacked))
    return { kind: "refused", why: "frame" };
  const message = bytes.subarray(FRAME_HEAD_BYTES);
  return packed === 1 ? unpackBody(message) : { kind: "whole", bytes: message };
}

function send(stream: ServerHttp2Stream, message: Buffer): void {
  if (stream.destroyed || stream.closed) return;
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.concat([head, message]));
}

/** WHY the details: a sender repeats a call that was too much only where it is told when. */
function refuse(stream: ServerHttp2Stream, why: GrpcRefusal): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  const { code, message } = REFUSALS[why];
  const mayRepeat = why === "busy" || why === "failing";
  const details = mayRepeat
    ? { "grpc-status-details-bin": retryStatus(code, message, RETRY_AFTER_S).toString("base64") }
    : {};
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": String(code),
      "grpc-message": message,
      ...details,
    },
    { endStream: true },
  );
  // What is left of the message is not read.
  if (!stream.readableEnded) stream.close();
}
