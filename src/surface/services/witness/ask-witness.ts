// Asking one witness: the call over HTTP within bounds, and what its answer means for the log.
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { WitnessVerifier } from "#record/log/cosignature.ts";
import { NOTE_BYTES_MAX, parseNote, signatureLine } from "#record/log/note.ts";
import { type AddCheckpoint, formatAddCheckpoint } from "#record/log/proofs/witness-protocol.ts";
import { originName } from "./witness-place.ts";

const ANSWER_MS_MAX = 15_000;

/** An HTTP answer. `undefined` when there was none within time and bounds. */
export type Reply = { readonly status: number; readonly body: string } | undefined;
/** Sends a request: a body is posted, without one it is a GET. */
export type Send = (url: string, body: string | undefined) => Promise<Reply>;

/** Sends over HTTP or HTTPS; `ca` is trusted in place of the system's authorities. Never throws. */
export function createSend(ca?: string): Send {
  return (url, body) =>
    new Promise((resolve) => {
      const target = new URL(url);
      const options = {
        method: body === undefined ? "GET" : "POST",
        timeout: ANSWER_MS_MAX,
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
        headers: { "Content-Type": "text/plain; charset=utf-8", Connection: "close" },
        ...(ca === undefined ? {} : { ca }),
      };
      const call = target.protocol === "https:" ? tlsRequest : plainRequest;
      const sent = call(target, options, (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on("data", (part: Buffer) => {
          length += part.length;
          if (length > NOTE_BYTES_MAX) response.destroy();
          else parts.push(part);
        });
        response.on("error", () => resolve(undefined));
        response.on("close", () => resolve(undefined));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(parts).toString("utf8"),
          }),
        );
      });
      sent.on("error", () => resolve(undefined));
      sent.on("timeout", () => sent.destroy());
      sent.end(body);
    });
}

/** What came of asking. `refused`: the witness says that this log is not the one that it cosigned before. */
export type Asked =
  | { readonly kind: "cosigned"; readonly line: string; readonly timeS: number }
  | { readonly kind: "refused"; readonly cause: "ahead" | "fork"; readonly size: number }
  | { readonly kind: "failed"; readonly cause: "unreachable" | "untrusted" | "answer" };

/** The log's side of the call: its checkpoint, and proofs from earlier sizes. */
export type OwnTree = {
  readonly size: number;
  /** The signed note, with the log's own signatures only. */
  readonly checkpoint: string;
  proofFrom(old: number): Promise<AddCheckpoint["proof"]>;
};

/**
 * Asks one witness to cosign. `known` is the size that it cosigned last as far as is known here; where the witness says
 * another that the log reaches, it is asked once more from there. Never throws.
 */
export async function askWitness(
  { url, key }: { readonly url: string; readonly key: WitnessVerifier },
  tree: OwnTree,
  known: number,
  send: Send,
): Promise<Asked> {
  let old = Math.min(known, tree.size);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const proof = await tree.proofFrom(old);
    const body = formatAddCheckpoint({ old, proof, checkpoint: tree.checkpoint });
    const reply = await send(`${url}/add-checkpoint`, body);
    if (reply === undefined) return { kind: "failed", cause: "unreachable" };
    switch (reply.status) {
      case 200:
        return readCosignature(tree.checkpoint, reply.body, key);
      case 403:
      case 404:
        return { kind: "failed", cause: "untrusted" };
      case 422:
        return { kind: "refused", cause: "fork", size: old };
      case 409: {
        const size = /^(0|[1-9]\d{0,14})\n$/.exec(reply.body)?.[1];
        if (size === undefined) return { kind: "failed", cause: "answer" };
        if (Number(size) > tree.size)
          return { kind: "refused", cause: "ahead", size: Number(size) };
        // The size was right, and the tree of that size is another one.
        if (Number(size) === old) return { kind: "refused", cause: "fork", size: old };
        old = Number(size);
        break;
      }
      default:
        return { kind: "failed", cause: "answer" };
    }
  }
  return { kind: "failed", cause: "answer" };
}

/** Takes the witness's own line out of its answer, and no other. */
function readCosignature(checkpoint: string, lines: string, key: WitnessVerifier): Asked {
  const note = parseNote(Buffer.from(checkpoint + lines, "utf8"));
  const found = note?.signatures.find(
    ({ name, keyId }) => name === key.name && keyId === key.keyId,
  );
  const timeS =
    note === undefined || found === undefined
      ? undefined
      : key.cosignedAt(note.text, found.signature);
  if (found === undefined || timeS === undefined) return { kind: "failed", cause: "answer" };
  return { kind: "cosigned", line: signatureLine(key, found.signature), timeS };
}

/** The checkpoint that a witness of ours cosigned last of a log; undefined when it has none or does not answer. */
export async function fetchLast(url: string, origin: string, send: Send): Promise<Reply> {
  return send(`${url}/checkpoint/${originName(origin)}`, undefined);
}
