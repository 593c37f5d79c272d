// Sending one body over HTTP as a whole: bounded in bytes, its answer judged by the status.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { judgeStatus } from "./judge-answer.ts";
import type { Outcome } from "./outcome.ts";
import type { HttpAnswer, Ports } from "./target.ts";

/** Packed with gzip. WHY not at once: a megabyte takes ten milliseconds, which a thread of its own has. */
export const packed = promisify<string | Uint8Array, Buffer>(gzip);

/** A body too large to send: the batch is halved without asking the target. */
export const TOO_LARGE: Outcome = {
  kind: "too-large",
  reason: "more bytes than one request takes",
};

/** Posts a body; the outcome by its status, and the answer for whoever knows more. */
export async function postBatch(
  ports: Ports,
  request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
    readonly bytesMax: number;
    /** Packed with gzip, which counts after the bound. */
    readonly isPacked?: boolean;
  },
): Promise<{ readonly outcome: Outcome; readonly answer: HttpAnswer | undefined }> {
  const { url, headers, body, bytesMax, isPacked = false } = request;
  if (Buffer.byteLength(body) > bytesMax) return { outcome: TOO_LARGE, answer: undefined };
  const answer = await ports.http({
    method: "POST",
    url,
    headers: isPacked ? { ...headers, "content-encoding": "gzip" } : headers,
    body: isPacked ? await packed(body) : body,
  });
  return { outcome: judgeStatus(answer), answer };
}
