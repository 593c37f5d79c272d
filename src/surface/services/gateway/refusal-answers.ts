// How a refusal is told: inside HTTP where there is a request, on the bare connection where there is none.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { REFUSALS, type Refusal, refusalText } from "./refusals.ts";

/** Bytes of a body that is refused, and how long they are taken, so that its sender sees the answer. None is kept. */
const DRAINED_BYTES_MAX = 1024 * 1024;
const DRAINED_MS_MAX = 2_000;

/** Answers a request and ends its connection: what else came on it was meant to follow something that passed. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  why: Refusal,
): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = refusalText(why);
  let drained = 0;
  let isSent = false;
  const send = (): void => {
    if (isSent) return;
    isSent = true;
    clearTimeout(timer);
    response.writeHead(REFUSALS[why][0], {
      "content-type": "text/plain; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
      connection: "close",
    });
    response.end(text);
  };
  const timer = setTimeout(send, DRAINED_MS_MAX);
  response.once("close", () => clearTimeout(timer));
  // Who asks first whether to send a body waits for the answer.
  if (request.complete || request.headers.expect !== undefined) return send();
  request.once("end", send);
  request.on("error", send);
  request.on("data", (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > DRAINED_BYTES_MAX) send();
  });
}

/** Answers where no request was made of what came, or one for a tunnel. The reason is in the first line: programs show that. */
export function refuseConnection(connection: Duplex, why: Refusal): void {
  if (!connection.writable) return void connection.destroy();
  const [status, advice] = REFUSALS[why];
  const text = refusalText(why);
  connection.on("error", () => connection.destroy());
  const head = [
    `HTTP/1.1 ${status} refused by sallyport: ${advice.split(/[;,]/, 1)[0] ?? ""}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  connection.end(`${head.join("\r\n")}\r\n\r\n${text}`);
  setTimeout(() => connection.destroy(), DRAINED_MS_MAX).unref();
}
