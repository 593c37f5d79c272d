// Reading what a fleet is published at: a folder, or any file server that speaks HTTPS. Nothing of it counts before its signature.
import { statSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { request as requestPlain } from "node:http";
import { join, resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";

const SILENCE_MS_MAX = 15_000;
const ANSWER_MS_MAX = 60_000;
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/;
const THIS_MACHINE = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

export type PublishedSource = {
  /** The text of a file; undefined where there is none. Rejects with a Failure `fleet-source` where that cannot be told. */
  read(path: string, bytesMax: number): Promise<string | undefined>;
  close(): void;
};

/** Opens it; `from` is an address or a folder. Throws a Failure `usage` for what is neither. */
export function openPublished(from: string, ca: string | undefined): PublishedSource {
  if (!/^https?:/i.test(from)) return folderSource(resolve(from));
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (url !== undefined && isSafeAddress(url)) return serverSource(url, ca);
  throw new Failure(
    "usage",
    "`--from` is a folder, or `https://HOST/PATH` without a login in it; `http:` only on this machine",
  );
}

/** Whether an address has TLS or is this machine's, and holds no login. */
export function isSafeAddress(url: URL): boolean {
  const isSafe =
    url.protocol === "https:" || (url.protocol === "http:" && THIS_MACHINE.test(url.hostname));
  return isSafe && [url.username, url.password, url.search, url.hash].every((part) => part === "");
}

function folderSource(folder: string): PublishedSource {
  return {
    async read(path, bytesMax) {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
        throw fault(`the folder \`${folder}\` is not there`);
      const file = join(folder, path);
      if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
      const read = await readRegularFile(file, bytesMax);
      if (read?.complete === true) return Buffer.from(read.bytes).toString("utf8");
      throw fault(`\`${file}\` cannot be read, or has more than ${bytesMax} bytes`);
    },
    close: () => undefined,
  };
}

/** A kept connection that the server has closed in the meantime: nothing was answered, and a new one is tried once. */
class ClosedBefore extends Error {}

type Answered = {
  readonly status: number;
  readonly etag: string | undefined;
  readonly text: string;
};

function serverSource(base: URL, ca: string | undefined): PublishedSource {
  const isSecure = base.protocol === "https:";
  const root = base.href.replace(/\/+$/, "");
  const agent = isSecure
    ? new Agent({
        keepAlive: true,
        maxSockets: 1,
        minVersion: "TLSv1.2",
        ...(ca === undefined ? {} : { ca }),
      })
    : undefined;
  // The assignment is asked for each minute and changes once a month.
  let last: { readonly path: string; readonly etag: string; readonly text: string } | undefined;
  return {
    async read(path, bytesMax) {
      const known = last?.path === path ? last : undefined;
      const how = {
        agent,
        bytesMax,
        isSecure,
        ...(known === undefined ? {} : { etag: known.etag }),
      };
      const ask = (): Promise<Answered> => get(`${root}/${path}`, how);
      const { status, etag, text } = await ask().catch((cause: unknown) => {
        if (cause instanceof ClosedBefore) return ask();
        throw cause;
      });
      if (status === 304 && known !== undefined) return known.text;
      if (status === 404 || status === 410) return undefined;
      if (status !== 200)
        throw fault(
          `\`${root}\` answered ${status}${status >= 300 && status < 400 ? ": redirects are not followed, so name the address itself" : ""}`,
        );
      if (etag !== undefined && bytesMax < 64 * 1024) last = { path, etag, text };
      return text;
    },
    close: () => agent?.destroy(),
  };
}

/** Asks for a file within bounds. Rejects with a Failure `fleet-source` where no answer comes. */
export function get(
  url: string,
  options: {
    readonly agent: Agent | undefined;
    readonly bytesMax: number;
    readonly isSecure: boolean;
    readonly etag?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Promise<Answered> {
  const { agent, bytesMax, isSecure, etag, headers } = options;
  return new Promise((done, reject) => {
    const fail = (cause: unknown): void => {
      const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
      const why =
        name === "TimeoutError" ? "too slow" : typeof code === "string" ? code : "no answer";
      reject(cause instanceof Failure ? cause : fault(`\`${url}\` is not reached (${why})`, cause));
    };
    const how: RequestOptions = {
      ...(agent === undefined ? {} : { agent }),
      timeout: SILENCE_MS_MAX,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      headers: {
        "Accept-Encoding": "identity",
        ...headers,
        ...(etag === undefined ? {} : { "If-None-Match": etag }),
      },
    };
    const sent = (isSecure ? request : requestPlain)(url, how, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes > bytesMax) sent.destroy(fault(`\`${url}\` has more than ${bytesMax} bytes`));
        else parts.push(part);
      });
      response.on("error", fail);
      response.on("end", () => {
        const given = response.headers.etag;
        done({
          status: response.statusCode ?? 0,
          etag: given !== undefined && ETAG.test(given) ? given : undefined,
          text: Buffer.concat(parts).toString("utf8"),
        });
      });
    });
    sent.on("timeout", () => sent.destroy(fault(`\`${url}\` is not reached (too slow)`)));
    sent.on("error", (cause: NodeJS.ErrnoException) => {
      if (sent.reusedSocket && cause.code === "ECONNRESET") reject(new ClosedBefore());
      else fail(cause);
    });
    sent.end();
  });
}

function fault(why: string, cause?: unknown): Failure {
  return new Failure("fleet-source", printable(why), { cause });
}
