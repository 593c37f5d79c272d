// The body of an export request: read within bounds, unpacked within bounds, and refused before it is read where that can be seen.
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { OTLP_BODY_BYTES_MAX, OTLP_UNPACKED_BYTES_MAX } from "#base/limits.ts";

const unpack = promisify(gunzip);
const BODY_MS_MAX = 5_000;

/** A body, or why there is none. */
export type ExportBody =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "refused"; readonly why: "too-large" | "slow" | "aborted" | "packing" };

/**
 * Reads what a stream brings. Stops at the first byte past the bound and at a length that says so beforehand; resolves in
 * every case.
 */
export function readExportBody(
  stream: Readable,
  declaredBytes: number | undefined,
  limitMs: number = BODY_MS_MAX,
): Promise<ExportBody> {
  if (declaredBytes !== undefined && !(declaredBytes <= OTLP_BODY_BYTES_MAX))
    return Promise.resolve({ kind: "refused", why: "too-large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const end = (body: ExportBody) => {
      clearTimeout(timer);
      stream.removeListener("data", take);
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      received += chunk.length;
      if (received <= OTLP_BODY_BYTES_MAX) return void chunks.push(chunk);
      stream.pause();
      end({ kind: "refused", why: "too-large" });
    };
    const timer = setTimeout(() => end({ kind: "refused", why: "slow" }), limitMs);
    stream.on("data", take);
    stream.once("end", () => end({ kind: "whole", bytes: Buffer.concat(chunks) }));
    stream.once("error", () => end({ kind: "refused", why: "aborted" }));
    stream.once("close", () => end({ kind: "refused", why: "aborted" }));
  });
}

/** Unpacks a gzip body off this thread, and no further than the bound: a bomb costs no more than an honest body. */
export async function unpackBody(bytes: Buffer): Promise<ExportBody> {
  try {
    return {
      kind: "whole",
      bytes: await unpack(bytes, { maxOutputLength: OTLP_UNPACKED_BYTES_MAX }),
    };
  } catch (cause) {
    const isBomb =
      cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    return { kind: "refused", why: isBomb ? "too-large" : "packing" };
  }
}
