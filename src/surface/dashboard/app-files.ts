// The app's files, read once: hashed names are kept by the browser for good, the page itself never.
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Failure } from "#base/failure.ts";
import { ApiFault } from "./api/endpoint.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};
const COMPRESSED_BYTES_MIN = 1_024;

type AppFile = {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer | undefined;
  readonly brotli: Buffer | undefined;
};

export type AppFiles = {
  send(request: IncomingMessage, response: ServerResponse, path: string): void;
};

/** Reads the built app. Throws a Failure where there is none. */
export function readAppFiles(folder: string): AppFiles {
  const files = new Map<string, AppFile>();
  try {
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const type = TYPES[extname(path)];
      if (type === undefined) continue;
      files.set(`/${path.replaceAll("\\", "/")}`, fileOf(type, readFileSync(join(folder, path))));
    }
  } catch (cause) {
    throw new Failure("dashboard", `the app is not in \`${folder}\`: install sallyport again`, {
      cause,
    });
  }
  const page = files.get("/index.html");
  if (page === undefined)
    throw new Failure("dashboard", `the app is not in \`${folder}\`: install sallyport again`);
  return {
    send(request, response, path) {
      if (request.method !== "GET" && request.method !== "HEAD")
        throw new ApiFault("method", "pages are only read");
      // An address without a file is a place in the app; one of a file's form that is not there is a mistake.
      const file = files.get(path) ?? (TYPES[extname(path)] === undefined ? page : undefined);
      if (file === undefined) throw new ApiFault("not-found", "there is no such file");
      sendFile(request, response, file, file === page ? "no-store" : "max-age=31536000, immutable");
    },
  };
}

function fileOf(type: string, bytes: Buffer): AppFile {
  if (bytes.length < COMPRESSED_BYTES_MIN)
    return { type, bytes, gzip: undefined, brotli: undefined };
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  return { type, bytes, gzip: gzipSync(bytes), brotli };
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: AppFile,
  cache: string,
): void {
  const taken = String(request.headers["accept-encoding"] ?? "");
  const [encoding, bytes] =
    file.brotli !== undefined && /\bbr\b/.test(taken)
      ? (["br", file.brotli] as const)
      : file.gzip !== undefined && /\bgzip\b/.test(taken)
        ? (["gzip", file.gzip] as const)
        : ([undefined, file.bytes] as const);
  response.writeHead(200, {
    "content-type": file.type,
    "content-length": bytes.length,
    "cache-control": cache,
    vary: "accept-encoding",
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
  });
  if (request.method === "HEAD") response.end();
  else response.end(bytes);
}
