// OTLP over HTTP: JSON and protobuf, packed by gzip or not, on the daemon's port.
import type { IncomingMessage, ServerResponse } from "node:http";
import { exportAnswer, MEDIA_TYPES, statusAnswer } from "#record/otlp/answer.ts";
import type { Encoding, Signal } from "#record/otlp/export-request.ts";
import { type Receiver, RETRY_AFTER_S } from "./receiver.ts";
import { type ExportBody, readExportBody, unpackBody } from "./request-body.ts";

/** Status of an answer with the code of `google.rpc.Code` that means the same, and what it says. */
const REFUSALS = {
  unknown: { status: 401, code: 16, message: "the token is missing or wrong" },
  "too-large": { status: 413, code: 8, message: "the body is larger than is taken" },
  media: { status: 415, code: 3, message: "send application/json or application/x-protobuf" },
  encoding: { status: 415, code: 3, message: "send the body as it is or packed by gzip" },
  packing: { status: 400, code: 3, message: "the body is no gzip" },
  malformed: { status: 400, code: 3, message: "the body is no export request" },
  slow: { status: 408, code: 4, message: "the body did not arrive in time" },
  aborted: { status: 400, code: 1, message: "the body was cut off" },
  busy: { status: 429, code: 8, message: "too much at once" },
  failing: { status: 503, code: 14, message: "nothing can be recorded now" },
} as const;
export type RefusalKind = keyof typeof REFUSALS;

/** Answers one request. `note` hears of every refusal. Resolves once the answer is on its way. */
export async function answerExport(
  request: IncomingMessage,
  response: ServerResponse,
  options: {
    readonly signal: Signal;
    readonly receiver: Receiver;
    readonly note: (why: RefusalKind) => void;
  },
): Promise<void> {
  const { signal, receiver, note } = options;
  const encoding = encodingOf(request.headers["content-type"]);
  const refuse = (why: RefusalKind) => {
    note(why);
    refuseExport(request, response, { why, encoding: encoding ?? "json" });
  };
  if (!receiver.isKnown(request.headers)) return refuse("unknown");
  if (encoding === undefined) return refuse("media");
  const packing = request.headers["content-encoding"] ?? "identity";
  if (packing !== "identity" && packing !== "gzip") return refuse("encoding");
  const end = receiver.begin();
  if (end === undefined) return refuse("busy");
  try {
    const body = await bodyOf(request, packing);
    if (body.kind === "refused") return refuse(body.why);
    const outcome = await receiver.take(signal, encoding, body.bytes);
    if (outcome.kind !== "taken") return refuse(outcome.kind);
    send(response, 200, encoding, exportAnswer({ signal, encoding }, outcome.taken));
  } finally {
    end();
  }
}

async function bodyOf(request: IncomingMessage, packing: "identity" | "gzip"): Promise<ExportBody> {
  const declared = request.headers["content-length"];
  const body = await readExportBody(request, declared === undefined ? undefined : Number(declared));
  return body.kind === "whole" && packing === "gzip" ? unpackBody(body.bytes) : body;
}

function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  if (type === MEDIA_TYPES.json) return "json";
  return type === MEDIA_TYPES.protobuf ? "protobuf" : undefined;
}

/** What is left of the body is not read: the connection ends behind the answer. */
function refuseExport(
  request: IncomingMessage,
  response: ServerResponse,
  { why, encoding }: { readonly why: RefusalKind; readonly encoding: Encoding },
): void {
  const { status, code, message } = REFUSALS[why];
  if (!request.complete) {
    response.setHeader("connection", "close");
    response.once("finish", () => setTimeout(() => request.destroy(), 250).unref());
    request.resume();
  }
  if (status === 429 || status === 503) response.setHeader("retry-after", String(RETRY_AFTER_S));
  send(response, status, encoding, statusAnswer(encoding, code, message));
}

function send(response: ServerResponse, status: number, encoding: Encoding, body: Buffer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": MEDIA_TYPES[encoding],
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
